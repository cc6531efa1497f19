//! A repository: names, queries, methods of its author's own, and who injects it.

use std::sync::Arc;

use savia::chrono::{DateTime, Utc};
use savia::repository::{
    BaseRepository, CursorRequest, Page, PageRequest, Slice, Sort,
};
use savia::data::{Loaded, raw_query};
use savia::{Result, entity, repository, service};

#[entity]
pub struct User {
    #[id]
    pub id: i64,
    pub email: String,
}

#[entity]
pub struct Post {
    #[id]
    pub id: i64,
    pub title: String,
    pub r#type: Option<String>,
    #[belongs_to(User)]
    pub author_id: i64,
    pub author: Loaded<User>,
    #[created_at]
    pub created_at: DateTime<Utc>,
}

/// The posts.
#[repository(primary)]
pub trait PostRepository: BaseRepository<Post> {
    /// By parts of the title.
    async fn find_by_title_containing(&self, text: &str, page: PageRequest) -> Result<Page<Post>>;

    #[with(author)]
    async fn find_by_author_id_in(&self, authors: &[i64], sort: Sort) -> Result<Vec<Post>>;

    async fn find_by_type(&self, r#type: Option<&str>, limit: u32) -> Result<Vec<Post>>;

    async fn find_by_created_at_after(
        &self,
        time: DateTime<Utc>,
        request: &CursorRequest,
    ) -> Result<Slice<Post>>;

    async fn count_by_title(&self, title: String) -> Result<u64>;

    async fn exists_by_title_ignore_case(&self, title: &str) -> Result<bool>;

    async fn delete_by_created_at_before(&self, time: DateTime<Utc>) -> Result<()>;

    #[query("select * from posts where created_at > :since order by created_at")]
    async fn published_since(&self, since: DateTime<Utc>) -> Result<Vec<Post>>;

    async fn latest(&self) -> Result<Option<Post>> {
        let page = PageRequest::of(0, 1).sorted(Sort::default().desc("created_at"));
        Ok(self.find_page(&page).await?.content.pop())
    }
}

#[service]
pub struct Posts {
    posts: Arc<dyn PostRepository>,
    users: Arc<dyn BaseRepository<Post>>,
}

impl Posts {
    pub async fn both(&self) -> Result<u64> {
        Ok(self.posts.count().await? + self.users.count().await?)
    }
}

fn main() {
    let names: Vec<_> = raw_query::queries()
        .iter()
        .map(|it| it.query.name)
        .collect();
    assert_eq!(names, ["PostRepository::published_since"]);
}
