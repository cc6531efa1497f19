//! What users record with: one writer takes what has gathered, and whoever records waits for it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use savia_core::{Context, Error, Result, service};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use super::{AuditEvent, AuditQuery, AuditSink, Fault, Verified, json};
use crate::Principal;
use crate::config::{OnFailure, SecurityConfig};

/// How many events may wait to be written.
const WAITING: usize = 65_536;

/// How many are written at once.
const BATCH: usize = 4_096;

/// For how long what cannot wait asynchronously waits.
const PATIENCE: Duration = Duration::from_secs(2);

/// The audit log. Inject it as `Arc<AuditLog>`; `#[audited]` records calls of functions by itself.
///
/// ```no_run
/// # use savia_starter_security::audit::{AuditEvent, AuditLog};
/// # async fn example(audit: &AuditLog) -> savia_core::Result<()> {
/// audit.record(AuditEvent::new("report.downloaded").object("report", 7)).await?;
/// # Ok(())
/// # }
/// ```
#[service(conditional(property = "security.enabled", equals = "true"))]
pub struct AuditLog {
    sink: Arc<dyn AuditSink>,
    config: Arc<SecurityConfig>,
    #[init]
    queue: Mutex<Option<mpsc::Sender<Job>>>,
    #[init]
    state: Arc<State>,
}

/// Whether the last record could be written.
#[derive(Default)]
struct State {
    failing: AtomicBool,
    lost: AtomicU64,
}

struct Job {
    event: AuditEvent,
    done: Option<Done>,
}

/// Who waits.
enum Done {
    Later(oneshot::Sender<Result<()>>),
    Here(std::sync::mpsc::SyncSender<Result<()>>),
}

impl AuditLog {
    /// Records an event; returns when it outlasts the process.
    ///
    /// # Errors
    ///
    /// `Unavailable` where it cannot be written and `security.audit.on_failure` is `refuse`.
    pub async fn record(&self, event: AuditEvent) -> Result<()> {
        if !self.config.audit.enabled {
            return Ok(());
        }
        // Where the database is, a transaction may hold what the record needs: it is written behind it.
        if !self.sink.is_local()
            && Context::with_current(|it| it.is_some_and(Context::is_in_transaction))
        {
            return self.judged(self.send(event, None));
        }
        let (done, written) = oneshot::channel();
        let sent = self.send(event, Some(Done::Later(done)));
        match sent {
            Ok(()) => self.judged(written.await.unwrap_or_else(|_| Err(stopped()))),
            Err(error) => self.judged(Err(error)),
        }
    }

    /// The same where nothing can be awaited. Where records go to the database, it does not wait until they
    /// are written.
    ///
    /// # Errors
    ///
    /// As [`record`](Self::record).
    pub fn record_now(&self, event: AuditEvent) -> Result<()> {
        if !self.config.audit.enabled {
            return Ok(());
        }
        if !self.sink.is_local() {
            return self.judged(self.send(event, None));
        }
        let (done, written) = std::sync::mpsc::sync_channel(1);
        let sent = self.send(event, Some(Done::Here(done)));
        let written = sent.and_then(|()| {
            let written = written.recv_timeout(PATIENCE);
            written.unwrap_or_else(|_| Err(stopped()))
        });
        self.judged(written)
    }

    /// Whether records can be written: asked before what must not happen unrecorded. Costs nothing unless the last
    /// one could not.
    ///
    /// # Errors
    ///
    /// As [`record`](Self::record).
    pub async fn ready(&self) -> Result<()> {
        if !self.state.failing.load(Ordering::Relaxed) {
            return Ok(());
        }
        let lost = self.state.lost.load(Ordering::Relaxed);
        self.record(AuditEvent::new("audit.resumed").data("lost", lost))
            .await
    }

    /// The newest events that are asked for, the oldest of them first.
    ///
    /// # Errors
    ///
    /// They cannot be read.
    pub async fn find(&self, query: &AuditQuery) -> Result<Vec<AuditEvent>> {
        self.sink.find(query).await
    }

    /// Reads the whole chain; gives the first fault, if there is one.
    ///
    /// # Errors
    ///
    /// It cannot be read, or the sink keeps none.
    pub async fn verify(&self) -> Result<std::result::Result<Verified, Fault>> {
        self.sink.verify(None).await
    }

