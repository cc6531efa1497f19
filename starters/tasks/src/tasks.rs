//! `Tasks`: what users inject.

use std::sync::Arc;
use std::time::Instant;

use savia_core::context::RecordedEvent;
use savia_core::tasks::{BaseTaskQueue, NewTask, TaskFilter, TaskRecord};
use savia_core::{Context, Error, Result, service};
use uuid::Uuid;

use crate::config::TasksConfig;
use crate::{Task, TaskCall, TaskHandle, metrics};

/// The application's tasks; inject it as `Arc<Tasks>`.
///
/// Most code needs it for nothing: `function::new(arguments).enqueue()` finds it by itself.
#[service]
pub struct Tasks {
    queue: Arc<dyn BaseTaskQueue>,
    config: Arc<TasksConfig>,
}

impl Tasks {
    /// Those of the running application.
    ///
    /// # Errors
    ///
    /// An internal error outside of an application.
    pub fn current() -> Result<Arc<Self>> {
        Context::with_current(|context| context?.app().component::<Self>()).ok_or_else(|| {
            Error::internal(
                "a task is enqueued in a running application: from a request, a task, a command, \
                 a hook or a test of one",
            )
        })
    }

    /// The backend.
    pub fn queue(&self) -> &Arc<dyn BaseTaskQueue> {
        &self.queue
    }

    /// Enqueues a call; inside a transaction, with it.
    ///
    /// # Errors
    ///
    /// As [`TaskCall::enqueue`].
    pub async fn enqueue<T: Task>(&self, call: TaskCall<T>) -> Result<TaskHandle<T::Output>> {
        let ids = self.submit(vec![call.into_new_task()?]).await?;
        let id = ids.first().copied();
        id.map(TaskHandle::of)
            .ok_or_else(|| Error::internal("the queue gave no id for a task"))
    }

    /// Enqueues calls of one function, all or none, in one go.
    ///
    /// # Errors
    ///
    /// As [`TaskCall::enqueue`].
    pub async fn enqueue_all<T: Task>(
        &self,
        calls: impl IntoIterator<Item = TaskCall<T>>,
    ) -> Result<Vec<TaskHandle<T::Output>>> {
        let tasks: Result<Vec<_>> = calls.into_iter().map(TaskCall::into_new_task).collect();
        let ids = self.submit(tasks?).await?;
        Ok(ids.into_iter().map(TaskHandle::of).collect())
    }

    /// Enqueues tasks of any names, all or none.
    ///
    /// # Errors
    ///
    /// As [`TaskCall::enqueue`].
    pub async fn submit(&self, tasks: Vec<NewTask>) -> Result<Vec<Uuid>> {
        if tasks.is_empty() {
            return Ok(Vec::new());
        }
        let limit = usize::try_from(self.config.payload_limit.bytes()).unwrap_or(usize::MAX);
        for task in &tasks {
            check(task, limit)?;
        }
        let recorder = Context::with_current(|context| context?.recorder().cloned());
        let names: Vec<_> = match &recorder {
            Some(_) => tasks.iter().map(|task| task.name.clone()).collect(),
            None => Vec::new(),
        };
        let count = metrics::enqueued(&tasks);
        let started = Instant::now();
        let ids = self.queue.enqueue(tasks).await;
        if ids.is_ok() {
            count();
        }
        if let Some(recorder) = recorder {
            let (elapsed, failed) = (started.elapsed(), ids.is_err());
            for detail in &names {
                recorder.record(RecordedEvent {
                    kind: "task",
                    detail,
                    started,
                    elapsed,
                    failed,
                });
            }
        }
        ids
    }

    /// The task of this id, if the backend still knows it.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    pub async fn find(&self, id: Uuid) -> Result<Option<TaskRecord>> {
        self.queue.find(id).await
    }

    /// Tasks in the order in which they were enqueued.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    pub async fn list(&self, filter: &TaskFilter) -> Result<Vec<TaskRecord>> {
        self.queue.list(filter).await
    }

    /// Keeps a task from running; says whether there was something to cancel.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    pub async fn cancel(&self, id: Uuid) -> Result<bool> {
        self.queue.cancel(id).await
    }

    /// Lets a task that came to an outcome run again; says whether it was one.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    pub async fn retry(&self, id: Uuid) -> Result<bool> {
        self.queue.retry(id).await
    }
}

/// Enqueues calls of one function in the running application, all or none: see
/// [`Tasks::enqueue_all`].
///
/// # Errors
///
/// As [`TaskCall::enqueue`].
pub async fn enqueue_all<T: Task>(
    calls: impl IntoIterator<Item = TaskCall<T>>,
) -> Result<Vec<TaskHandle<T::Output>>> {
    Tasks::current()?.enqueue_all(calls).await
}

/// The most bytes of a unique key, which every index can hold.
const LONGEST_KEY: usize = 500;

fn check(task: &NewTask, limit: usize) -> Result<()> {
    if task.payload.len() > limit {
        return Err(Error::invalid(format!(
            "the arguments of the task `{}` are {} bytes, more than `tasks.payload_limit` allows \
             ({limit}): keep what is large elsewhere and enqueue where it is",
            task.name,
            task.payload.len()
        )));
    }
    if let Some(unique) = &task.unique
        && unique.key.len() > LONGEST_KEY
    {
        return Err(Error::invalid(format!(
            "the unique key of the task `{}` is {} bytes, and at most {LONGEST_KEY} are kept: make a \
             hash of it",
            task.name,
            unique.key.len()
        )));
    }
    crate::name::check("queue", &task.queue)?;
    crate::name::check("task", &task.name)
}

impl std::fmt::Debug for Tasks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tasks")
            .field("backend", &self.queue.name())
            .finish_non_exhaustive()
    }
}
