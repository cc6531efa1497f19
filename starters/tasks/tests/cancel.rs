//! A task that runs is cancelled at once: nobody waits for the next beat of its heart.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "this is a test")]

extern crate savia_starter_tasks as savia;

mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use savia_core::tasks::TaskState;
use serde_json::json;
use support::{App, Diary, Place, until};

#[savia::task]
async fn endless(diary: Arc<Diary>) {
    diary.note("begun");
    std::future::pending::<()>().await;
}

on_every_backend! {
    the_process_that_runs_it_hears_of_it_at_once
    so_does_another_process
}

async fn cancelled_at_once(worker: &App, by: &App) {
    let begun = worker.diary().len() + 1;
    let handle = by.inside(async { endless::new().enqueue().await.unwrap() });
    let handle = handle.await;
    until("waited for the start", async || {
        worker.diary().len() == begun
    })
    .await;
    let since = Instant::now();
    assert!(by.inside(handle.cancel()).await.unwrap());
    until("waited for the end", async || {
        let record = by.store().find(handle.id()).await.unwrap().unwrap();
        record.state == TaskState::Cancelled
    })
    .await;
    assert!(since.elapsed() < Duration::from_secs(5));
}

async fn the_process_that_runs_it_hears_of_it_at_once(place: &Place) {
    let app = place.start(&[("tasks.lease", json!("24h"))]).await;
    cancelled_at_once(&app, &app).await;
    app.stop().await;
}

async fn so_does_another_process(place: &Place) {
    // The others only look now and then.
    if !matches!(&*place.keys()[0].1, "postgres" | "redis") {
        return;
    }
    let worker = place.start(&[("tasks.lease", json!("24h"))]).await;
    let web = place.start(&[("tasks.workers", false.into())]).await;
    // Until the worker listens.
    tokio::time::sleep(Duration::from_millis(500)).await;
    cancelled_at_once(&worker, &web).await;
    worker.stop().await;
    web.stop().await;
}
