//! What is evicted while Redis is away is gone once it is back.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

extern crate savia_starter_cache as savia;

mod support;

use std::time::Duration;

use savia_core::ErrorKind;
use serde_json::json;
use support::{App, OwnRedis, unique, until};

const OLD: &str = "old";
/// More than are kept one by one.
const MANY: usize = 1_200;

async fn instance(backend: &str, redis: &OwnRedis, prefix: &str) -> App {
    App::start(&[
        ("cache.backend", json!(backend)),
        ("redis.url", json!(redis.url())),
        ("cache.redis.prefix", json!(prefix)),
        ("cache.ttl", json!("1h")),
        // Other instances hold on to what they have.
        ("cache.tiered.stale_when_lost", json!("1h")),
    ])
    .await
}

async fn find(app: &App, cache: &str, key: &str) -> Option<String> {
    app.cache().typed::<String>(cache).get(key).await
}

/// Every cache and key, and the tags it bears.
fn everything() -> Vec<(&'static str, String, Vec<&'static str>)> {
    let mut all = vec![
        ("keys", "evicted".to_owned(), vec![]),
        ("keys", "put".to_owned(), vec![]),
        ("keys", "kept".to_owned(), vec![]),
        ("tags", "evicted".to_owned(), vec!["a", "b"]),
        ("tags", "kept".to_owned(), vec!["b"]),
        ("cleared", "evicted".to_owned(), vec![]),
    ];
    all.extend((0..=MANY).map(|key| ("many", key.to_string(), vec![])));
    all
}

async fn is_made_up_for(backend: &str) {
    let Some(mut redis) = OwnRedis::lasting() else {
        return;
    };
    let prefix = unique();
    let here = instance(backend, &redis, &prefix).await;
    let there = instance(backend, &redis, &prefix).await;
    for (cache, key, tags) in everything() {
        let cache = here.cache().typed::<String>(cache).with_tags(tags);
        cache.put(&key, OLD.to_owned()).await.unwrap();
    }
    for (cache, key, _) in everything() {
        assert_eq!(find(&there, cache, &key).await.as_deref(), Some(OLD));
    }

    redis.down();
    let cache = here.cache();
    until("it is still there", async || {
        let evicted = cache.evict("keys", "evicted").await;
        evicted.is_err_and(|error| error.kind() == ErrorKind::Unavailable)
    })
    .await;
    let keys = cache.typed::<String>("keys");
    assert!(keys.put("put", "new".to_owned()).await.is_err());
    assert!(cache.evict_tag("tags", "a").await.is_err());
    assert!(cache.clear("cleared").await.is_err());
    for key in 0..MANY {
        assert!(cache.evict("many", &key).await.is_err());
    }

    // Redis has all of it still: it is seen where nobody else looks.
    let place = redis.port;
    redis.move_to_another_port();
    redis.up();
    until("it has lost what it held", async || {
        let held =
            || redis::cmd("DBSIZE").query(&mut redis::Client::open(redis.url())?.get_connection()?);
        held().is_ok_and(|held: usize| held >= everything().len())
    })
    .await;
    redis.down();
    redis.port = place;
    redis.up();

    for app in [&here, &there] {
        until("it does not come back", async || {
            find(app, "keys", "kept").await.is_some()
        })
        .await;
        until("another instance is not told", async || {
            find(app, "keys", "evicted").await.is_none()
        })
        .await;
        // They were sent together.
        tokio::time::sleep(Duration::from_millis(200)).await;
        let mut left = Vec::new();
        for (cache, key, _) in everything() {
            let found = find(app, cache, &key).await;
            if key == "kept" {
                assert_eq!(found.as_deref(), Some(OLD), "{cache}: {key}");
            } else if found.is_some() {
                left.push(format!("{cache}: {key}"));
            }
        }
        assert!(left.is_empty(), "{left:?} are still given out");
    }
    here.stop().await;
    there.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_redis() {
    is_made_up_for("redis").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tiered() {
    is_made_up_for("tiered").await;
}

/// A caller who goes away while Redis is silent leaves an eviction behind, which Redis never reads.
#[tokio::test(flavor = "multi_thread")]
async fn an_eviction_whose_caller_is_gone_is_sent() {
    let Some(mut redis) = OwnRedis::lasting() else {
        return;
    };
    let app = instance("tiered", &redis, &unique()).await;
    let names = app.cache().typed::<String>("names");
    for key in ["a", "b"] {
        names.put(key, OLD.to_owned()).await.unwrap();
    }
    redis.signal("-STOP");
    let gone = tokio::time::timeout(Duration::from_millis(50), names.evict("a")).await;
    assert!(gone.is_err(), "Redis has answered");
    redis.down();
    redis.up();
    until("it does not come back", async || {
        names.get("b").await.is_some()
    })
    .await;
    assert_eq!(names.get("a").await, None, "the eviction is lost");
    app.stop().await;
}
