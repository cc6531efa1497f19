//! A run of a task, and how it is asked to end.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use savia_core::tasks::{Progress, RunningTask};
use tokio::sync::{Notify, OwnedSemaphorePermit};
use tokio::task::AbortHandle;

use crate::store::{ClaimedTask, Held, Outcome};

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

    /// Waits until it is to end, for whatever reason.
    pub(crate) async fn ended(&self) {
        loop {
            let rung = self.bell.notified();
            if self.reason() != Reason::None {
                return;
            }
            rung.await;
        }
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
