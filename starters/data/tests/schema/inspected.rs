//! What the database holds.

use crate::inspected_chrono::{NaiveDateTime, NaiveTime};
use crate::inspected_prelude::*;

// `Odd table` is no entity: its name is no identifier, which an entity's table needs.
//     id bigint

// `blog_posts_live` is more than an index over columns: CREATE INDEX blog_posts_live ON blog_posts USING btree (title) WHERE live.
// `blog_posts_lower` is more than an index over columns: CREATE INDEX blog_posts_lower ON blog_posts USING btree (lower(title)).
/// A row of `blog_posts`.
#[entity(
    table = "blog_posts",
    index(author_id, day),
    unique(r#type, title),
    check = "words >= 0 or not live"
)]
pub struct BlogPost {
    #[id]
    pub id: Uuid,
    #[belongs_to(User, on_delete = "cascade")]
    pub author_id: i32,
    #[belongs_to(User, on_delete = "set_null")]
    pub editor_id: Option<i32>,
    #[belongs_to(BlogPost)]
    pub parent_id: Option<Uuid>,
    // `character(3)` is filled up with spaces; Savia has `varchar`.
    #[column(length = 3)]
    pub r#type: String,
    #[column(index, check = "title <> ''")]
    pub title: String,
    #[column(default = 0)]
    pub words: i32,
    // pub letters: bigint, which the database computes: an entity writes what it reads.
    pub rank: Option<f64>,
    pub ratio: Option<f32>,
    #[column(default = -1)]
    pub level: i16,
    #[column(default = true)]
    pub live: bool,
    pub cover: Option<Vec<u8>>,
    pub day: Option<NaiveDate>,
    pub at: Option<NaiveTime>,
    pub seen: Option<NaiveDateTime>,
    #[many_to_many(Tag, through = "post_tags")]
    pub tags: Loaded<Vec<Tag>>,
}

// (scope, day) refers to counters (scope, day), on delete no action, which no `#[belongs_to]` says.
/// A row of `counters`.
#[entity(table = "counters", unique(scope, day))]
pub struct Counter {
    #[id]
    pub id: i64,
    pub scope: String,
    pub day: NaiveDate,
    // `numeric` holds any number of digits, a decimal 19 with 2 after the point.
    pub amount: Decimal,
}

// `logs` is no entity: an entity has a primary key of one column.
//     line text
//     at timestamp with time zone

/// A row of `tags`.
#[entity(table = "tags")]
pub struct Tag {
    #[id(assigned)]
    #[column(length = 40)]
    pub name: String,
}

/// What `users.kind` may hold.
#[entity]
pub enum UserKind {
    Reader,
    #[serde(rename = "in review")]
    InReview,
    Admin,
}

/// A row of `users`.
#[entity(table = "users")]
pub struct User {
    #[id]
    pub id: i32,
    #[column(unique, length = 120)]
    pub email: String,
    pub name: Option<String>,
    #[column(name = "Full Name", default = "no\"body")]
    pub full_name: String,
    #[column(precision = 12, default = 0, check = "balance >= -100.5")]
    pub balance: Decimal,
    #[column(default = "reader")]
    pub kind: UserKind,
    #[column(default = "'{}'")]
    pub settings: serde_json::Value,
    // pub address: inet, which no field is of.
    // pub tags: text[], which no field is of.
    #[created_at]
    #[column(default = "now()")]
    pub created_at: DateTime<Utc>,
    #[updated_at]
    pub updated_at: DateTime<Utc>,
    pub deleted_at: Option<DateTime<Utc>>,
}
