//! Cached functions.

use std::sync::Arc;

use savia::prelude::*;
use serde::{Deserialize, Serialize};

savia::app! { name: "bench" }

/// A value like many.
#[derive(Clone, Serialize, Deserialize)]
pub struct Post {
    pub id: i64,
    pub title: String,
    pub body: String,
}

impl Post {
    pub fn of(id: i64) -> Self {
        Self {
            id,
            title: format!("Post {id}"),
            body: "text ".repeat(50),
        }
    }
}

#[cached(ttl = "1h")]
pub fn shared(id: i64) -> Arc<Post> {
    Arc::new(Post::of(id))
}

#[cached(ttl = "1h")]
pub async fn shared_async(id: i64) -> Arc<Post> {
    Arc::new(Post::of(id))
}

#[cached(ttl = "1h")]
pub fn number(id: i64) -> i64 {
    id * 2
}

#[cached(ttl = "1h")]
pub fn text(kind: &str, id: i64) -> String {
    format!("{kind} {id}")
}

#[cached(ttl = "1h", max_entries = 10_000)]
pub fn ranked(rank: u64) -> u64 {
    super::zipf::miss();
    rank
}
