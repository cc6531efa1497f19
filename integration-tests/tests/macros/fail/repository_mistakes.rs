//! Mistakes of a repository are told at once, in the words of its author.

use savia::repository::{BaseRepository, Page, PageRequest};
use savia::{Result, entity, repository};

#[entity]
pub struct Post {
    #[id]
    pub id: i64,
    pub title: String,
    pub rank: i32,
}

#[repository(primry)]
pub trait PostRepository: BaseRepository<Post> {
    async fn get_by_title(&self, title: &str) -> Result<Vec<Post>>;

    async fn find_by_title_and_rank_between(&self, title: &str, low: i32) -> Result<Vec<Post>>;

    async fn find_by_title(&self, title: &str, other: &str) -> Result<Vec<Post>>;

    async fn find_by_rank(&self, rank: i32) -> Result<Page<Post>>;

    async fn find_by_rank_not(&self, rank: i32, page: PageRequest) -> Result<Vec<Post>>;

    async fn find_by_rank_less_than(&self, rank: i32) -> Vec<Post>;

    async fn count_by_rank(&self, rank: i32) -> Result<bool>;

    fn exists_by_rank(&self, rank: i32) -> Result<bool>;
}

#[repository]
pub trait Nothing: Send {
    async fn find_by_rank(&self, rank: i32) -> Result<Vec<Post>>;
}

#[repository]
pub struct Posts;

fn main() {}
