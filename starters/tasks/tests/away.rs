//! Backends that are stopped, killed and started again under load: nothing is lost.
//!
//! `SAVIA_CRASH_TASKS` and `SAVIA_CRASH_STOPS` say how many tasks there are, and how often the server
//! goes away; 10000 and 20 is the long form.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "this is a test")]
#![cfg(any(feature = "data", feature = "redis"))]

extern crate savia_starter_tasks as savia;

#[path = "support/servers.rs"]
mod servers;
mod support;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use savia_core::tasks::{TaskFilter, TaskState};
use savia_starter_tasks::enqueue_all;
use servers::Server;
use support::{App, Diary, until};
use uuid::Uuid;

#[savia::task(retries = 5)]
async fn note(number: usize, diary: Arc<Diary>) {
    tokio::time::sleep(Duration::from_millis(5)).await;
    diary.note(number.to_string());
}

const PART: usize = 10;

/// How long the server is there, and how long it is away; the machine's own time to start it comes on
/// top.
const UP: Duration = Duration::from_millis(250);
const AWAY: Duration = Duration::from_millis(150);

/// As `tasks.concurrency` and `tasks.batch` say below.
const HELD: usize = 16 + 32;

fn number(variable: &str, default: usize) -> usize {
    let said = std::env::var(variable).ok().and_then(|it| it.parse().ok());
    said.unwrap_or(default)
}

/// What came of enqueueing.
#[derive(Default)]
struct Enqueued {
    /// The ids that the backend gave: these tasks must not be lost.
    ids: Vec<Uuid>,
    /// How many parts it said it did not take; it may have taken them all the same.
    refused: usize,
}

