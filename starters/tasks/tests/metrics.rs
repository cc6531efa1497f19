//! Every outcome is counted, also where a task did not come to its own end.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "this is a test")]

extern crate savia_starter_tasks as savia;

mod support;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use savia_core::tasks::{NewTask, TaskState};
use savia_core::{Error, Result};
use savia_starter_tasks::store::Claim;
use serde_json::json;
use support::{App, until};
use uuid::Uuid;

/// Counters by name and labels.
#[derive(Default)]
struct Counters(Mutex<BTreeMap<String, Arc<AtomicU64>>>);

impl Recorder for &'static Counters {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let labels: Vec<_> = key.labels().map(|it| it.value()).collect();
        let name = format!("{} {}", key.name(), labels.join(" "));
        let mut counters = self.0.lock().unwrap();
        Counter::from_arc(Arc::clone(counters.entry(name).or_default()))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

impl Counters {
    /// What was counted at all.
    fn counted(&self) -> BTreeMap<String, u64> {
        let counters = self.0.lock().unwrap();
        let read = counters.iter().map(|(name, count)| {
            let name = name.strip_prefix("tasks_finished_total ");
            (name.map(str::to_owned), count.load(Ordering::Relaxed))
        });
        read.filter_map(|(name, count)| Some((name.filter(|_| count > 0)?, count)))
            .collect()
    }
}

#[savia::task(retries = 1, backoff = fixed("5ms"))]
async fn work(how: String) -> Result<()> {
    match how.as_str() {
        "fail" => Err(Error::internal("no")),
        "last" => std::future::pending().await,
        _ => Ok(()),
    }
}

async fn ends(app: &App, id: Uuid, state: TaskState) {
    until("waited for the outcome", async || {
        app.store().find(id).await.unwrap().unwrap().state == state
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_outcome_is_counted() {
    let counters: &'static Counters = Box::leak(Box::default());
    metrics::set_global_recorder(counters).unwrap();
    let app = App::start(&[
        ("tasks.unknown_retries", json!(0)),
        ("tasks.shutdown_timeout", json!("50ms")),
    ])
    .await;
    app.inside(async {
        let done = work::new("well".into()).enqueue().await.unwrap();
        let failing = work::new("fail".into()).enqueue().await.unwrap();
        let cancelled = work::new("last".into()).enqueue().await.unwrap();
        ends(&app, cancelled.id(), TaskState::Running).await;
        cancelled.cancel().await.unwrap();
        ends(&app, done.id(), TaskState::Succeeded).await;
        ends(&app, failing.id(), TaskState::Dead).await;
        ends(&app, cancelled.id(), TaskState::Cancelled).await;
    })
    .await;
    let store = app.store();
    let unknown = store.enqueue(vec![NewTask::new("nobodys", "{}")]).await;
    ends(&app, unknown.unwrap()[0], TaskState::Dead).await;
    // Lost until it is a dead letter.
    let lost = NewTask {
        queue: "elsewhere".into(),
        ..NewTask::new("work", "{}")
    };
    let lost = store.enqueue(vec![lost]).await.unwrap()[0];
    for _ in 0..2 {
        let claim = Claim {
            queue: "elsewhere".into(),
            limit: 1,
            suspect: true,
            worker: "gone".into(),
            lease: Duration::ZERO,
        };
        assert_eq!(store.claim(&claim).await.unwrap().tasks.len(), 1);
        tokio::time::sleep(Duration::from_millis(2)).await;
        assert_eq!(store.recover(2).await.unwrap(), 1);
    }
    ends(&app, lost, TaskState::Dead).await;
    // And one that returns to its queue at the stop.
    let last = app.inside(async { work::new("last".into()).enqueue().await.unwrap() });
    ends(&app, last.await.id(), TaskState::Running).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    app.stop().await;

    let wanted = [
        ("(unknown) dead", 1),
        ("work cancelled", 1),
        ("work dead", 2),
        ("work lost", 2),
        ("work released", 1),
        ("work retried", 1),
        ("work succeeded", 1),
    ];
    let wanted: BTreeMap<_, _> = wanted.map(|(name, count)| (name.to_owned(), count)).into();
    assert_eq!(counters.counted(), wanted);
}
