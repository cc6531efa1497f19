//! What apalis calls for every task.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use apalis_core::task::Task;
use apalis_core::worker::service::{IntoWorkerService, WorkerService};
use chrono::Utc;
use tokio::task::JoinHandle;
use tower_service::Service;

use super::Engine;
use super::execute::{execute, unknown};
use super::lane::Lane;
use super::pump::Taken;
use super::queue_backend::QueueBackend;
use super::run::{Reason, Run};
use crate::metrics::Measured;
use crate::runner::Runner;
use crate::store::{ClaimedTask, Outcome, Settlement};

/// Runs a lane's tasks, each as a task of tokio's: one that computes keeps no other from running,
/// and one that is to end can be dropped. Those of a function that has been quick each time begin
/// where they are taken, and become tasks of their own where they have to wait.
#[derive(Clone)]
pub(super) struct RunService {
    pub(super) engine: Arc<Engine>,
    pub(super) lane: Arc<Lane>,
}

impl Service<Task<Taken>> for RunService {
    type Response = ();
    type Error = Infallible;
    type Future = Ended;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, task: Task<Taken>) -> Ended {
        let (claimed, run) = task.args;
        let ending = Ending {
            engine: Arc::clone(&self.engine),
            lane: Arc::clone(&self.lane),
            run: Arc::clone(&run),
            outcome: None,
        };
        let known = self.engine.runners.get(&*claimed.name);
        let is_quick = known.is_some_and(|bound| bound.haste.is_quick());
        let mut work = Box::pin(work(ending, claimed));
        // What has been done in no time each time is begun here, and most likely ended.
        if is_quick {
            let mut nobody = Context::from_waker(Waker::noop());
            if work.as_mut().poll(&mut nobody).is_ready() {
                return Ended(None);
            }
        }
        let blocks = known.is_some_and(|bound| matches!(bound.runner, Runner::Blocking(_)));
        let work = tokio::spawn(work);
        // What blocks hears of its end by itself, as its thread goes on.
        if !blocks {
            run.runs_as(work.abort_handle());
        }
        Ended(Some(work))
    }
}

impl IntoWorkerService<QueueBackend, Self> for RunService {
    type Task = Task<Taken>;
    type Backend = QueueBackend;

    fn into_service(self, backend: QueueBackend) -> WorkerService<QueueBackend, Self> {
        WorkerService {
            backend,
            service: self,
        }
    }
}

/// Until a run has ended, however it did: its outcome goes its own way.
pub(super) struct Ended(Option<JoinHandle<()>>);

impl Future for Ended {
    type Output = Result<(), Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            Some(work) => Pin::new(work).poll(cx).map(|_| Ok(())),
            None => Poll::Ready(Ok(())),
        }
    }
}

async fn work(mut ending: Ending, claimed: ClaimedTask) {
    let engine = Arc::clone(&ending.engine);
    if ending.run.reason() != Reason::None {
        return;
    }
    let Some(bound) = engine.runners.get(&*claimed.name) else {
        let known = engine.runners.keys().copied();
        ending.outcome = Some(unknown(&claimed, engine.config.unknown_retries, known));
        return;
    };
    let measured = Measured::begin(bound, Utc::now() - claimed.due_at);
    let since = Instant::now();
    let run = execute(&engine.app, &engine.blocking, bound, &claimed, &ending.run);
    let attempt = run.await;
    let elapsed = since.elapsed();
    bound.haste.took(elapsed);
    measured.ended(elapsed);
    ending.outcome = Some(attempt.outcome);
    let Some(left) = attempt.left else { return };
    // It is settled, and its slot is taken until its thread comes back.
    let lane = Arc::clone(&ending.lane);
    lane.takes(1);
    drop(ending);
    let mut stopping = engine.stopping.subscribe();
    tokio::select! {
        () = left.returns() => {}
        // It ends with the process.
        _ = stopping.wait_for(|stop| *stop) => {}
    }
    lane.gives_back(1);
}

/// Settles a run, also where it is dropped before its end.
struct Ending {
    engine: Arc<Engine>,
    lane: Arc<Lane>,
    run: Arc<Run>,
    outcome: Option<Outcome>,
}

impl Drop for Ending {
    fn drop(&mut self) {
        let outcome = self.outcome.take();
        let outcome = match outcome {
            // One that was cancelled and failed is not to be tried again.
            Some(Outcome::Retry { .. }) if self.run.reason() == Reason::Cancelled => {
                Outcome::Cancelled
            }
            Some(outcome) => outcome,
            None => self.run.outcome_from_outside(),
        };
        let known = self.engine.runners.get(self.run.task.name);
        let metrics = known.map_or(&self.engine.unknown, |bound| &bound.metrics);
        metrics.ended(&outcome);
        self.engine.settle(Settlement {
            held: self.run.held,
            queue: Arc::clone(&self.lane.queue),
            outcome,
        });
    }
}
