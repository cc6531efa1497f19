//! The auto-configuration: by default, overridden, absent, and misconfigured.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

extern crate savia_starter_cache as savia;

mod support;

use std::sync::Arc;

use async_trait::async_trait;
use savia_core::Result;
use savia_core::cache::{BaseCache, CacheCodec, CacheEntry, CacheHit, CacheSpec};
use savia_core::component::Interface;
use savia_core::config::Sources;
use savia_core::container::Overrides;
use savia_core::endpoint::Endpoint;
use savia_core::health::HealthIndicator;
use savia_core::lifecycle::Application;
use savia_starter_cache::cached;
use serde_json::json;
use support::{App, SHARED, has_redis, unique};

#[cached(cache = "doubles", max_entries = 5)]
async fn double(id: i64) -> i64 {
    id * 2
}

#[tokio::test(flavor = "multi_thread")]
async fn by_default_values_are_in_the_process() {
    let app = App::memory().await;
    assert_eq!(app.backend().name(), "memory");
    let health = app.app.handle().components::<dyn HealthIndicator>();
    assert!(health.is_empty(), "there is nothing to be well or not");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn auto_is_redis_where_there_is_one() {
    let app = App::start(&[("cache.backend", json!("auto"))]).await;
    assert_eq!(app.backend().name(), "memory");
    app.stop().await;
    if has_redis() {
        let app = App::on("auto", SHARED, &unique()).await;
        assert_eq!(app.backend().name(), "tiered");
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_endpoint_lists_and_evicts_as_spring_boots_does() {
    let app = App::memory().await;
    let endpoints = app.app.handle().components::<dyn Endpoint>();
    let endpoint = endpoints.iter().find(|it| it.id() == "caches").unwrap();
    app.inside(async {
        double(1).await;
        double(1).await;
    })
    .await;
    let all = endpoint.read(&[], &[]).await.unwrap();
    let doubles = &all["cacheManagers"]["cacheManager"]["caches"]["doubles"];
    assert_eq!(doubles["target"], "memory");
    assert_eq!(
        (&doubles["hits"], &doubles["misses"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(doubles["size"], 1);
    let one = endpoint.read(&["doubles"], &[]).await.unwrap();
    assert_eq!(one["name"], "doubles");
    assert_eq!(one["cacheManager"], "cacheManager");

    endpoint.delete(&["doubles", "1"]).await.unwrap();
    let one = endpoint.read(&["doubles"], &[]).await.unwrap();
    assert_eq!(one["size"], 0);
    endpoint.delete(&["doubles"]).await.unwrap();
    endpoint.delete(&[]).await.unwrap();
    let unknown = endpoint.read(&["triples"], &[]).await.unwrap_err();
    assert_eq!(unknown.kind(), savia_core::ErrorKind::NotFound);
    app.stop().await;
}

/// A backend of the application's own, of which nothing is in the process.
#[derive(Default)]
struct OwnCache(std::sync::Mutex<std::collections::HashMap<String, Vec<u8>>>);

#[async_trait]
impl BaseCache for OwnCache {
    async fn get(
        &self,
        cache: &CacheSpec,
        key: &str,
        codec: &dyn CacheCodec,
    ) -> Result<Option<CacheHit>> {
        let place = format!("{}/{key}", cache.name);
        let bytes = self.0.lock().unwrap().get(&place).cloned();
        let Some(bytes) = bytes else { return Ok(None) };
        let value = Some(codec.decode(&bytes)?);
        Ok(Some(CacheHit { value, fresh: true }))
    }

    async fn put(
        &self,
        cache: &CacheSpec,
        key: &str,
        entry: CacheEntry,
        codec: &dyn CacheCodec,
    ) -> Result<()> {
        let bytes = codec.encode(&entry.value.unwrap())?;
        let place = format!("{}/{key}", cache.name);
        self.0.lock().unwrap().insert(place, bytes);
        Ok(())
    }

    async fn evict(&self, cache: &CacheSpec, key: &str) -> Result<()> {
        self.0
            .lock()
            .unwrap()
            .remove(&format!("{}/{key}", cache.name));
        Ok(())
    }

    async fn evict_tag(&self, _: &CacheSpec, _: &str) -> Result<()> {
        Ok(())
    }

    async fn clear(&self, _: &CacheSpec) -> Result<()> {
        self.0.lock().unwrap().clear();
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_of_the_applications_own_replaces_it() {
    let own = Arc::new(OwnCache::default());
    let folder = tempfile::tempdir().unwrap();
    let mut overrides = Overrides::default();
    overrides.set::<dyn BaseCache>(own.clone());
    // What is configured does not matter then, and nothing is connected to.
    let sources = Sources::in_dir(folder.path()).over("cache.backend", json!("redis"));
    let discovered = Application::configure(sources).unwrap().discover(overrides);
    let app = discovered.build().await.unwrap().start().await.unwrap();
    let context =
        savia_core::Context::new(app.handle().clone(), savia_core::context::ContextKind::Test);
    context.scope(double(4)).await;
    assert_eq!(own.0.lock().unwrap()["doubles/4"], b"8");
    own.0
        .lock()
        .unwrap()
        .insert("doubles/4".to_owned(), b"9".to_vec());
    let context =
        savia_core::Context::new(app.handle().clone(), savia_core::context::ContextKind::Test);
    assert_eq!(context.scope(double(4)).await, 9);
    assert!(app.stop().await);
    let _ = Interface::of::<dyn BaseCache>();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cache_that_cannot_be_is_explained() {
    let refused = async |config: &[(&str, serde_json::Value)], parts: &[&str]| {
        let error = App::try_start(config).await.err().unwrap();
        let report = error.report(false);
        for part in parts {
            assert!(report.contains(part), "{part} in {report}");
        }
    };
    refused(
        &[("cache.backend", json!("redis"))],
        &[
            "error[cache::redis_url]",
            "cache.backend",
            "set `redis.url`",
        ],
    )
    .await;
    refused(
        &[
            ("cache.backend", json!("tiered")),
            ("redis.url", json!("http://there")),
        ],
        &["error[cache::redis_url]", "redis.url", "redis://host:6379"],
    )
    .await;
    refused(
        &[
            ("cache.backend", json!("redis")),
            ("redis.url", json!(SHARED)),
            ("cache.caches.triples.max_weight", json!(7)),
            ("cache.max_entries", json!(8)),
        ],
        &[
            "error[cache::bounds_on_redis]",
            "`autoconfig::double` says `max_entries`",
            "tests/autoconfig.rs:",
            "the cache `triples` is bounded by `max_weight`",
            "cache.caches.triples.max_weight",
            "every cache is bounded by `max_entries`",
            "maxmemory-policy allkeys-lru",
            "cache.backend: tiered",
        ],
    )
    .await;
    refused(
        &[("cache.backend", json!("memry"))],
        &["cache.backend", "memory"],
    )
    .await;
    refused(&[("cache.max_entries", json!(0))], &["cache.max_entries"]).await;
    refused(
        &[("cache.caches.doubles.ttk", json!("1s"))],
        &["did you mean `cache.caches.doubles.tti`?"],
    )
    .await;
    refused(&[("cache.jitter", json!(2))], &["cache.jitter"]).await;
}
