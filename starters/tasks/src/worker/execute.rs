//! How a run comes to its outcome.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use savia_core::context::{ContextKind, TraceParent};
use savia_core::{AppHandle, Context};
use tracing::Instrument;

use super::BlockingPool;
use super::blocking::Left;
use super::run::Run;
use crate::registration::Bound;
use crate::runner::{Failure, Given, Returned, Runner};
use crate::store::{ClaimedTask, Outcome};
use crate::{GiveUp, TaskContext};

/// What a run came to.
pub(crate) struct Attempt {
    pub(crate) outcome: Outcome,
    /// A thread that goes on with it, although nobody waits for what it gives back.
    pub(crate) left: Option<Left>,
}

impl From<Outcome> for Attempt {
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome,
            left: None,
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
) -> Attempt {
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
) -> Attempt {
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
            return on_a_thread(blocking, bound, claimed, run, work).await;
        }
    };
    judged(bound, claimed, returned).into()
}

/// Runs what blocks. It has no `.await` at which it could be dropped: where it is over its time, or is
/// to end, its outcome is settled, and it is asked to stop.
async fn on_a_thread(
    blocking: &BlockingPool,
    bound: &Bound,
    claimed: &ClaimedTask,
    run: &Run,
    work: impl FnOnce() -> Returned + Send + 'static,
) -> Attempt {
    let mut job = match blocking.start(work) {
        Ok(job) => job,
        Err(error) => {
            let error = Failed::Now(format!("no thread could be started for it: {error}"));
            return judged(bound, claimed, Err(error)).into();
        }
    };
    // Its time begins with the thread that does it.
    let returned = tokio::select! {
        returned = async {
            job.begins().await;
            limited(bound, job.returns()).await
        } => Some(returned),
        () = run.ended() => None,
    };
    let outcome = match returned {
        Some(returned) => judged(bound, claimed, returned),
        None => run.outcome_from_outside(),
    };
    let left = job.leave();
    if left.is_some() {
        run.ask_to_stop();
    }
    Attempt { outcome, left }
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
