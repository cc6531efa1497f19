//! A task in memory.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use savia_core::tasks::{NewTask, Progress, TaskFilter, TaskRecord, TaskState, Unique};
use uuid::Uuid;

use crate::backend::time;
use crate::store::Held;

/// A task: small, as there may be many. Texts that many of them share are shared.
pub(super) struct Entry {
    pub(super) name: Arc<str>,
    pub(super) queue: Arc<str>,
    pub(super) payload: Arc<str>,
    pub(super) trace_parent: Option<Arc<str>>,
    pub(super) unique: Option<Box<Unique>>,
    /// What only tasks have that have been run.
    pub(super) past: Option<Box<Past>>,
    pub(super) enqueued_at: i64,
    pub(super) due_at: i64,
    pub(super) lease_until: i64,
    pub(super) priority: i32,
    pub(super) max_retries: u32,
    pub(super) attempts: u32,
    pub(super) losses: u32,
    pub(super) run: i32,
    pub(super) place: Place,
    pub(super) cancel: bool,
}

/// Where a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Ready,
    Delayed,
    Running,
    Done(TaskState),
}

#[derive(Default)]
pub(super) struct Past {
    pub(super) worker: Option<Arc<str>>,
    pub(super) started_at: Option<i64>,
    pub(super) finished_at: Option<i64>,
    pub(super) last_error: Option<String>,
    pub(super) progress: Option<Progress>,
    pub(super) result: Option<String>,
}

impl Entry {
    pub(super) fn past(&mut self) -> &mut Past {
        self.past.get_or_insert_default()
    }

    pub(super) fn state(&self) -> TaskState {
        let failed = self
            .past
            .as_ref()
            .is_some_and(|past| past.last_error.is_some());
        match self.place {
            Place::Ready | Place::Delayed if self.attempts > 0 && failed => TaskState::Retrying,
            Place::Ready | Place::Delayed => TaskState::Queued,
            Place::Running => TaskState::Running,
            Place::Done(state) => state,
        }
    }

    /// Whether it is run by who holds it.
    pub(super) fn is_held(&self, held: Held) -> bool {
        self.place == Place::Running && self.run == held.run
    }

    pub(super) fn passes(&self, filter: &TaskFilter) -> bool {
        let is =
            |wanted: &Option<String>, text: &str| wanted.as_deref().is_none_or(|it| it == text);
        is(&filter.queue, &self.queue)
            && is(&filter.name, &self.name)
            && filter.state.is_none_or(|state| state == self.state())
    }

    pub(super) fn record(&self, id: Uuid) -> TaskRecord {
        let empty = Past::default();
        let past = self.past.as_deref().unwrap_or(&empty);
        TaskRecord {
            id,
            task: NewTask {
                name: Cow::Owned(self.name.to_string()),
                queue: Cow::Owned(self.queue.to_string()),
                payload: self.payload.to_string(),
                run_at: Some(time(self.due_at)),
                priority: self.priority,
                max_retries: self.max_retries,
                unique: self.unique.as_deref().cloned(),
                trace_parent: self.trace_parent.as_deref().map(ToOwned::to_owned),
            },
            state: self.state(),
            attempts: self.attempts,
            losses: self.losses,
            last_error: past.last_error.clone(),
            progress: past.progress.clone(),
            result: past.result.clone(),
            worker: past.worker.as_deref().map(ToOwned::to_owned),
            enqueued_at: time(self.enqueued_at),
            started_at: past.started_at.map(time),
            finished_at: past.finished_at.map(time),
        }
    }
}

/// For how long a key holds.
pub(super) fn window(unique: &Unique) -> Duration {
    unique.window.unwrap_or(Duration::MAX)
}
