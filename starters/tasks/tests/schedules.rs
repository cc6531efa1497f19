//! Functions with `#[scheduled]`: when they are due, and that they are run once.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "this is a test")]

extern crate savia_starter_tasks as savia;

mod support;

use std::sync::Arc;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use savia_core::config::Sources;
use savia_core::container::Overrides;
use savia_core::endpoint::Endpoint;
use savia_core::lifecycle::Application;
use savia_core::tasks::{TaskFilter, TaskState};
use serde_json::json;
use support::{App, Diary, Place, until};

#[savia::scheduled(every = "200ms")]
async fn often(diary: Arc<Diary>) {
    diary.note("often");
}

#[savia::scheduled(cron = "0 3 * * *", zone = "Europe/Berlin", missed = "run_once")]
async fn nightly(diary: Arc<Diary>) {
    diary.note("nightly");
}

#[savia::scheduled(cron = "0 3 * * *", missed = "skip", queue = "reports")]
fn skipped(diary: Arc<Diary>) {
    diary.note("skipped");
}

#[savia::scheduled(cron = config("reports.cron", default = "0 4 * * MON"), retries = 1)]
async fn by_key() {}

#[savia::scheduled(every = "100ms", queue = "slow")]
async fn slow(diary: Arc<Diary>) {
    diary.note("slow begins");
    tokio::time::sleep(Duration::from_millis(700)).await;
    diary.note("slow ends");
}

on_every_backend! {
    two_instances_run_what_is_due_once
    what_was_missed_is_made_up_for_as_configured
    the_endpoint_says_what_came_of_the_last_time
}

/// In memory each instance has its own, so one of them is the whole.
fn shared(place: &Place) -> bool {
    place
        .keys()
        .iter()
        .all(|(key, value)| *key != "tasks.backend" || value != "memory")
}

async fn two_instances_run_what_is_due_once(place: &Place) {
    let config = [("tasks.poll_interval", json!("50ms"))];
    let one = place.start(&config).await;
    let two = place.start(&config).await;
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    let count = |app: &App| app.diary().iter().filter(|it| *it == "often").count();
    let (first, second) = (count(&one), count(&two));
    let all = if shared(place) { first + second } else { first };
    // Ten times in two seconds, and one more or less at the edges; a busy machine may miss some.
    assert!((5..=12).contains(&all), "{first} and {second}");
    // One that lasts is not begun again before its end.
    let mut open = 0;
    let lines = one.diary();
    for line in lines.iter().filter(|it| it.starts_with("slow")) {
        open += if line == "slow begins" { 1 } else { -1 };
        assert!((0..=1).contains(&open), "{lines:?}");
    }
    one.stop().await;
    two.stop().await;
}

