//! What every backend keeps: the same cases for each of them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

extern crate savia_starter_cache as savia;

mod support;

use std::sync::Arc;
use std::time::Duration;

use savia_core::cache::{BaseCache, CacheEntry, CacheSpec, CacheValue, Flight, JsonCodec};
use support::{App, SHARED, has_redis, unique, until};

static CODEC: JsonCodec<String> = JsonCodec::new();
/// Long enough for a busy machine.
const MOMENT: Duration = Duration::from_millis(150);

struct Case {
    backend: Arc<dyn BaseCache>,
    cache: CacheSpec,
    other: CacheSpec,
}

fn text(value: &str) -> CacheEntry {
    CacheEntry {
        ttl: Some(Duration::from_secs(60)),
        ..CacheEntry::new(Arc::new(value.to_owned()))
    }
}

impl Case {
    async fn get(&self, key: &str) -> Option<String> {
        let hit = self.backend.get(&self.cache, key, &CODEC).await.unwrap()?;
        assert!(hit.fresh, "what is stale was not asked for");
        let value: CacheValue = hit.value?;
        Some(value.downcast_ref::<String>().unwrap().clone())
    }

    async fn put(&self, key: &str, entry: CacheEntry) {
        self.backend
            .put(&self.cache, key, entry, &CODEC)
            .await
            .unwrap();
    }

    /// The right to compute a key, as an instance would ask for it; what it puts.
    async fn begin(&self, key: &str, tags: &[&str]) -> Flight {
        let tags: Vec<_> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        self.backend.begin(&self.cache, key, &tags).await.unwrap()
    }
}

macro_rules! contract {
    ($($case:ident)*) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                super::run("memory", |case| Box::pin(super::$case(case))).await;
            })*
        }
        mod redis {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                super::run("redis", |case| Box::pin(super::$case(case))).await;
            })*
        }
        mod tiered {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $case() {
                super::run("tiered", |case| Box::pin(super::$case(case))).await;
            })*
        }
    };
}

contract! {
    what_was_put_is_found_until_it_is_evicted
    caches_do_not_see_each_other
    an_entry_goes_with_its_time
    what_is_stale_says_so
    the_knowledge_that_there_is_none_is_kept
    tags_evict_what_bears_them
    clearing_evicts_everything_of_one_cache
    what_was_evicted_while_it_was_computed_is_not_put
    a_key_of_any_text_is_a_key
}

type Run<'a> = std::pin::Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

async fn run(backend: &str, case: for<'a> fn(&'a Case) -> Run<'a>) {
    let app = if backend == "memory" {
        App::memory().await
    } else if has_redis() {
        App::on(backend, SHARED, &unique()).await
    } else {
        return;
    };
    let spec = |name: &str| CacheSpec {
        name: name.to_owned(),
        max_entries: Some(100),
        ..CacheSpec::default()
    };
    let held = Case {
        backend: app.backend(),
        cache: spec("posts"),
        other: spec("posts2"),
    };
    assert_eq!(held.backend.name(), backend);
    case(&held).await;
    app.stop().await;
}

async fn what_was_put_is_found_until_it_is_evicted(case: &Case) {
    assert_eq!(case.get("1").await, None);
    case.put("1", text("one")).await;
    case.put("2", text("two")).await;
    assert_eq!(case.get("1").await.as_deref(), Some("one"));
    case.put("1", text("uno")).await;
    assert_eq!(case.get("1").await.as_deref(), Some("uno"));
    case.backend.evict(&case.cache, "1").await.unwrap();
    assert_eq!(case.get("1").await, None);
    assert_eq!(case.get("2").await.as_deref(), Some("two"));
}

async fn caches_do_not_see_each_other(case: &Case) {
    case.put("1", text("one")).await;
    let other = case.backend.get(&case.other, "1", &CODEC).await.unwrap();
    assert!(other.is_none());
    case.backend.clear(&case.other).await.unwrap();
    case.backend.evict(&case.other, "1").await.unwrap();
    assert_eq!(case.get("1").await.as_deref(), Some("one"));
}

async fn an_entry_goes_with_its_time(case: &Case) {
    let short = CacheEntry {
        ttl: Some(MOMENT),
        ..text("one")
    };
    case.put("1", short).await;
    case.put(
        "2",
        CacheEntry {
            ttl: None,
            ..text("two")
        },
    )
    .await;
    tokio::time::sleep(MOMENT * 2).await;
    assert_eq!(case.get("1").await, None);
    assert_eq!(case.get("2").await.as_deref(), Some("two"));
}

async fn what_is_stale_says_so(case: &Case) {
    let entry = CacheEntry {
        ttl: Some(MOMENT),
        stale: Some(Duration::from_secs(60)),
        ..text("one")
    };
    case.put("1", entry).await;
    assert_eq!(case.get("1").await.as_deref(), Some("one"));
    tokio::time::sleep(MOMENT * 2).await;
    let hit = case.backend.get(&case.cache, "1", &CODEC).await.unwrap();
    assert!(!hit.unwrap().fresh);
}

async fn the_knowledge_that_there_is_none_is_kept(case: &Case) {
    case.put(
        "1",
        CacheEntry {
            value: None,
            ..text("")
        },
    )
    .await;
    let hit = case.backend.get(&case.cache, "1", &CODEC).await.unwrap();
    assert!(hit.unwrap().value.is_none());
}

