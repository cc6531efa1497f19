//! Metrics: how many tasks there are, how long they wait and how long they take.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use savia_core::tasks::{NewTask, QueueStats};

use crate::registration::Bound;
use crate::store::Outcome;

const ENQUEUED: &str = "tasks_enqueued_total";
const FINISHED: &str = "tasks_finished_total";
const DURATION: &str = "tasks_duration_seconds";
const LATENCY: &str = "tasks_latency_seconds";
const RUNNING: &str = "tasks_running";
const WAITING: &str = "tasks_waiting";

/// Says what the metrics are; once a recorder is there.
pub(crate) fn describe() {
    describe_counter!(ENQUEUED, "Tasks that were enqueued by this process.");
    describe_counter!(
        FINISHED,
        "Attempts that ended in this process, or with one that died, by outcome."
    );
    describe_histogram!(DURATION, Unit::Seconds, "How long attempts take.");
    describe_histogram!(LATENCY, Unit::Seconds, "How long tasks that are due wait.");
    describe_gauge!(RUNNING, "Tasks that this process runs.");
    describe_gauge!(WAITING, "Tasks in the backend, by queue and state.");
}

/// Counts tasks once they are enqueued: runs of one name are counted as one.
pub(crate) fn enqueued(tasks: &[NewTask]) -> impl FnOnce() + use<> {
    let runs = tasks.chunk_by(|a, b| a.name == b.name && a.queue == b.queue);
    let counts = runs.filter_map(|run| {
        let first = run.first()?;
        let (task, queue) = (first.name.clone(), first.queue.clone());
        Some((
            counter!(ENQUEUED, "task" => task, "queue" => queue),
            run.len(),
        ))
    });
    let counts: Vec<_> = counts.collect();
    move || {
        for (counter, count) in counts {
            counter.increment(count as u64);
        }
    }
}

/// Shows what waits.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    shown: BTreeSet<String>,
}

impl Waiting {
    /// A backend says nothing of a queue that is empty, and 0 is to be seen then.
    #[allow(clippy::cast_precision_loss, reason = "a gauge is a float")]
    pub(crate) fn show(&mut self, stats: &[QueueStats]) {
        let is_empty = |queue: &&String| stats.iter().all(|it| it.queue != **queue);
        for queue in self.shown.iter().filter(is_empty) {
            for state in ["queued", "running", "retrying", "dead"] {
                gauge!(WAITING, "queue" => queue.clone(), "state" => state).set(0.0);
            }
        }
        for queue in stats {
            let states = [
                ("queued", queue.queued),
                ("running", queue.running),
                ("retrying", queue.retrying),
                ("dead", queue.dead),
            ];
            for (state, count) in states {
                gauge!(WAITING, "queue" => queue.queue.clone(), "state" => state).set(count as f64);
            }
            self.shown.insert(queue.queue.clone());
        }
    }
}

/// An attempt that is measured.
pub(crate) struct Measured<'a> {
    handles: &'a Handles,
}

/// The handles of a function's metrics, made once.
#[derive(Clone)]
pub(crate) struct Handles {
    succeeded: metrics::Counter,
    retried: metrics::Counter,
    dead: metrics::Counter,
    cancelled: metrics::Counter,
    released: metrics::Counter,
    duration: metrics::Histogram,
    latency: metrics::Histogram,
    running: metrics::Gauge,
}

impl Handles {
    /// Of a function, or of all that have none.
    pub(crate) fn of(task: &'static str) -> Self {
        let of = |outcome: &'static str| counter!(FINISHED, "task" => task, "outcome" => outcome);
        Self {
            succeeded: of("succeeded"),
            retried: of("retried"),
            dead: of("dead"),
            cancelled: of("cancelled"),
            released: of("released"),
            duration: histogram!(DURATION, "task" => task),
            latency: histogram!(LATENCY, "task" => task),
            running: gauge!(RUNNING, "task" => task),
        }
    }
}

impl Handles {
    /// Counts what an attempt came to, however it did.
    pub(crate) fn ended(&self, outcome: &Outcome) {
        match outcome {
            Outcome::Succeeded { .. } => &self.succeeded,
            Outcome::Retry { .. } => &self.retried,
            Outcome::Dead { .. } => &self.dead,
            Outcome::Cancelled => &self.cancelled,
            Outcome::Released => &self.released,
        }
        .increment(1);
    }
}

/// Counts a task whose worker died: a loss, and the outcome it came to by that, if it did.
pub(crate) fn lost(task: &str, outcome: Option<&'static str>) {
    let count = |outcome| {
        counter!(FINISHED, "task" => task.to_owned(), "outcome" => outcome).increment(1);
    };
    count("lost");
    outcome.into_iter().for_each(count);
}

impl std::fmt::Debug for Handles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Handles")
    }
}

impl<'a> Measured<'a> {
    pub(crate) fn begin(bound: &'a Bound, waited: TimeDelta) -> Self {
        let handles = &bound.metrics;
        let waited = waited.to_std().unwrap_or_default();
        handles.latency.record(waited.as_secs_f64());
        handles.running.increment(1.0);
        Self { handles }
    }

    pub(crate) fn ended(&self, elapsed: Duration) {
        self.handles.duration.record(elapsed.as_secs_f64());
    }
}

impl Drop for Measured<'_> {
    fn drop(&mut self) {
        self.handles.running.decrement(1.0);
    }
}
