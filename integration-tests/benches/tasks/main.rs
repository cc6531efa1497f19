//! Tasks: no-op tasks a second on every backend beside plain apalis, the time from enqueueing to the
//! start at rest, and what 100,000 queued tasks weigh in memory.
//!
//! `cargo bench -p savia-integration-tests --bench tasks -- [apalis] [memory] [sqlite] [postgres]
//! [redis] [large]`; `large` runs SQLite with a million rows in the table. `TASKS` says how many tasks
//! are run. PostgreSQL and Redis are those of `SAVIA_TEST_POSTGRES` and `SAVIA_TEST_REDIS`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking and says what it measured"
)]

mod application;
mod plain;

use std::time::Duration;

use application::Bench;

savia::app! { name: "bench" }

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
    println!(
        "{:28} {:>12} {:>12} {:>12}",
        "backend", "enqueued/s", "run/s", "rows"
    );
    if wants("apalis") {
        plain::run(count(200_000)).await;
    }
    for (name, tasks) in [
        ("memory", 400_000),
        ("sqlite", 50_000),
        ("postgres", 30_000),
        ("redis", 50_000),
    ] {
        if wants(name)
            && let Some(bench) = Bench::start(name).await
        {
            bench.throughput(name, count(tasks), 0).await;
            bench.latency(name).await;
            bench.stop().await;
        }
    }
    if wants("large")
        && let Some(bench) = Bench::start("sqlite").await
    {
        bench.throughput("sqlite, few rows", count(50_000), 0).await;
        bench
            .throughput("sqlite, a million rows", count(50_000), 1_000_000)
            .await;
        bench.stop().await;
    }
    if wants("memory")
        && let Some(bench) = Bench::start("memory").await
    {
        bench.weight(100_000).await;
        bench.stop().await;
    }
    // Whatever still writes to the terminal may.
    tokio::time::sleep(Duration::from_millis(50)).await;
}
