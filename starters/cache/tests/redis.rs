//! Redis that goes away and comes back.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

extern crate savia_starter_cache as savia;

mod support;

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::{Duration, Instant};

use savia_core::endpoint::Endpoint;
use savia_core::health::{HealthIndicator, Status};
use savia_starter_cache::cached;
use serde_json::json;
use support::{App, OwnRedis, unique, until};

/// A call that cannot reach Redis takes no longer than a few timeouts of its commands.
const BOUND: Duration = Duration::from_secs(3);

static ASKED: AtomicU32 = AtomicU32::new(0);

#[cached(cache = "answers")]
async fn answer(id: i64) -> i64 {
    ASKED.fetch_add(1, SeqCst);
    id
}

async fn health(app: &App) -> Status {
    let all = app.app.handle().components::<dyn HealthIndicator>();
    let redis = all.iter().find(|it| it.name() == "redis").unwrap();
    assert!(!redis.affects_readiness());
    redis.check().await.status
}

/// Whether a second call finds what the first has put.
async fn caches(app: &App) -> bool {
    static NEXT: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(1);
    let id = NEXT.fetch_add(1, SeqCst);
    let since = Instant::now();
    let before = ASKED.load(SeqCst);
    for _ in 0..2 {
        assert_eq!(app.inside(answer(id)).await, id);
    }
    assert!(since.elapsed() < BOUND, "it hangs: {:?}", since.elapsed());
    ASKED.load(SeqCst) - before == 1
}

async fn goes_and_comes(backend: &str, redis: &mut OwnRedis) {
    let app = App::on(backend, &redis.url(), &unique()).await;
    assert!(caches(&app).await);
    assert_eq!(health(&app).await, Status::Up);

    redis.down();
    for _ in 0..5 {
        // The first notices that the connection is gone; all go on.
        caches(&app).await;
    }
    until("what is in the process is still trusted", async || {
        !caches(&app).await
    })
    .await;
    assert_eq!(health(&app).await, Status::Down);
    let evicted = app.cache().evict("answers", &1).await;
    assert_eq!(
        evicted.unwrap_err().kind(),
        savia_core::ErrorKind::Unavailable
    );
    let endpoints = app.app.handle().components::<dyn Endpoint>();
    let shown = endpoints[0].read(&["answers"], &[]).await.unwrap();
    assert!(shown["errors"].as_u64().unwrap() > 0, "{shown}");

    redis.up();
    until("it does not recover", async || caches(&app).await).await;
    assert_eq!(health(&app).await, Status::Up);

    // Connected, and without a word.
    redis.signal("-STOP");
    let since = Instant::now();
    for id in -20..0 {
        app.inside(answer(id)).await;
    }
    assert!(
        since.elapsed() < BOUND,
        "each call waits: {:?}",
        since.elapsed()
    );
    redis.signal("-CONT");
    until("it does not recover", async || caches(&app).await).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_application_goes_on_without_redis_and_recovers() {
    let Some(mut redis) = OwnRedis::start() else {
        return;
    };
    goes_and_comes("redis", &mut redis).await;
    goes_and_comes("tiered", &mut redis).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_starts_without_redis() {
    let Some(mut redis) = OwnRedis::start() else {
        return;
    };
    redis.down();
    let app = App::on("tiered", &redis.url(), &unique()).await;
    assert_eq!(app.inside(answer(1_000)).await, 1_000);
    redis.up();
    until("it does not connect", async || caches(&app).await).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn values_in_the_process_are_given_out_for_a_time_where_that_is_allowed() {
    let Some(mut redis) = OwnRedis::start() else {
        return;
    };
    let app = App::start(&[
        ("cache.backend", json!("tiered")),
        ("redis.url", json!(redis.url())),
        ("cache.redis.prefix", json!(unique())),
        ("cache.tiered.stale_when_lost", json!("1h")),
    ])
    .await;
    app.inside(answer(2_000)).await;
    let before = ASKED.load(SeqCst);
    redis.down();
    tokio::time::sleep(Duration::from_millis(500)).await;
    for _ in 0..10 {
        app.inside(answer(2_000)).await;
    }
    // Other tests of this file ask too, of other keys; this one is not computed again.
    let asked = ASKED.load(SeqCst) - before;
    let cache = app.cache().typed::<i64>("answers");
    assert_eq!(cache.get(&2_000).await, Some(2_000), "{asked}");
    app.stop().await;
}

#[tokio::test(flavor = "current_thread")]
async fn synchronous_code_on_a_workers_thread_uses_what_is_in_the_process() {
    #[cached(cache = "on_a_worker")]
    fn blocking(id: i64) -> i64 {
        BLOCKING.fetch_add(1, SeqCst);
        id
    }
    static BLOCKING: AtomicU32 = AtomicU32::new(0);
    let Some(redis) = OwnRedis::start() else {
        return;
    };
    let app = App::on("tiered", &redis.url(), &unique()).await;
    app.context().sync_scope(|| {
        assert_eq!((blocking(1), blocking(1)), (1, 1));
    });
    assert_eq!(BLOCKING.load(SeqCst), 1);
    let cache = app.cache().typed::<i64>("on_a_worker");
    assert_eq!(cache.get(&1).await, Some(1));
    // Nothing of it is on Redis: with the tier in the process it is gone.
    app.stop().await;
}
