//! A column that is none, and a parameter of another type than its column, are told at the method.

use savia::data::Loaded;
use savia::repository::BaseRepository;
use savia::{Result, entity, repository};

#[entity]
pub struct User {
    #[id]
    pub id: i64,
}

#[entity]
pub struct Post {
    #[id]
    pub id: i64,
    pub title: String,
    pub rank: i32,
    #[belongs_to(User)]
    pub author_id: i64,
    pub author: Loaded<User>,
}

#[repository]
pub trait PostRepository: BaseRepository<Post> {
    async fn find_by_titel(&self, title: &str) -> Result<Vec<Post>>;

    async fn find_all_order_by_titel(&self) -> Result<Vec<Post>>;

    async fn find_by_rank(&self, rank: &str) -> Result<Vec<Post>>;

    async fn find_by_rank_in(&self, ranks: Vec<String>) -> Result<Vec<Post>>;

    async fn find_by_rank_containing(&self, text: &str) -> Result<Vec<Post>>;

    async fn find_by_title_is_true(&self) -> Result<Vec<Post>>;

    async fn find_by_title(&self, title: &str) -> Result<Vec<User>>;

    #[with(writer)]
    async fn find_by_title_not(&self, title: &str) -> Result<Vec<Post>>;

    #[with(title)]
    async fn find_by_title_like(&self, title: &str) -> Result<Vec<Post>>;
}

pub struct Plain;

fn main() {}
