//! A run of a task, from where it was taken to its outcome.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use futures_util::FutureExt;
use savia_core::context::{ContextKind, TraceParent};
use savia_core::tasks::{Progress, RunningTask};
use savia_core::{AppHandle, Context};
use tokio::sync::{Notify, OwnedSemaphorePermit};
use tokio::task::AbortHandle;
use tracing::Instrument;

use super::BlockingPool;
use crate::registration::Bound;
use crate::runner::{Failure, Given, Returned, Runner};
use crate::store::{ClaimedTask, Held, Outcome};
use crate::{GiveUp, TaskContext};

/// A run that this process holds.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) held: Held,
    pub(crate) task: Arc<RunningTask>,
    pub(crate) since: Instant,
    stop: AtomicBool,
    bell: Notify,
    reason: AtomicU8,
    progress: Mutex<Option<Progress>>,
    abort: OnceLock<AbortHandle>,
    suspect: Mutex<Option<OwnedSemaphorePermit>>,
}

/// Why a run is ended before its own end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Reason {
    /// It is not.
    None,
    /// Somebody cancelled it.
    Cancelled,
    /// It is another's by now.
    Lost,
    /// The application stops.
    Stopped,
}

impl Run {
    /// A run of a task that was just taken; a name that no function here has is leaked by nobody.
    pub(crate) fn new(claimed: &ClaimedTask, name: &'static str, queue: &Arc<str>) -> Self {
        Self {
            held: Held {
                id: claimed.id,
                run: claimed.run,
            },
            task: Arc::new(RunningTask {
                id: claimed.id,
                name,
                queue: Arc::clone(queue),
                attempt: claimed.attempt,
                enqueued_at: claimed.enqueued_at,
            }),
            since: Instant::now(),
            stop: AtomicBool::new(false),
            bell: Notify::new(),
            reason: AtomicU8::new(0),
            progress: Mutex::new(None),
            abort: OnceLock::new(),
            suspect: Mutex::default(),
        }
    }

    /// It is the one suspect that this process may have, until it is settled.
    pub(crate) fn is_the_suspect(&self, permit: Option<OwnedSemaphorePermit>) {
        *self.suspect.lock().unwrap_or_else(PoisonError::into_inner) = permit;
    }

    pub(crate) fn says(&self, progress: Progress) {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
    }

