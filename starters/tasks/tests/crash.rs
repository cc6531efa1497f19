//! Workers that are killed lose nothing.
//!
//! Each worker is a process of its own: this test's binary, which the variable `SAVIA_CRASH_WORKER`
//! turns into one. Tasks note their run in a file, a line at a time, which the operating system keeps
//! when the process is killed. `SAVIA_CRASH_TASKS` and `SAVIA_CRASH_KILLS` say how many of each there
//! are; the issue's own are 10000 and 20.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "this is a test")]
#![cfg(all(unix, any(feature = "data", feature = "redis")))]

extern crate savia_starter_tasks as savia;

mod support;

use std::collections::HashMap;
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use savia_core::tasks::{TaskFilter, TaskState};
use savia_starter_tasks::enqueue_all;
use support::{App, Place};

const WORKER: &str = "SAVIA_CRASH_WORKER";

/// What a worker holds at the most, and what a kill runs again at the most: those that run, and those
/// that were taken ahead.
const CONCURRENCY: usize = 8;
const BATCH: usize = 32;

#[savia::task(retries = 3)]
async fn record(number: u32, file: String) -> savia_core::Result<()> {
    // Some are done at once; most are in the middle of something when they die.
    if !number.is_multiple_of(7) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // One write of one line: appended as a whole.
    let mut file = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(file)?;
    file.write_all(format!("{number}\n").as_bytes())?;
    Ok(())
}

fn number(variable: &str, default: usize) -> usize {
    std::env::var(variable)
        .ok()
        .and_then(|it| it.parse().ok())
        .unwrap_or(default)
}

/// Not a test of its own: what a worker's process does, until it is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn worker() {
    let Ok(keys) = std::env::var(WORKER) else {
        return;
    };
    let keys: HashMap<String, String> = serde_json::from_str(&keys).unwrap();
    let config: Vec<(&str, serde_json::Value)> = keys
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str().into()))
        .collect();
    let _app = App::start(&config).await;
    std::future::pending::<()>().await;
}

fn start(place: &Place) -> Child {
    let mut keys: HashMap<&str, String> = place.keys().into_iter().collect();
    if let Some(url) = keys.get_mut("data.url")
        && let Some(file) = url.strip_prefix("sqlite:")
    {
        *url = format!("sqlite:{}", place.path().join(file).display());
    }
    keys.insert("tasks.lease", "1s".to_owned());
    keys.insert("tasks.concurrency", CONCURRENCY.to_string());
    keys.insert("tasks.batch", BATCH.to_string());
    // With twenty kills, a task may be what a worker holds more often than five times.
    keys.insert("tasks.max_losses", "1000".to_owned());
    keys.insert("tasks.poll_interval", "100ms".to_owned());
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "worker", "--nocapture"])
        .env(WORKER, serde_json::to_string(&keys).unwrap())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

async fn killed_workers_lose_nothing(place: &Place) {
    if place.keys()[0].1 == "memory" {
        return;
    }
    let (count, kills) = (
        number("SAVIA_CRASH_TASKS", 1_500),
        number("SAVIA_CRASH_KILLS", 4),
    );
    let file = place.path().join("runs.txt");
    let path = file.display().to_string();
    let app = place.start(&[("tasks.workers", false.into())]).await;
    app.inside(async {
        for part in (0..count).collect::<Vec<_>>().chunks(1_000) {
            let calls = part
                .iter()
                .map(|at| record::new(u32::try_from(*at).unwrap(), path.clone()));
            enqueue_all(calls).await.unwrap();
        }
    })
    .await;
    let waiting = async || {
        let stats = app.store().waiting().await.unwrap();
        stats
            .iter()
            .map(|it| it.queued + it.retrying + it.running)
            .sum::<u64>()
    };
    let since = Instant::now();
    let mut killed = 0;
    let mut processes = vec![start(place), start(place)];
    while waiting().await > 0 {
        assert!(
            since.elapsed() < Duration::from_secs(600),
            "{} wait",
            waiting().await
        );
        // At random: neither long enough for all of them, nor too short for any.
        let pause = 150 + u64::from(uuid::Uuid::new_v4().as_bytes()[0]) * 2;
        tokio::time::sleep(Duration::from_millis(pause)).await;
        if killed < kills {
            killed += 1;
            let mut process = processes.remove(0);
            process.kill().unwrap();
            process.wait().unwrap();
            processes.push(start(place));
        }
    }
    for mut process in processes {
        process.kill().unwrap();
        process.wait().unwrap();
    }
    let text = std::fs::read_to_string(&file).unwrap();
    let mut runs: HashMap<u32, u32> = HashMap::new();
    for line in text.lines() {
        *runs.entry(line.parse().unwrap()).or_default() += 1;
    }
    let lost = (0..count)
        .filter(|at| !runs.contains_key(&u32::try_from(*at).unwrap()))
        .count();
    let twice: u32 = runs.values().map(|runs| runs - 1).sum();
    eprintln!(
        "{}: {count} tasks, {killed} kills in {:.1?}: {lost} lost, {twice} runs too many",
        place.keys()[0].1,
        since.elapsed()
    );
    // Done is what has run.
    let mut filter = TaskFilter {
        limit: 1_000,
        ..TaskFilter::default()
    };
    let mut done = 0;
    loop {
        let records = app.store().list(&filter).await.unwrap();
        let Some(last) = records.last() else { break };
        filter.after = Some(last.id);
        for record in records {
            assert_eq!(record.state, TaskState::Succeeded, "{record:?}");
            let number = record.task.arguments()["number"].as_u64().unwrap();
            assert!(
                runs.contains_key(&u32::try_from(number).unwrap()),
                "{number} is done and did not run"
            );
            done += 1;
        }
    }
    assert_eq!((lost, done), (0, count));
    assert_eq!(killed, kills, "they were done before all were killed");
    let most = killed * (CONCURRENCY + BATCH);
    assert!(twice as usize <= most, "{twice} of at most {most}");
    app.stop().await;
}

on_every_backend! { killed_workers_lose_nothing }
