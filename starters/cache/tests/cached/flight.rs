//! One computation a key.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use savia_core::Result;
use savia_starter_cache::{Cache, cache_evict, cached};

use crate::support::{App, SHARED, has_redis, unique};

const CALLERS: usize = 1_000;

macro_rules! counted {
    ($($name:ident)*) => {
        $(static $name: AtomicU32 = AtomicU32::new(0);)*
    };
}

counted! { ASYNC SYNC SHARED_ASYNC SHARED_SYNC TASKS PANICS DROPS FAILS }

#[cached]
async fn slow(id: i64) -> i64 {
    ASYNC.fetch_add(1, SeqCst);
    tokio::time::sleep(Duration::from_millis(100)).await;
    id
}

#[cached]
fn slow_blocking(id: i64) -> i64 {
    SYNC.fetch_add(1, SeqCst);
    std::thread::sleep(Duration::from_millis(100));
    id
}

#[cached(cache = "across")]
async fn across(id: String) -> String {
    SHARED_ASYNC.fetch_add(1, SeqCst);
    tokio::time::sleep(Duration::from_millis(200)).await;
    id
}

#[cached(cache = "across_blocking")]
fn across_blocking(id: String) -> String {
    SHARED_SYNC.fetch_add(1, SeqCst);
    std::thread::sleep(Duration::from_millis(200));
    id
}

#[cached(cache = "in_tasks")]
fn in_tasks(id: String) -> String {
    TASKS.fetch_add(1, SeqCst);
    std::thread::sleep(Duration::from_millis(100));
    id
}

#[cached(cache = "both", key = "{id}")]
async fn outer(id: i64) -> i64 {
    tokio::time::sleep(Duration::from_millis(20)).await;
    inner(id).await + 1
}

#[cached(cache = "both", key = "{id}")]
async fn inner(id: i64) -> i64 {
    tokio::time::sleep(Duration::from_millis(20)).await;
    id
}

/// What it evicts makes this process forget that it is under way; Redis knows it still.
#[cached(cache = "again", key = "{id}", tags = ["all"])]
async fn evicts_and_asks_again(id: i64) -> Result<i64> {
    savia_core::Context::current()
        .and_then(|context| context.app().component::<Cache>())
        .unwrap()
        .evict_tag("again", "all")
        .await?;
    Ok(asked_again(id).await? + 1)
}

#[cached(cache = "again", key = "{id}", tags = ["all"])]
async fn asked_again(id: i64) -> Result<i64> {
    Ok(id)
}

#[cached(cache = "again", key = "{id}", tags = ["all"])]
fn evicts_and_asks_again_blocking(id: i64) -> i64 {
    evict_again();
    asked_again_blocking(id) + 1
}

#[cache_evict(cache = "again", tags = ["all"])]
fn evict_again() {}

#[cached(cache = "again", key = "{id}", tags = ["all"])]
fn asked_again_blocking(id: i64) -> i64 {
    id
}

#[cached]
async fn panics_once(id: i64) -> i64 {
    let before = PANICS.fetch_add(1, SeqCst);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(before > 0, "the first one panics");
    id
}

#[cached]
async fn hangs_once(id: i64) -> i64 {
    if DROPS.fetch_add(1, SeqCst) == 0 {
        std::future::pending::<()>().await;
    }
    id
}