    pub(super) fn sink(&self) -> &Arc<dyn AuditSink> {
        &self.sink
    }

    /// Whether it is recorded that somebody, known or not, was turned away.
    pub(crate) fn records_denial_of(&self, who: Option<&Principal>) -> bool {
        self.is_on() && (who.is_some() || self.config.audit.anonymous_denials)
    }

    pub(crate) fn is_on(&self) -> bool {
        self.config.audit.enabled
    }

    /// Ends the writer, once what waits is written.
    pub(super) async fn close(&self) {
        let queue = self
            .queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(queue) = queue {
            let closed = queue.downgrade();
            drop(queue);
            // The writer drops its end when the last sender is gone and all is written.
            for _ in 0..500 {
                if closed.upgrade().is_none_or(|it| it.is_closed()) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }

    fn judged(&self, written: Result<()>) -> Result<()> {
        match (written, self.config.audit.on_failure) {
            (Ok(()), _) | (Err(_), OnFailure::Warn) => Ok(()),
            (Err(error), OnFailure::Refuse) => {
                tracing::debug!("an event is not in the audit log: {error}");
                Err(Error::unavailable("this cannot be recorded at the moment"))
            }
        }
    }

    fn send(&self, event: AuditEvent, done: Option<Done>) -> Result<()> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = match &*queue {
            Some(queue) => queue,
            None => queue.insert(self.begin()?),
        };
        queue
            .try_send(Job { event, done })
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(job) => {
                    lost(&self.state, &job.event, "too many events wait");
                    Error::unavailable("too many events wait to be recorded")
                }
                mpsc::error::TrySendError::Closed(job) => {
                    lost(&self.state, &job.event, "the writer is gone");
                    stopped()
                }
            })
    }

    fn begin(&self) -> Result<mpsc::Sender<Job>> {
        let app = Context::with_current(|it| it.and_then(|it| it.app().runtime().cloned()));
        let runtime = app.or_else(|| Handle::try_current().ok());
        let (queue, jobs) = mpsc::channel(WAITING);
        let (sink, state) = (Arc::clone(&self.sink), Arc::clone(&self.state));
        std::thread::Builder::new()
            .name("audit".to_owned())
            .spawn(move || write(jobs, &*sink, &state, runtime.as_ref()))?;
        Ok(queue)
    }
}

fn write(
    mut jobs: mpsc::Receiver<Job>,
    sink: &dyn AuditSink,
    state: &State,
    runtime: Option<&Handle>,
) {
    let mut batch = Vec::new();
    while let Some(first) = jobs.blocking_recv() {
        let mut waiting = Vec::new();
        let mut take = |job: Job| {
            batch.push(job.event);
            waiting.extend(job.done);
        };
        take(first);
        for _ in 1..BATCH {
            match jobs.try_recv() {
                Ok(job) => take(job),
                Err(_) => break,
            }
        }
        let append = std::panic::AssertUnwindSafe(sink.append(&batch)).catch_unwind();
        let written = match runtime {
            Some(runtime) if !sink.is_local() => runtime.block_on(append),
            // It waits for nothing.
            _ => append.now_or_never().unwrap_or_else(|| Ok(Err(waited()))),
        };
        let written = written.unwrap_or_else(|_| Err(Error::internal("the sink panicked")));
        state.failing.store(written.is_err(), Ordering::Relaxed);
        match &written {
            Ok(()) => state.lost.store(0, Ordering::Relaxed),
            Err(error) => {
                let why = error.to_string();
                batch.iter().for_each(|event| lost(state, event, &why));
            }
        }
        batch.clear();
        for done in waiting {
            // Who no longer waits needs no answer.
            match done {
                Done::Later(done) => drop(done.send(written.clone())),
                Done::Here(done) => drop(done.try_send(written.clone())),
            }
        }
    }
}

/// What cannot be recorded is told here at least.
fn lost(state: &State, event: &AuditEvent, why: &str) {
    state.lost.fetch_add(1, Ordering::Relaxed);
    let text = json::written(event).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    tracing::error!(target: "audit", "not in the audit log ({why}): {text}");
}

fn waited() -> Error {
    Error::internal("a sink that is local waited")
}

fn stopped() -> Error {
    Error::unavailable("the audit log does not take events")
}