async fn tags_evict_what_bears_them(case: &Case) {
    let tagged = |value: &str, tags: &[&str]| CacheEntry {
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        ..text(value)
    };
    case.put("1", tagged("one", &["a", "b"])).await;
    case.put("2", tagged("two", &["b"])).await;
    case.put("3", tagged("three", &["c"])).await;
    assert_eq!(case.get("1").await.as_deref(), Some("one"));
    case.backend.evict_tag(&case.cache, "a").await.unwrap();
    assert_eq!(case.get("1").await, None);
    assert_eq!(case.get("2").await.as_deref(), Some("two"));
    case.backend.evict_tag(&case.cache, "b").await.unwrap();
    assert_eq!(case.get("2").await, None);
    assert_eq!(case.get("3").await.as_deref(), Some("three"));
    case.put("1", tagged("uno", &["a"])).await;
    assert_eq!(case.get("1").await.as_deref(), Some("uno"));
    case.backend
        .evict_tag(&case.cache, "nobody's")
        .await
        .unwrap();
}

async fn clearing_evicts_everything_of_one_cache(case: &Case) {
    case.put("1", text("one")).await;
    case.put("2", text("two")).await;
    case.backend
        .put(&case.other, "1", text("other"), &CODEC)
        .await
        .unwrap();
    case.backend.clear(&case.cache).await.unwrap();
    assert_eq!(case.get("1").await, None);
    assert_eq!(case.get("2").await, None);
    assert!(
        case.backend
            .get(&case.other, "1", &CODEC)
            .await
            .unwrap()
            .is_some()
    );
    case.put("1", text("uno")).await;
    assert_eq!(case.get("1").await.as_deref(), Some("uno"));
}

async fn what_was_evicted_while_it_was_computed_is_not_put(case: &Case) {
    if !case.backend.is_shared() {
        let local = case.backend.local(&case.cache).unwrap();
        for evict in 0..3 {
            let since = local.stamp("1");
            match evict {
                0 => local.evict("1"),
                1 => local.evict_tag("t"),
                _ => local.clear(),
            }
            assert!(!local.put("1", text("old"), Some(since)));
            assert_eq!(case.get("1").await, None);
        }
        let since = local.stamp("1");
        assert!(local.put("1", text("new"), Some(since)));
        return;
    }
    for evict in 0..4 {
        let Flight::Guarded(permit) = case.begin("1", &["t"]).await else {
            panic!("nobody computes it");
        };
        assert!(matches!(case.begin("1", &["t"]).await, Flight::Elsewhere));
        match evict {
            0 => case.backend.evict(&case.cache, "1").await.unwrap(),
            1 => case.backend.evict_tag(&case.cache, "t").await.unwrap(),
            2 => case.backend.clear(&case.cache).await.unwrap(),
            _ => case.put("1", text("newer")).await,
        }
        let entry = CacheEntry {
            tags: vec!["t".to_owned()],
            ..text("old")
        };
        assert!(!permit.put(entry, &CODEC).await.unwrap());
        let expected = (evict == 3).then_some("newer");
        assert_eq!(case.get("1").await.as_deref(), expected);
    }
    case.backend.evict(&case.cache, "1").await.unwrap();
    // Dropped, the right goes to another.
    drop(case.begin("1", &[]).await);
    until("the right was not given back", async || {
        matches!(case.begin("1", &[]).await, Flight::Guarded(_))
    })
    .await;
    until("the right was not given back", async || {
        let Flight::Guarded(permit) = case.begin("1", &[]).await else {
            return false;
        };
        permit.put(text("new"), &CODEC).await.unwrap()
    })
    .await;
    assert_eq!(case.get("1").await.as_deref(), Some("new"));
    // What is there is not computed.
    assert!(matches!(case.begin("1", &[]).await, Flight::Elsewhere));
}

/// Behind a tier in the process Redis keeps it for its time, so this is for the two alone.
#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_asks_for_goes_and_with_its_time_what_is_asked_for() {
    for backend in ["memory", "redis"] {
        run(backend, |case| Box::pin(what_nobody_asks_for_goes(case))).await;
    }
}

async fn what_nobody_asks_for_goes(case: &Case) {
    let idle = Duration::from_millis(600);
    let cache = CacheSpec {
        name: "idle".to_owned(),
        tti: Some(idle),
        ..CacheSpec::default()
    };
    let long = Duration::from_millis(1800);
    let entry = |ttl| CacheEntry {
        ttl: Some(ttl),
        ..text("one")
    };
    for (key, ttl) in [
        ("asked", long * 100),
        ("over", long),
        ("left", long * 100),
        ("short", idle / 2),
    ] {
        let put = case.backend.put(&cache, key, entry(ttl), &CODEC).await;
        put.unwrap();
    }
    let is_there = async |key| {
        let found = case.backend.get(&cache, key, &CODEC).await.unwrap();
        found.is_some_and(|hit| hit.fresh)
    };
    let since = std::time::Instant::now();
    loop {
        let before = since.elapsed();
        let (asked, over) = (is_there("asked").await, is_there("over").await);
        let short = is_there("short").await;
        let after = since.elapsed();
        assert!(asked, "after {before:?}");
        assert!(over || after > long - idle / 2, "gone after {after:?}");
        assert!(!over || before < long + idle / 2, "there after {before:?}");
        assert!(!short || before < idle, "there after {before:?}");
        if before > idle * 4 {
            break;
        }
        tokio::time::sleep(idle / 10).await;
    }
    assert!(!is_there("left").await);
    tokio::time::sleep(idle * 2).await;
    assert!(!is_there("asked").await);
}

async fn a_key_of_any_text_is_a_key(case: &Case) {
    let keys = ["", "a b", "a:b", "{a}", "ü\n\0", &"long".repeat(200)];
    for key in keys {
        case.put(key, text(key)).await;
    }
    for key in keys {
        assert_eq!(case.get(key).await.as_deref(), Some(key));
    }
}
