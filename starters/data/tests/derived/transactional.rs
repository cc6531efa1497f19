//! `#[transactional]` on methods and functions.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use savia::__private::macros::transactional;
use savia_core::{Error, Result};

use crate::model::{PostRepository, post, posts};
use crate::on_both;
use crate::support::Db;

on_both! {
    a_method_that_fails_leaves_nothing
    a_method_of_a_trait_is_a_transaction
    a_function_is_a_transaction
    what_may_run_again_has_its_parameters_each_time
}

struct Posts {
    posts: Arc<dyn PostRepository>,
    runs: AtomicU32,
}

#[async_trait]
trait Publisher {
    async fn publish(&self, title: &str, fails: bool) -> Result<i64>;
}

#[async_trait]
impl Publisher for Posts {
    #[transactional]
    async fn publish(&self, title: &str, fails: bool) -> Result<i64> {
        let stored = self.posts.insert(post(title, None, 7)).await?;
        if fails {
            return Err(Error::invalid("no"));
        }
        Ok(stored.id)
    }
}

impl Posts {
    #[transactional(timeout = "20s")]
    async fn both(&self, (first, second): (&str, Option<&str>)) -> Result<u64> {
        self.posts.insert(post(first, None, 7)).await?;
        let second = second.ok_or_else(|| Error::invalid("no"))?;
        self.posts.insert(post(second, None, 8)).await?;
        self.posts.count().await
    }

    #[transactional(isolation = "serializable")]
    async fn again(&self, mut title: String, at: i32) -> Result<String> {
        self.runs.fetch_add(1, Ordering::Relaxed);
        title.push('!');
        let stored = self.posts.insert(post(&title, None, at)).await?;
        Ok(stored.title)
    }
}

#[transactional(read_only)]
async fn read_only(posts: &dyn PostRepository) -> Result<u64> {
    let count = posts.count().await?;
    posts.insert(post("x", None, 7)).await?;
    Ok(count)
}

async fn service(db: &Db) -> Posts {
    Posts {
        posts: posts(db).await,
        runs: AtomicU32::new(0),
    }
}

async fn a_method_that_fails_leaves_nothing(db: &Db) {
    let service = service(db).await;
    db.inside(async {
        assert!(service.both(("a", None)).await.is_err());
        assert_eq!(service.posts.count().await.unwrap(), 4);
        assert_eq!(service.both(("a", Some("b"))).await.unwrap(), 6);
    })
    .await;
}

async fn a_method_of_a_trait_is_a_transaction(db: &Db) {
    let service = service(db).await;
    db.inside(async {
        assert!(service.publish("a", true).await.is_err());
        assert_eq!(service.posts.count().await.unwrap(), 4);
        assert!(service.publish("a", false).await.unwrap() > 0);
        assert_eq!(service.posts.count().await.unwrap(), 5);
    })
    .await;
}

async fn a_function_is_a_transaction(db: &Db) {
    let service = service(db).await;
    db.inside(async {
        assert!(read_only(&*service.posts).await.is_err());
        assert_eq!(service.posts.count().await.unwrap(), 4);
    })
    .await;
}

async fn what_may_run_again_has_its_parameters_each_time(db: &Db) {
    let service = service(db).await;
    db.inside(async {
        let title = service.again("a".to_owned(), 7).await.unwrap();
        assert_eq!(
            (title.as_str(), service.runs.load(Ordering::Relaxed)),
            ("a!", 1)
        );
    })
    .await;
}
