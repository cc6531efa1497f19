//! Tasks: no-op tasks a second on every backend beside plain apalis, celery and huey, the time from
//! enqueueing to the start at rest, and what 100,000 queued tasks weigh in memory.
//!
//! `cargo bench -p savia-integration-tests --bench tasks -- [apalis] [celery] [huey] [memory] [sqlite]
//! [postgres] [redis] [large]`; `large` runs SQLite with a thousand and with a million rows in the table.
//! `TASKS` says how many tasks are run. PostgreSQL and Redis are those of `SAVIA_TEST_POSTGRES` and
//! `SAVIA_TEST_REDIS`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking and says what it measured"
)]

mod application;
mod peers;
mod plain;
mod report;

use std::time::Duration;

use application::Bench;
use peers::Peers;
use report::{Goal, head};

savia::app! { name: "bench" }

/// Durable on SQLite.
const DURABLE: Goal = Goal::Rate(10_000.0);

/// How many tasks are run, and how many there are beside them.
fn count(default: usize) -> usize {
    let said = std::env::var("TASKS").ok().and_then(|it| it.parse().ok());
    said.unwrap_or(default)
}

#[tokio::main]
async fn main() {
    let asked: Vec<String> = std::env::args()
        .skip(1)
        .filter(|it| !it.starts_with("--"))
        .collect();
    let wants = |name: &str| asked.is_empty() || asked.iter().any(|it| it == name);
    // First, as what was freed before would be taken again, and weigh nothing.
    if wants("memory")
        && let Some(bench) = Bench::start("memory").await
    {
        bench.weight(100_000).await;
        bench.stop().await;
    }
    head();
    if wants("apalis") {
        plain::run(count(200_000)).await;
    }
    if wants("celery") || wants("huey") {
        let peers = Peers::install();
        if let Some(peers) = &peers
            && wants("celery")
        {
            peers.celery(count(5_000));
        }
        if let Some(peers) = &peers
            && wants("huey")
        {
            peers.huey(count(5_000));
        }
    }
    for (name, tasks, goal) in [
        ("memory", 400_000, Goal::Rate(200_000.0)),
        ("sqlite", 50_000, DURABLE),
        ("postgres", 30_000, Goal::Rate(5_000.0)),
        ("redis", 50_000, Goal::None),
    ] {
        if wants(name)
            && let Some(bench) = Bench::start(name).await
        {
            bench.throughput(name, count(tasks), 0, goal).await;
            bench.latency(name).await;
            bench.stop().await;
        }
    }
    if wants("large") {
        let mut rates = Vec::new();
        // The same tasks are run with so many rows beside them, which wait in a queue that nobody runs.
        for (name, rows) in [
            ("sqlite, 1,000 rows", 1_000),
            ("sqlite, 1,000,000 rows", 1_000_000),
        ] {
            if let Some(bench) = Bench::start("sqlite").await {
                let rate = bench.throughput(name, count(50_000), rows, DURABLE).await;
                rates.push(rate);
                bench.stop().await;
            }
        }
        if let [few, many] = rates[..] {
            println!(
                "sqlite: {:.2} of the rate at 1,000 rows is left at 1,000,000",
                many / few
            );
        }
    }
    // Whatever still writes to the terminal may.
    tokio::time::sleep(Duration::from_millis(50)).await;
}
