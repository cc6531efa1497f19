//! Enqueueing inside a transaction commits and rolls back with it.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "this is a test")]
#![cfg(feature = "data")]

extern crate savia_starter_tasks as savia;

mod support;

use std::sync::Arc;
use std::time::Duration;

use savia_core::tasks::{TaskFilter, TaskRecord};
use savia_core::{Error, Result};
use savia_starter_data::Database;
use savia_starter_data::transaction::TransactionOptions;
use support::{App, Diary, PATIENCE, Place, until};

#[savia::task]
async fn greet(name: String, diary: Arc<Diary>) {
    diary.note(name);
}

#[savia::task(unique)]
async fn once(name: String, diary: Arc<Diary>) {
    diary.note(name);
}

on_every_backend! {
    a_task_stands_and_falls_with_its_transaction
    a_savepoint_that_fails_takes_its_tasks_along
    another_process_hears_of_it_at_once
}

fn database(app: &App) -> Arc<Database> {
    app.app.handle().component().unwrap()
}

async fn names(app: &App) -> Vec<String> {
    let records = app.store().list(&TaskFilter::default()).await.unwrap();
    let name = |it: &TaskRecord| {
        it.task.arguments()["name"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    records.iter().map(name).collect()
}

async fn enqueue(name: &str) {
    greet::new(name.to_owned()).enqueue().await.unwrap();
}

async fn a_task_stands_and_falls_with_its_transaction(place: &Place) {
    let app = place.start(&[("tasks.workers", false.into())]).await;
    let (database, options) = (database(&app), TransactionOptions::new());
    app.inside(async {
        let committed: Result<()> = database
            .transaction(&options, async {
                enqueue("kept").await;
                once::new("unique".into()).enqueue().await.unwrap();
                Ok(())
            })
            .await;
        committed.unwrap();
        let failed: Result<()> = database
            .transaction(&options, async {
                enqueue("lost").await;
                Err(Error::conflict("no"))
            })
            .await;
        failed.unwrap_err();
        let dropped = database.transaction(&options, async {
            enqueue("dropped").await;
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok(())
        });
        let _: std::result::Result<Result<()>, _> =
            tokio::time::timeout(Duration::from_millis(100), dropped).await;
    })
    .await;
    until("waited for the commit", async || {
        names(&app).await.len() >= 2
    })
    .await;
    assert_eq!(names(&app).await, ["kept", "unique"]);
    app.stop().await;
}

async fn a_savepoint_that_fails_takes_its_tasks_along(place: &Place) {
    let app = place.start(&[("tasks.workers", false.into())]).await;
    let (database, options) = (database(&app), TransactionOptions::new());
    app.inside(async {
        let committed: Result<()> = database
            .transaction(&options, async {
                enqueue("outer").await;
                let inner: Result<()> = database
                    .transaction(&options, async {
                        enqueue("inner").await;
                        Err(Error::conflict("no"))
                    })
                    .await;
                inner.unwrap_err();
                enqueue("behind").await;
                Ok(())
            })
            .await;
        committed.unwrap();
    })
    .await;
    until("waited for the commit", async || {
        names(&app).await.len() >= 2
    })
    .await;
    assert_eq!(names(&app).await, ["outer", "behind"]);
    app.stop().await;
}

async fn another_process_hears_of_it_at_once(place: &Place) {
    let backend = place.keys()[0].1.clone();
    // What only polls would not see it in time.
    if backend == "memory" || backend == "sqlite" {
        return;
    }
    let worker = place.start(&[("tasks.poll_interval", "1h".into())]).await;
    let web = place.start(&[("tasks.workers", false.into())]).await;
    // Until the worker listens it looks once more.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let since = std::time::Instant::now();
    let handle = web
        .inside(async { greet::new("there".into()).enqueue().await.unwrap() })
        .await;
    web.inside(handle.wait(PATIENCE)).await.unwrap();
    assert!(since.elapsed() < Duration::from_secs(5));
    assert_eq!(worker.diary(), ["there"]);
    worker.stop().await;
    web.stop().await;
}