    /// What was said since this was last asked.
    pub(crate) fn said(&self) -> Option<Progress> {
        self.progress
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    pub(crate) async fn stopping(&self) {
        loop {
            let rung = self.bell.notified();
            if self.is_stopping() {
                return;
            }
            rung.await;
        }
    }

    /// Asks it to come to its end.
    pub(crate) fn ask_to_stop(&self) {
        self.stop.store(true, Ordering::Release);
        self.bell.notify_waiters();
    }

    /// Ends it at its next `.await`, or before it begins. The first reason stays.
    pub(crate) fn end(&self, reason: Reason) {
        let none = Reason::None as u8;
        let _ =
            self.reason
                .compare_exchange(none, reason as u8, Ordering::AcqRel, Ordering::Acquire);
        self.ask_to_stop();
        if let Some(abort) = self.abort.get() {
            abort.abort();
        }
    }

    pub(crate) fn reason(&self) -> Reason {
        match self.reason.load(Ordering::Acquire) {
            1 => Reason::Cancelled,
            2 => Reason::Lost,
            3 => Reason::Stopped,
            _ => Reason::None,
        }
    }

    /// What ends it from outside.
    pub(crate) fn runs_as(&self, abort: AbortHandle) {
        let abort = self.abort.get_or_init(|| abort);
        if self.reason() != Reason::None {
            abort.abort();
        }
    }

    /// What it came to where it did not come to its own end.
    pub(crate) fn outcome_from_outside(&self) -> Outcome {
        match self.reason() {
            Reason::Cancelled => Outcome::Cancelled,
            // Given back, it would do so again, and at once.
            Reason::None if std::thread::panicking() => {
                let error = "it panicked while it was dropped".to_owned();
                tracing::error!(
                    "task {} {} is a dead letter: {error}",
                    self.task.name,
                    self.held.id
                );
                Outcome::Dead { error }
            }
            _ => Outcome::Released,
        }
    }
}

/// Runs a task's function to its outcome, inside a context and a trace of its own, which is linked
/// to that of who enqueued it.
pub(crate) async fn execute(
    app: &AppHandle,
    blocking: &BlockingPool,
    bound: &Bound,
    claimed: &ClaimedTask,
    run: &Arc<Run>,
) -> Outcome {
    let subject = Arc::clone(&run.task);
    let context = Context::about(app.clone(), ContextKind::Task, Some(subject));
    let enqueued_by = claimed.trace_parent.as_deref().and_then(TraceParent::parse);
    if let Some(parent) = enqueued_by {
        context.set_trace_parent(parent);
    }
    // The fields are written only where somebody listens.
    let span = tracing::info_span!(
        "task",
        task = bound.name,
        id = %claimed.id,
        attempt = claimed.attempt,
        trace_id = format_args!("{:032x}", context.trace().trace_id),
        linked_trace = enqueued_by.map(tracing::field::display),
    );
    attempt(blocking, bound, claimed, run, context)
        .instrument(span)
        .await
}

async fn attempt(
    blocking: &BlockingPool,
    bound: &Bound,
    claimed: &ClaimedTask,
    run: &Arc<Run>,
    context: Context,
) -> Outcome {
    let given = Given {
        payload: Arc::clone(&claimed.payload),
        context: TaskContext::new(Arc::clone(run)),
    };
    let returned = match &bound.runner {
        Runner::Async(call) => {
            // Called inside too: a function may do work before its first `.await`.
            let call = Arc::clone(call);
            let future = context.scope(async move { call(given).await });
            limited(bound, AssertUnwindSafe(future).catch_unwind()).await
        }
        Runner::Blocking(call) => {
            let call = Arc::clone(call);
            let span = tracing::Span::current();
            let work = move || span.in_scope(|| context.sync_scope(|| call(given)));
            limited(bound, blocking.run(work)).await
        }
    };
    judged(bound, claimed, returned)
}

/// Within the time that one attempt may take.
async fn limited(
    bound: &Bound,
    run: impl Future<Output = std::thread::Result<Returned>>,
) -> Result<Option<String>, Failed> {
    let run = match bound.options.timeout {
        None => run.await,
        Some(limit) => match tokio::time::timeout(limit, run).await {
            Ok(run) => run,
            Err(_) => {
                let error = format!("it took longer than its timeout of {limit:?}");
                return Err(Failed::Now(error));
            }
        },
    };
    match run {
        Ok(Ok(result)) => Ok(result),
        Ok(Err(Failure::Payload(reason))) => Err(Failed::ForGood(format!(
            "its arguments do not fit: {reason}"
        ))),
        Ok(Err(Failure::Failed(error))) if error.downcast_ref::<GiveUp>().is_some() => {
            Err(Failed::ForGood(error.to_string()))
        }
        Ok(Err(Failure::Failed(error))) => Err(Failed::Now(error.to_string())),
        Err(panic) => Err(Failed::Now(format!("it panicked: {}", message(&*panic)))),
    }
}

/// How an attempt failed.
enum Failed {
    /// Another attempt may do better.
    Now(String),
    /// None would.
    ForGood(String),
}

fn message(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}

fn judged(
    bound: &Bound,
    claimed: &ClaimedTask,
    returned: Result<Option<String>, Failed>,
) -> Outcome {
    let (name, id, attempt) = (bound.name, claimed.id, claimed.attempt);
    let error = match returned {
        Ok(result) => return Outcome::Succeeded { result },
        Err(Failed::Now(error)) => error,
        Err(Failed::ForGood(error)) => {
            tracing::error!("task {name} {id} is a dead letter: {error}");
            return Outcome::Dead { error };
        }
    };
    if attempt > claimed.max_retries {
        tracing::error!("task {name} {id} is a dead letter after {attempt} attempts: {error}");
        return Outcome::Dead { error };
    }
    let after = bound.options.backoff.jittered(attempt);
    tracing::warn!("task {name} {id} failed, attempt {attempt}, next in {after:.1?}: {error}");
    Outcome::Retry { after, error }
}

/// What becomes of a task whose function is not in this process: another one may know it, so it is
/// offered for a while.
pub(crate) fn unknown<'a>(
    claimed: &ClaimedTask,
    retries: u32,
    known: impl IntoIterator<Item = &'a str>,
) -> Outcome {
    let (name, id) = (&claimed.name, claimed.id);
    let meant = savia_core::error::did_you_mean(name, known)
        .map(|near| format!(", did you mean `{near}`?"))
        .unwrap_or_default();
    let error = format!("no task function is named `{name}`{meant}");
    if claimed.attempt > retries {
        tracing::error!("task {name} {id} is a dead letter: {error}");
        return Outcome::Dead { error };
    }
    tracing::warn!("task {name} {id} returns to its queue: {error}");
    let after = std::time::Duration::from_secs(1) * 2_u32.pow(claimed.attempt.clamp(1, 8) - 1);
    Outcome::Retry { after, error }
}
