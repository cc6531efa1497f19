//! `TaskContext`: what a running task knows of itself.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use savia_core::tasks::Progress;
use uuid::Uuid;

use crate::worker::run::Run;

/// What a running task knows of itself; a task's function asks for it as a parameter.
///
/// ```
/// # extern crate savia_starter_tasks as savia;
/// # mod example {
/// use savia::TaskContext;
///
/// #[savia::task]
/// async fn import(files: Vec<String>, task: TaskContext) {
///     for (at, file) in files.iter().enumerate() {
///         task.progress(at as f64 / files.len() as f64, file.clone());
///         // …
///     }
/// }
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct TaskContext(Arc<Run>);

impl TaskContext {
    pub(crate) fn new(run: Arc<Run>) -> Self {
        Self(run)
    }

    /// The task's id: the same in every attempt.
    pub fn id(&self) -> Uuid {
        self.0.task.id
    }

    /// The task's name.
    pub fn name(&self) -> &'static str {
        self.0.task.name
    }

    /// The queue it came from.
    pub fn queue(&self) -> &str {
        &self.0.task.queue
    }

    /// Which attempt this is, from 1.
    pub fn attempt(&self) -> u32 {
        self.0.task.attempt
    }

    /// When it was enqueued.
    pub fn enqueued_at(&self) -> DateTime<Utc> {
        self.0.task.enqueued_at
    }

    /// Says how far it is, from 0 to 1, and what it is at. It is stored twice a second at most, so it
    /// may be said as often as wanted.
    pub fn progress(&self, done: f64, note: impl Into<Option<String>>) {
        let done = if done.is_finite() {
            done.clamp(0.0, 1.0)
        } else {
            0.0
        };
        let note = note.into();
        self.0.says(Progress { done, note });
    }

    /// Whether it should come to its end: it was cancelled, or the application stops. A task that
    /// looks at it may fail early, and is tried again; one that does not is dropped at an `.await`
    /// once `tasks.shutdown_timeout` has passed, and runs again.
    pub fn is_stopping(&self) -> bool {
        self.0.is_stopping()
    }

    /// Waits until [`is_stopping`](Self::is_stopping).
    pub async fn stopping(&self) {
        self.0.stopping().await;
    }
}
