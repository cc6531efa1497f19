//! Backends that go away and come back under load: nothing is lost.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "this is a test")]
#![cfg(any(feature = "data", feature = "redis"))]

extern crate savia_starter_tasks as savia;

mod support;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use savia_starter_tasks::enqueue_all;
use support::{App, Diary, until};

#[savia::task(retries = 5)]
async fn note(number: usize, diary: Arc<Diary>) {
    tokio::time::sleep(Duration::from_millis(5)).await;
    diary.note(number.to_string());
}

const TASKS: usize = 400;
const PART: usize = 10;

/// Enqueues tasks in parts; one that the backend did not take is tried again.
async fn enqueue(app: &App) {
    for first in (0..TASKS).step_by(PART) {
        let since = Instant::now();
        while let Err(error) = app
            .inside(enqueue_all((first..first + PART).map(note::new)))
            .await
        {
            assert!(since.elapsed() < support::PATIENCE, "{error}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
}

async fn all_ran(app: &App) {
    until("waited for the tasks", async || {
        let ran: HashSet<_> = app.diary().into_iter().collect();
        ran.len() == TASKS
    })
    .await;
    until("waited for their outcomes", async || {
        let stats = app.store().waiting().await.unwrap_or_default();
        !stats.is_empty()
            && stats
                .iter()
                .all(|it| it.queued + it.running + it.retrying + it.dead == 0)
            || app
                .store()
                .stats()
                .await
                .is_ok_and(|it| it.iter().any(|it| it.succeeded >= TASKS as u64))
    })
    .await;
}

#[cfg(feature = "data")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_to_postgresql_may_be_cut() {
    use savia_starter_data::{Database, dsl, prelude::*};

    let Some(place) = support::Place::postgres().await else {
        return;
    };
    let name = format!("cut-{}", uuid::Uuid::new_v4().simple());
    let app = place
        .start(&[("name", name.clone().into()), ("tasks.lease", "1s".into())])
        .await;
    // It cuts the others from a connection of its own.
    let other = place.start(&[("tasks.workers", false.into())]).await;
    let database = other.app.handle().component::<Database>().unwrap();
    let cutting = tokio::spawn(async move {
        for _ in 0..10 {
            tokio::time::sleep(Duration::from_millis(60)).await;
            let sql = format!(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = '{name}'"
            );
            let cut = database.with(move |tx| {
                Box::pin(async move { Ok(dsl!(tx, diesel::sql_query(sql).execute(tx))?) })
            });
            cut.await.unwrap();
        }
    });
    enqueue(&app).await;
    cutting.await.unwrap();
    all_ran(&app).await;
    app.stop().await;
    other.stop().await;
    place.remove().await;
}

#[cfg(feature = "redis")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_may_be_killed_and_started_again() {
    use std::process::{Child, Command, Stdio};

    let folder = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let start = || -> std::io::Result<Child> {
        Command::new("redis-server")
            .args([
                "--port",
                &port.to_string(),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
            ])
            .args(["--appendonly", "yes", "--appendfsync", "always", "--dir"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
    };
    let mut server = match start() {
        Ok(server) => server,
        Err(error) => {
            let required = std::env::var("SAVIA_REQUIRE_SERVICES").is_ok_and(|it| it == "1");
            assert!(!required, "redis-server is required and away: {error}");
            eprintln!("skipped: there is no redis-server: {error}");
            return;
        }
    };
    let listens = async || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok();
    until("waited for Redis", listens).await;
    let app = App::start(&[
        ("tasks.backend", "redis".into()),
        ("redis.url", format!("redis://127.0.0.1:{port}").into()),
        ("tasks.lease", "1s".into()),
    ])
    .await;
    let enqueuing = enqueue(&app);
    let killing = async {
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(150)).await;
            server.kill().unwrap();
            server.wait().unwrap();
            tokio::time::sleep(Duration::from_millis(100)).await;
            server = start().unwrap();
            until("waited for Redis", listens).await;
        }
    };
    tokio::join!(enqueuing, killing);
    all_ran(&app).await;

    // What waits for a commit that comes while Redis is away is enqueued when it is back.
    let context = savia_core::Context::new(
        app.app.handle().clone(),
        savia_core::context::ContextKind::Test,
    );
    let inside = context.in_transaction(Arc::new(()));
    let late = inside.clone().scope(note::new(TASKS).enqueue()).await;
    let late = late.unwrap().id();
    server.kill().unwrap();
    server.wait().unwrap();
    for action in inside.take_after_commit() {
        context.clone().scope(action()).await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut server = start().unwrap();
    until("waited for what was late", async || {
        app.diary().contains(&TASKS.to_string())
    })
    .await;
    assert!(app.store().find(late).await.unwrap().is_some());
    app.stop().await;
    server.kill().unwrap();
    server.wait().unwrap();
}
