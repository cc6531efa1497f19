//! Values whose time is over, given out while they are computed anew.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::{Duration, Instant};

use savia_core::service;
use savia_starter_cache::cached;

use crate::support::{App, SHARED, has_redis, unique, until};

#[service]
struct Rates {
    #[init]
    asked: AtomicU32,
}

impl Rates {
    #[cached(cache = "rates", ttl = "100ms", stale_while_revalidate = "1m")]
    async fn of(&self, currency: &str) -> u32 {
        let asked = self.asked.fetch_add(1, SeqCst);
        if asked > 0 {
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        assert_eq!(currency, "EUR");
        asked
    }

    #[cached(ttl = "100ms", stale_while_revalidate = "1m")]
    fn blocking(&self, currency: String) -> u32 {
        let asked = self.asked.fetch_add(1, SeqCst);
        if asked > 0 {
            std::thread::sleep(Duration::from_millis(300));
        }
        assert_eq!(currency, "EUR");
        asked
    }
}

async fn stale(app: &App) {
    let rates = app.app.handle().component::<Rates>().unwrap();
    app.inside(async {
        assert_eq!(rates.of("EUR").await, 0);
        tokio::time::sleep(Duration::from_millis(200)).await;
        let since = Instant::now();
        for _ in 0..10 {
            assert_eq!(rates.of("EUR").await, 0);
        }
        assert!(since.elapsed() < Duration::from_millis(250), "nobody waits");
        until("it was not computed anew", async || {
            rates.of("EUR").await == 1
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_value_is_given_out_while_one_computes() {
    let app = App::memory().await;
    stale(&app).await;
    app.stop().await;
    if !has_redis() {
        return;
    }
    for backend in ["redis", "tiered"] {
        let app = App::on(backend, SHARED, &unique()).await;
        stale(&app).await;
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn synchronous_functions_too() {
    let app = App::memory().await;
    let rates = app.app.handle().component::<Rates>().unwrap();
    let context = app.context();
    context.sync_scope(|| assert_eq!(rates.blocking("EUR".to_owned()), 0));
    tokio::time::sleep(Duration::from_millis(200)).await;
    let since = Instant::now();
    context.sync_scope(|| assert_eq!(rates.blocking("EUR".to_owned()), 0));
    assert!(since.elapsed() < Duration::from_millis(200), "nobody waits");
    until("it was not computed anew", async || {
        context.sync_scope(|| rates.blocking("EUR".to_owned())) == 1
    })
    .await;
    app.stop().await;
}

/// One that is no component is computed anew by a caller, and the others do not wait.
#[tokio::test(flavor = "multi_thread")]
async fn a_value_of_no_component_is_computed_anew_by_one_caller() {
    let app = App::memory().await;
    let rates = Arc::new(Rates {
        asked: AtomicU32::new(0),
    });
    app.inside(async {
        assert_eq!(rates.of("EUR").await, 0);
        tokio::time::sleep(Duration::from_millis(200)).await;
        let (first, second) = tokio::join!(rates.of("EUR"), rates.of("EUR"));
        assert_eq!((first, second), (1, 0));
    })
    .await;
    app.stop().await;
}