async fn what_was_missed_is_made_up_for_as_configured(place: &Place) {
    if !shared(place) {
        return;
    }
    let idle = place.start(&[("tasks.workers", false.into())]).await;
    let long_ago = Utc::now() - TimeDelta::days(3);
    for name in ["nightly", "skipped"] {
        assert!(idle.store().tick(name, long_ago, None).await.unwrap());
    }
    let app = place.start(&[]).await;
    until("waited for what was missed", async || {
        app.diary().contains(&"nightly".to_owned())
    })
    .await;
    let again = place.start(&[]).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    // Now and then the test runs at three o'clock.
    let minute_of_three = |zone: chrono_tz::Tz| {
        let now = Utc::now().with_timezone(&zone);
        chrono::Timelike::hour(&now) == 3 && chrono::Timelike::minute(&now) < 2
    };
    if !minute_of_three(chrono_tz::Tz::UTC) && !minute_of_three(chrono_tz::Europe::Berlin) {
        let filter = |name: &str| TaskFilter {
            name: Some(name.into()),
            ..TaskFilter::default()
        };
        let nightly = idle.store().list(&filter("nightly")).await.unwrap();
        assert_eq!(nightly.len(), 1, "{nightly:?}");
        assert!(
            idle.store()
                .list(&filter("skipped"))
                .await
                .unwrap()
                .is_empty()
        );
        let last = idle.store().last_tick("skipped").await.unwrap().unwrap();
        assert!(Utc::now() - last < TimeDelta::days(1));
    }
    for app in [idle, app, again] {
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_endpoint_has_the_shape_of_spring_boots() {
    let app = App::start(&[("tasks.workers", false.into())]).await;
    let endpoints = app.app.handle().components::<dyn Endpoint>();
    let endpoint = endpoints
        .iter()
        .find(|it| it.id() == "scheduledtasks")
        .unwrap();
    let read = app.inside(endpoint.read(&[], &[])).await.unwrap();
    let cron = read["cron"].as_array().unwrap();
    let nightly = cron
        .iter()
        .find(|it| it["runnable"]["target"] == "schedules::nightly")
        .unwrap();
    assert_eq!(nightly["expression"], "0 3 * * *");
    assert!(nightly["nextExecution"]["time"].is_string());
    let rates = read["fixedRate"].as_array().unwrap();
    let often = rates.iter().find(|it| it["interval"] == 200).unwrap();
    assert_eq!(
        (&often["interval"], &often["initialDelay"]),
        (&json!(200), &json!(0))
    );
    assert_eq!(read["fixedDelay"], json!([]));

    let tasks = endpoints.iter().find(|it| it.id() == "tasks").unwrap();
    let read = app.inside(tasks.read(&[], &[])).await.unwrap();
    assert_eq!(
        (&read["backend"], &read["durable"]),
        (&json!("memory"), &json!(false))
    );
    let handle = app
        .inside(async { by_key::new().enqueue().await.unwrap() })
        .await;
    let id = handle.id().to_string();
    let read = app.inside(tasks.read(&[&id], &[])).await.unwrap();
    assert_eq!(
        (&read["name"], &read["state"]),
        (&json!("by_key"), &json!("queued"))
    );
    let cancel = app
        .inside(tasks.write(&[&id], json!({"action": "cancel"})))
        .await
        .unwrap();
    assert_eq!(cancel["state"], "cancelled");
    let query = [("state".to_owned(), "cancelled".to_owned())];
    let read = app.inside(tasks.read(&[], &query)).await.unwrap();
    assert_eq!(read["tasks"][0]["id"], id);
    app.inside(tasks.write(&[&id], json!({"action": "retry"})))
        .await
        .unwrap();
    assert_eq!(
        app.store().find(handle.id()).await.unwrap().unwrap().state,
        TaskState::Queued
    );
    app.inside(tasks.write(&["queues", "default"], json!({"action": "pause"})))
        .await
        .unwrap();
    assert!(app.store().stats().await.unwrap()[0].paused);
    app.stop().await;
}

#[savia::scheduled(every = "1h", retries = 0, queue = "outcomes")]
async fn hourly(diary: Arc<Diary>) -> savia_core::Result<()> {
    match diary.lines().last().map(String::as_str) {
        Some("fail") => Err(savia_core::Error::internal("there is no paper")),
        _ => Ok(()),
    }
}

async fn the_endpoint_says_what_came_of_the_last_time(place: &Place) {
    let app = place.start(&[("tasks.workers", false.into())]).await;
    let endpoints = app.app.handle().components::<dyn Endpoint>();
    let endpoint = endpoints.iter().find(|it| it.id() == "scheduledtasks");
    let last = async || {
        let read = app.inside(endpoint.unwrap().read(&[], &[])).await.unwrap();
        let all = read["fixedRate"].as_array().unwrap().iter();
        let mut hourly = all.filter(|it| it["runnable"]["target"] == "schedules::hourly");
        hourly.next().unwrap()["lastExecution"].clone()
    };
    let due = async |minutes: i64| {
        let at = Utc::now() - TimeDelta::minutes(minutes);
        let task = savia_core::tasks::NewTask {
            queue: "outcomes".into(),
            ..savia_core::tasks::NewTask::new("hourly", "{}")
        };
        assert!(app.store().tick("hourly", at, Some(task)).await.unwrap());
    };
    let run = async || {
        let tasks = savia::testing::TestTasks::of(app.app.handle().clone());
        tasks.run().await;
    };
    assert_eq!(last().await, json!(null));
    due(9).await;
    let waits = last().await;
    assert!(
        waits["time"].is_string() && waits["status"].is_null(),
        "{waits}"
    );
    run().await;
    assert_eq!(last().await["status"], "SUCCESS");
    app.app.handle().component::<Diary>().unwrap().note("fail");
    // What came before is of an earlier time.
    tokio::time::sleep(Duration::from_millis(2)).await;
    due(0).await;
    run().await;
    let failed = last().await;
    assert_eq!(failed["status"], "ERROR", "{failed}");
    assert_eq!(failed["exception"]["message"], "there is no paper");
    app.stop().await;
}

fn faults(config: &[(&str, serde_json::Value)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut sources = Sources::in_dir(folder.path());
    for (key, value) in config {
        sources = sources.over(*key, value.clone());
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let discovered = Application::configure(sources)
            .unwrap()
            .discover(Overrides::default());
        match discovered.build().await {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        }
    })
}

#[test]
fn what_is_wrong_keeps_the_application_from_starting_and_says_where() {
    let cron = faults(&[("reports.cron", "61 * * * *".into())]);
    assert!(cron.contains("the minutes are from 0 to 59"), "{cron}");
    assert!(
        cron.contains("schedules.rs:") && cron.contains("reports.cron"),
        "{cron}"
    );
    let zone = faults(&[("tasks.schedules.zone", "Europe/Berln".into())]);
    assert!(zone.contains("did you mean `Europe/Berlin`?"), "{zone}");
    let queue = faults(&[("tasks.only", json!(["a queue"]))]);
    assert!(queue.contains("no name of a queue"), "{queue}");
    let rate = faults(&[("tasks.queues", json!({"mail": {"rate": "often"}}))]);
    assert!(rate.contains("10/1s"), "{rate}");
    if cfg!(feature = "data") {
        let backend = faults(&[
            ("tasks.backend", "postgres".into()),
            ("data.url", "sqlite::memory:".into()),
        ]);
        assert!(
            backend.contains("the application's database is sqlite"),
            "{backend}"
        );
    }
    if cfg!(feature = "redis") {
        let redis = faults(&[("tasks.backend", "redis".into())]);
        assert!(redis.contains("nothing says where it is"), "{redis}");
    }
}
