//! Functions with a cache before or after them, in every place where one may stand.

#![deny(warnings)]

use std::sync::Arc;

use savia::async_trait::async_trait;
use savia::{Result, cache_evict, cache_put, cached, service, transactional};
use serde::{Deserialize, Serialize};

savia::app! { name: "blog" }

#[derive(Clone, Serialize, Deserialize)]
pub struct Post {
    pub id: i64,
    pub author: i64,
    pub title: String,
}

/// In the process this is enough.
#[derive(Clone)]
pub struct Draft(pub String);

#[service]
pub struct Posts {}

impl Posts {
    #[cached(
        cache = "posts",
        key = "{id}",
        ttl = "5m",
        none_ttl = "10s",
        errors = "1s",
        stale_while_revalidate = "1m",
        condition = id > 0,
        unless = result.title.is_empty(),
        tags = ["all", "post:{id}"]
    )]
    pub async fn find(&self, id: i64) -> Result<Option<Post>> {
        let id = i64::try_from(id)?;
        Ok(Some(Post { id, author: 1, title: "One".to_owned() }))
    }

    /// Many may hold one value.
    #[cached(ttl = "1 h 30 m", tti = "10m", max_weight = 1000, weight = result.len())]
    fn page(&self, author: Option<&str>, from: u32) -> Arc<Vec<Post>> {
        let _ = (author, from);
        Arc::default()
    }

    #[cached(local, key = (id, "draft"))]
    async fn draft(self: Arc<Self>, id: i64) -> std::result::Result<Draft, std::io::Error> {
        Ok(Draft(id.to_string()))
    }

    #[cache_put(cache = "posts", key = "{result.id}", tags = ["all", "author:{result.author}"])]
    #[cache_evict(cache = "blog.titles", all)]
    #[transactional]
    pub async fn save(&self, post: Post) -> Result<Post> {
        Ok(post)
    }

    #[cache_evict(cache = "posts", key = "{id}", condition = !id.is_negative())]
    pub fn forget(&self, id: i32) {
        let _ = id;
    }

    #[cache_evict(cache = "posts", tags = ["author:{post.author}", "{{literal}}"], before)]
    pub async fn leave(&self, post: &Post) -> Result<()> {
        let _ = post;
        Ok(())
    }
}

#[async_trait]
pub trait Titles: Send + Sync {
    async fn title(&self, slug: &str) -> Result<String>;
}

#[async_trait]
impl Titles for Posts {
    #[cached(cache = "blog.titles")]
    async fn title(&self, slug: &str) -> Result<String> {
        Ok(slug.to_owned())
    }
}

/// The braces of one line are the author's.
#[cached]
pub async fn doubled(id: i64) -> i64 { id * 2 }

fn sent(_: impl Future + Send) {}

fn main() {
    let posts = Arc::new(Posts {});
    sent(posts.find(1));
    sent(posts.title("a"));
    sent(posts.leave(&Post { id: 1, author: 1, title: String::new() }));
    sent(Arc::clone(&posts).draft(1));
    sent(posts.save(Post { id: 1, author: 1, title: String::new() }));
    sent(doubled(1));
    // Outside of an application they are functions like others.
    posts.forget(1);
    assert!(posts.page(Some("ann"), 1).is_empty());
}