#[cached]
async fn fails(id: i64) -> Result<i64> {
    FAILS.fetch_add(1, SeqCst);
    tokio::time::sleep(Duration::from_millis(100)).await;
    Err(savia_core::Error::conflict(format!("not {id}")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_callers_compute_once() {
    let app = App::memory().await;
    let calls = (0..CALLERS).map(|_| {
        let context = app.context();
        tokio::spawn(context.scope(async { slow(7).await }))
    });
    let found = join_all(calls).await;
    assert!(found.into_iter().all(|it| it.unwrap() == 7));
    assert_eq!(ASYNC.load(SeqCst), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_threads_compute_once() {
    let app = App::memory().await;
    let context = app.context();
    let threads: Vec<_> = (0..CALLERS)
        .map(|_| {
            let context = context.clone();
            let build = std::thread::Builder::new().stack_size(256 << 10);
            build
                .spawn(move || context.sync_scope(|| slow_blocking(7)))
                .unwrap()
        })
        .collect();
    assert!(threads.into_iter().all(|it| it.join().unwrap() == 7));
    assert_eq!(SYNC.load(SeqCst), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_instances_compute_once() {
    if !has_redis() {
        return;
    }
    for backend in ["redis", "tiered"] {
        SHARED_ASYNC.store(0, SeqCst);
        let prefix = unique();
        let apps = [
            App::on(backend, SHARED, &prefix).await,
            App::on(backend, SHARED, &prefix).await,
        ];
        let calls = (0..CALLERS).map(|at| {
            let context = apps[at % 2].context();
            tokio::spawn(context.scope(async { across("7".to_owned()).await }))
        });
        let found = join_all(calls).await;
        assert!(found.into_iter().all(|it| it.unwrap() == "7"));
        assert_eq!(SHARED_ASYNC.load(SeqCst), 1, "{backend}");
        for app in apps {
            app.stop().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn threads_of_two_instances_compute_once() {
    if !has_redis() {
        return;
    }
    let prefix = unique();
    let apps = [
        App::on("redis", SHARED, &prefix).await,
        App::on("tiered", SHARED, &prefix).await,
    ];
    let threads: Vec<_> = (0..40)
        .map(|at| {
            let context = apps[at % 2].context();
            std::thread::spawn(move || context.sync_scope(|| across_blocking("7".to_owned())))
        })
        .collect();
    assert!(threads.into_iter().all(|it| it.join().unwrap() == "7"));
    assert_eq!(SHARED_SYNC.load(SeqCst), 1);
    for app in apps {
        app.stop().await;
    }
}

/// Each of the runtime's threads has a caller, and what the first of them waits for needs one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_that_block_leave_the_runtime_its_threads() {
    if !has_redis() {
        return;
    }
    let app = App::on("redis", SHARED, &unique()).await;
    let calls = (0..20).map(|_| {
        let context = app.context();
        tokio::spawn(context.scope(async { in_tasks("7".to_owned()) }))
    });
    let calls = tokio::time::timeout(Duration::from_secs(20), join_all(calls));
    let found = calls.await.expect("they wait for each other");
    assert!(found.into_iter().all(|it| it.unwrap() == "7"));
    assert_eq!(TASKS.load(SeqCst), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computation_that_needs_its_own_key_does_not_wait_for_itself() {
    let app = App::memory().await;
    let called = app.inside(outer(1));
    let called = tokio::time::timeout(Duration::from_secs(20), called).await;
    assert_eq!(called.expect("it waits for itself"), 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_holds_a_key_on_redis_does_not_wait_for_it() {
    if !has_redis() {
        return;
    }
    for backend in ["redis", "tiered"] {
        let app = App::on(backend, SHARED, &unique()).await;
        let (context, cache) = (app.context(), app.cache());
        let work = async move {
            assert_eq!(evicts_and_asks_again(1).await.unwrap(), 2);
            assert_eq!(evicts_and_asks_again_blocking(2), 3);
            // A transaction holds what it computes until it commits.
            let inside = context.in_transaction(std::sync::Arc::new(()));
            inside
                .clone()
                .scope(async {
                    assert_eq!(asked_again(3).await.unwrap(), 3);
                    let outside = inside.outside_transaction();
                    assert_eq!(outside.scope(asked_again(3)).await.unwrap(), 3);
                })
                .await;
            for action in inside.take_after_commit() {
                action().await;
            }
            let kept = cache.typed::<i64>("again").get(&3).await;
            assert_eq!(kept, Some(3), "the transaction's is kept");
        };
        let work = tokio::spawn(app.context().scope(work));
        let done = tokio::time::timeout(Duration::from_secs(10), work).await;
        done.expect("it waits for itself").unwrap();
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_frees_who_waits() {
    let app = App::memory().await;
    let calls = (0..10).map(|_| tokio::spawn(app.context().scope(async { panics_once(1).await })));
    let found = join_all(calls).await;
    assert_eq!(found.iter().filter(|it| it.is_err()).count(), 1);
    assert!(found.into_iter().flatten().all(|it| it == 1));
    assert_eq!(PANICS.load(SeqCst), 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_computation_frees_who_waits() {
    let app = App::memory().await;
    app.inside(async {
        let mut first = Box::pin(hangs_once(1));
        assert!((&mut first).now_or_never().is_none());
        let waiter = tokio::spawn(app.context().scope(async { hangs_once(1).await }));
        tokio::time::sleep(Duration::from_millis(50)).await;
        drop(first);
        assert_eq!(waiter.await.unwrap(), 1);
    })
    .await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_what_fails_is_told_the_same() {
    let app = App::memory().await;
    let calls = (0..100).map(|_| tokio::spawn(app.context().scope(async { fails(1).await })));
    for failed in join_all(calls).await {
        let error = failed.unwrap().unwrap_err();
        assert_eq!(error.public_text(), Some("not 1"));
    }
    assert_eq!(FAILS.load(SeqCst), 1);
    app.stop().await;
}
