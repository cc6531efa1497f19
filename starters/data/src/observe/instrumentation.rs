//! diesel's hook: told of every statement on a connection.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::{DebugQuery, Instrumentation, InstrumentationEvent};
use savia_core::Context;
use savia_core::context::RecordedEvent;

use super::{Watch, repeated, statement};

/// Watches the statements of one connection.
///
/// The text of a statement costs as much to write as a small statement to run, so it is written
/// only where somebody reads it.
pub(crate) struct Instrument {
    watch: Arc<Watch>,
    /// When the statements under way began, in their order: a connection answers in order, also
    /// where several were sent before the first answer.
    started: VecDeque<Instant>,
    forget: Forget,
}

/// Lets the owner of a connection say that what was under way will not be heard of again.
#[derive(Debug, Clone, Default)]
pub(crate) struct Forget(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    forgotten: AtomicBool,
    under_way: AtomicUsize,
}

impl Forget {
    /// Forgets it.
    pub(crate) fn now(&self) {
        self.0.forgotten.store(true, Ordering::Relaxed);
    }

    /// Whether every statement that was begun has ended.
    pub(crate) fn is_quiet(&self) -> bool {
        self.0.under_way.load(Ordering::Relaxed) == 0
    }
}

impl Forget {
    fn note(&self, under_way: usize) {
        self.0.under_way.store(under_way, Ordering::Relaxed);
    }
}

impl Instrument {
    pub(super) fn new(watch: Arc<Watch>) -> Self {
        Self {
            watch,
            started: VecDeque::with_capacity(1),
            forget: Forget::default(),
        }
    }

    /// What makes it forget.
    pub(crate) fn forget(&self) -> Forget {
        self.forget.clone()
    }

    fn finished(&mut self, query: &dyn DebugQuery, failed: bool) {
        let Some(started) = self.started.pop_front() else {
            return;
        };
        self.forget.note(self.started.len());
        let elapsed = started.elapsed();
        let watch = &self.watch;
        watch.durations.record(elapsed, failed);
        if !watch.slow.is_zero() && elapsed >= watch.slow {
            slow(query, elapsed);
        }
        Context::with_current(|context| {
            let Some(context) = context else { return };
            if watch.repeated > 0 {
                repeated::count(context, query, watch.repeated);
            }
            if let Some(recorder) = context.recorder() {
                recorder.record(RecordedEvent {
                    kind: "sql",
                    detail: &statement::text(query),
                    started,
                    elapsed,
                    failed,
                });
            }
        });
    }
}

impl Instrumentation for Instrument {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { .. } => {
                let forgotten = &self.forget.0.forgotten;
                if forgotten.load(Ordering::Relaxed) {
                    forgotten.store(false, Ordering::Relaxed);
                    self.started.clear();
                }
                self.started.push_back(Instant::now());
                self.forget.note(self.started.len());
            }
            InstrumentationEvent::FinishQuery { query, error, .. } => {
                self.finished(query, error.is_some());
            }
            _ => {}
        }
    }
}

#[cold]
fn slow(query: &dyn DebugQuery, elapsed: Duration) {
    let statement = statement::text(query);
    tracing::warn!(
        target: "savia::data::slow_query",
        elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
        "a statement took {elapsed:.1?}: {statement}"
    );
}