/// Enqueues tasks in parts, for as long as the server comes and goes at the least; a part that the
/// backend did not take is tried again.
async fn enqueue(app: &App, count: usize, away: &tokio::sync::watch::Receiver<bool>) -> Enqueued {
    let mut enqueued = Enqueued::default();
    let mut first = 0;
    while first < count || *away.borrow() {
        let since = Instant::now();
        loop {
            let calls = (first..first + PART).map(note::new);
            match app.inside(enqueue_all(calls)).await {
                Ok(tasks) => {
                    enqueued.ids.extend(tasks.iter().map(|it| it.id()));
                    break;
                }
                Err(error) => {
                    enqueued.refused += 1;
                    assert!(since.elapsed() < support::PATIENCE, "{error}");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        }
        first += PART;
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    enqueued
}

/// Stops and kills the server in turns, and starts it again.
async fn comes_and_goes(server: &mut Server, stops: usize) {
    for at in 0..stops {
        tokio::time::sleep(UP).await;
        tokio::task::block_in_place(|| match at % 2 {
            0 => server.stop(),
            _ => server.crash(),
        });
        tokio::time::sleep(AWAY).await;
        tokio::task::block_in_place(|| server.up());
    }
}

async fn nothing_is_lost(server: &mut Server, app: &App) {
    let (count, stops) = (
        number("SAVIA_CRASH_TASKS", 400),
        number("SAVIA_CRASH_STOPS", 4),
    );
    let since = Instant::now();
    let (going, away) = tokio::sync::watch::channel(true);
    let leaving = async {
        comes_and_goes(server, stops).await;
        going.send(false).unwrap();
    };
    let (enqueued, ()) = tokio::join!(enqueue(app, count, &away), leaving);
    let numbers = enqueued.ids.len();
    until("waited for the tasks", async || {
        let ran: HashSet<_> = app.diary().into_iter().collect();
        ran.len() == numbers
    })
    .await;
    until("waited for their outcomes", async || {
        let waiting = app.store().waiting().await;
        waiting.is_ok_and(|all| {
            let mut counts = all.iter().map(|it| it.queued + it.running + it.retrying);
            counts.all(|it| it == 0)
        })
    })
    .await;
    let mut runs: HashMap<usize, usize> = HashMap::new();
    for line in app.diary() {
        *runs.entry(line.parse().unwrap()).or_default() += 1;
    }
    // Every task that the backend took is there, and done; done is only what has run.
    let done = outcomes(app).await;
    for id in &enqueued.ids {
        assert_eq!(done.get(id).map(|it| it.1), Some(TaskState::Succeeded));
    }
    assert!(done.values().all(|(number, _)| runs.contains_key(number)));
    let twice: usize = runs.values().map(|runs| runs - 1).sum();
    eprintln!(
        "{}: {numbers} tasks, gone {stops} times in {:.1?}: none lost, {} parts enqueued again, {twice} \
         runs too many",
        app.store().name(),
        since.elapsed(),
        enqueued.refused
    );
    // A part that was refused may have been taken, and each time the server goes, what is held runs
    // again at the most.
    let most = enqueued.refused * PART + stops * HELD;
    assert!(twice <= most, "{twice} of at most {most}");
}

/// The number and the state of every task.
async fn outcomes(app: &App) -> HashMap<Uuid, (usize, TaskState)> {
    let mut filter = TaskFilter {
        limit: 1_000,
        ..TaskFilter::default()
    };
    let mut found = HashMap::new();
    loop {
        let records = app.store().list(&filter).await.unwrap();
        let Some(last) = records.last() else {
            return found;
        };
        filter.after = Some(last.id);
        for record in records {
            let number = record.task.arguments()["number"].as_u64().unwrap();
            let number = usize::try_from(number).unwrap();
            found.insert(record.id, (number, record.state));
        }
    }
}

async fn start(config: &[(&str, serde_json::Value)]) -> App {
    let mut all = vec![
        ("tasks.lease", "1s".into()),
        ("tasks.concurrency", 16.into()),
        ("tasks.batch", 32.into()),
    ];
    all.extend(config.iter().cloned());
    App::start(&all).await
}

#[cfg(feature = "data")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_may_be_stopped_and_killed_and_started_again() {
    let Some(mut server) = Server::postgres() else {
        return;
    };
    let app = start(&[
        ("tasks.backend", "postgres".into()),
        ("data.url", server.url().into()),
        ("data.migrate_on_start", true.into()),
        ("data.pool.acquire_timeout", "1s".into()),
    ])
    .await;
    nothing_is_lost(&mut server, &app).await;
    app.stop().await;
}

/// Its connections are cut, and the server stays.
#[cfg(feature = "data")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_to_postgresql_may_be_cut() {
    use savia_starter_data::{Database, dsl, prelude::*};

    const TASKS: usize = 400;

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
    let (_going, away) = tokio::sync::watch::channel(false);
    enqueue(&app, TASKS, &away).await;
    cutting.await.unwrap();
    until("waited for the tasks", async || {
        let ran: HashSet<_> = app.diary().into_iter().collect();
        ran.len() == TASKS
    })
    .await;
    app.stop().await;
    other.stop().await;
    place.remove().await;
}

#[cfg(feature = "redis")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_may_be_stopped_and_killed_and_started_again() {
    let Some(mut server) = Server::redis() else {
        return;
    };
    let app = start(&[
        ("tasks.backend", "redis".into()),
        ("redis.url", server.url().into()),
    ])
    .await;
    nothing_is_lost(&mut server, &app).await;

    // What waits for a commit that comes while Redis is away is enqueued when it is back.
    let last = 1_000_000;
    let context = savia_core::Context::new(
        app.app.handle().clone(),
        savia_core::context::ContextKind::Test,
    );
    let inside = context.in_transaction(Arc::new(()));
    let late = inside.clone().scope(note::new(last).enqueue()).await;
    let late = late.unwrap().id();
    server.crash();
    for action in inside.take_after_commit() {
        context.clone().scope(action()).await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    server.up();
    until("waited for what was late", async || {
        app.diary().contains(&last.to_string())
    })
    .await;
    assert!(app.store().find(late).await.unwrap().is_some());
    app.stop().await;
}
