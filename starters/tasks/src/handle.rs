//! `TaskHandle`: a task that was enqueued.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use savia_core::tasks::{TaskRecord, TaskState};
use savia_core::{Error, Result};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::Tasks;

/// A task that was enqueued, by its id.
///
/// It asks the running application's queue, so it belongs into a request, task, command or test.
pub struct TaskHandle<R> {
    id: Uuid,
    result: PhantomData<fn() -> R>,
}

impl<R> TaskHandle<R> {
    /// The task of this id, which gives back an `R`.
    pub fn of(id: Uuid) -> Self {
        Self {
            id,
            result: PhantomData,
        }
    }

    /// Its id.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// What the queue knows of it; nothing once its outcome is no longer kept (`tasks.retention`).
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    pub async fn record(&self) -> Result<Option<TaskRecord>> {
        Tasks::current()?.find(self.id).await
    }

    /// Keeps it from running; says whether there was something to cancel.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    pub async fn cancel(&self) -> Result<bool> {
        Tasks::current()?.cancel(self.id).await
    }
}

impl<R: DeserializeOwned> TaskHandle<R> {
    /// What it gave back, once it has succeeded.
    ///
    /// # Errors
    ///
    /// An internal error where it failed for good or was cancelled, or what it gave back is no `R`;
    /// `Unavailable` where the backend is out of reach.
    pub async fn result(&self) -> Result<Option<R>> {
        let Some(record) = self.record().await? else {
            return Ok(None);
        };
        match record.state {
            TaskState::Succeeded => {
                let text = record.result.as_deref().unwrap_or("null");
                Ok(Some(serde_json::from_str(text)?))
            }
            TaskState::Dead | TaskState::Cancelled => {
                let why = record.last_error.unwrap_or_default();
                let (name, state) = (record.task.name, record.state);
                Err(Error::internal(format!(
                    "the task `{name}` is {state}: {why}"
                )))
            }
            _ => Ok(None),
        }
    }

    /// Waits until it has an outcome, and gives what it gave back.
    ///
    /// # Errors
    ///
    /// As [`result`](Self::result); `Timeout` where it takes longer than `limit`.
    pub async fn wait(&self, limit: Duration) -> Result<R> {
        let until = tokio::time::Instant::now() + limit;
        let mut pause = Duration::from_millis(2);
        loop {
            if let Some(result) = self.result().await? {
                return Ok(result);
            }
            if tokio::time::Instant::now() >= until {
                return Err(Error::timeout(format!(
                    "the task {} has no outcome after {limit:?}",
                    self.id
                )));
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(200));
        }
    }
}

impl<R> Clone for TaskHandle<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for TaskHandle<R> {}

impl<R> fmt::Debug for TaskHandle<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TaskHandle").field(&self.id).finish()
    }
}

impl<R> fmt::Display for TaskHandle<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.id.fmt(f)
    }
}
