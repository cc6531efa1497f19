//! What cannot be bound, and what no row can be read as, is told at its type.

use savia::repository::BaseRepository;
use savia::{Result, entity, repository};

#[entity]
pub struct Post {
    #[id]
    pub id: i64,
    pub title: String,
}

pub struct Plain;

#[repository]
pub trait PostRepository: BaseRepository<Post> {
    #[query("select * from posts where title = :plain")]
    async fn bound(&self, plain: Plain) -> Result<Vec<Post>>;

    #[query("select * from posts where title in (:list)")]
    async fn list(&self, list: &[u64]) -> Result<Vec<Post>>;

    #[query("select * from posts")]
    async fn read(&self) -> Result<Vec<Plain>>;
}

fn main() {}
