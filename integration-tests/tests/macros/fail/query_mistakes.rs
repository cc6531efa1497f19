//! Mistakes of a query are told where it stands.

use savia::repository::{BaseRepository, Page, PageRequest};
use savia::{Result, entity, repository};

#[entity]
pub struct Post {
    #[id]
    pub id: i64,
    pub title: String,
}

#[repository]
pub trait PostRepository: BaseRepository<Post> {
    #[query("select * from posts where title = :titel")]
    async fn titled(&self, title: &str) -> Result<Vec<Post>>;

    #[query("select * from posts where title = ?")]
    async fn unnamed(&self) -> Result<Vec<Post>>;

    #[query("select 1; drop table posts")]
    async fn two(&self) -> Result<i64>;

    #[query("select * from posts")]
    async fn page(&self) -> Result<Page<Post>>;

    #[query("delete from posts")]
    async fn deleted(&self, page: PageRequest) -> Result<u64>;

    #[query("select 1", modifing)]
    async fn option(&self) -> Result<i64>;

    #[query("select purge()")]
    async fn nothing(&self) -> Result<()>;

    #[query]
    async fn no_text(&self) -> Result<()>;
}

fn main() {}
