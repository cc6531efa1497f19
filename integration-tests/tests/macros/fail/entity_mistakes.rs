//! Each mistake of an entity is told where it stands, and once: what uses the entity stands.

use savia::chrono::{DateTime, Utc};
use savia::data::Loaded;
use savia::data::table::Table;
use savia::entity;

#[entity(tabel = "posts", index(titel))]
pub struct Post {
    #[id]
    pub id: i64,
    #[id]
    pub number: i64,
    #[colum(unique)]
    pub title: String,
    #[column(lenght = 200)]
    pub body: String,
    #[version]
    pub version: i32,
    #[version]
    pub revision: i32,
    #[soft_delete]
    pub deleted_at: DateTime<Utc>,
    #[belongs_to(User, on_delete = "cascde")]
    pub author_id: i64,
    #[belongs_to(User, on_delete = "set_null")]
    pub editor_id: i64,
    pub reader: Loaded<User>,
    pub comments: Loaded<Vec<User>>,
    pub tags: Vec<String>,
    pub count: u64,
    #[column(scale = 19)]
    pub price: savia::rust_decimal::Decimal,
    #[column(name = "a_name_that_is_longer_than_what_postgresql_keeps_whole_of_a_name")]
    pub long: bool,
    #[write_only]
    #[read_only]
    pub secret: Option<String>,
}

#[entity(table = "the-users")]
pub struct User {
    #[id]
    pub id: i64,
}

#[entity]
pub struct NoId {
    pub name: String,
}

#[entity]
pub struct Generic<T> {
    #[id]
    pub id: T,
}

#[entity]
pub struct Tuple(i64);

#[entity]
pub enum Shape {
    Empty,
    Circle { radius: f64 },
}

#[entity]
pub fn handler() {}

/// The mistakes above leave their types standing: this is none.
fn uses(post: Post, user: User, none: NoId) -> (i64, i64, String) {
    let _ = (post.values(), User::metadata(), posts::id, users::id);
    (post.id, user.id, none.name)
}

fn main() {}
