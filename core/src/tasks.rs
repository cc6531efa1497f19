//! `BaseTaskQueue`: what every queue backend is.

mod record;

use std::borrow::Cow;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use record::{Progress, QueueStats, RunningTask, TaskRecord, TaskState};

use crate::Result;

/// A backend of task queues: memory, SQLite, PostgreSQL, Redis.
///
/// # What an implementor must keep
///
/// - **At least once.** A task whose [`enqueue`](Self::enqueue) returned is run to an outcome even
///   when workers die; it may run more than once, never less. A backend that keeps tasks only in
///   memory says so in [`is_durable`](Self::is_durable).
/// - **Within the caller's transaction.** Where the backend stands on the application's own
///   database and a transaction is current ([`Context::transaction`](crate::Context::transaction)),
///   enqueueing is part of it. Other backends wait for
///   [`Context::after_commit`](crate::Context::after_commit).
/// - A task is not run before its `run_at`, and among those due the higher `priority` goes first,
///   then the one that was enqueued first.
/// - Of tasks with the same `unique` key in one queue, at most one waits or runs within its
///   window; enqueueing another gives the id of the first.
///
/// # What a caller may rely on
///
/// Payloads are JSON, so that a task outlives the version of the program that enqueued it. Ids are
/// UUIDs of version 7 and sort by the time of enqueueing.
#[async_trait]
pub trait BaseTaskQueue: Send + Sync {
    /// What it is called in listings: `memory`.
    fn name(&self) -> &'static str;

    /// Whether tasks outlive the process.
    fn is_durable(&self) -> bool;

    /// Adds tasks, all or none, and gives their ids in the same order.
    ///
    /// # Errors
    ///
    /// `Invalid` where a payload is over the limit; `Unavailable` where the backend is out of reach.
    async fn enqueue(&self, tasks: Vec<NewTask>) -> Result<Vec<Uuid>>;

    /// The task, if the backend still knows it.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    async fn find(&self, id: Uuid) -> Result<Option<TaskRecord>>;

    /// Tasks in the order of their ids.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    async fn list(&self, filter: &TaskFilter) -> Result<Vec<TaskRecord>>;

    /// Keeps a task from running. One that runs is asked to stop, which its worker hears no later
    /// than with its next sign of life. Says whether there was something to cancel.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    async fn cancel(&self, id: Uuid) -> Result<bool>;

    /// Lets a task that came to an outcome run again, with all its retries and no uniqueness; says
    /// whether it was one.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    async fn retry(&self, id: Uuid) -> Result<bool>;

    /// Forgets tasks that came to an outcome; says how many. `after` and `limit` count for nothing.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    async fn purge(&self, filter: &TaskFilter) -> Result<u64>;

    /// How many tasks each queue has in each state, by the queues' names.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    async fn stats(&self) -> Result<Vec<QueueStats>>;

    /// Lets nobody take tasks from a queue, or lets them again. What runs goes on.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    async fn set_paused(&self, queue: &str, paused: bool) -> Result<()>;
}

/// A task to be enqueued.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewTask {
    /// The task's name, by which its function is found.
    pub name: Cow<'static, str>,
    /// The queue it waits in.
    pub queue: Cow<'static, str>,
    /// Its arguments, as the text of a JSON object.
    pub payload: String,
    /// When it may run at the earliest; now, where nothing is said.
    pub run_at: Option<DateTime<Utc>>,
    /// Higher goes first; 0 is usual.
    pub priority: i32,
    /// How often it is tried again after a failure.
    pub max_retries: u32,
    /// At most one task of this key within the window.
    pub unique: Option<Unique>,
    /// The W3C trace parent of who enqueued it.
    pub trace_parent: Option<String>,
}

impl NewTask {
    /// A task of this name with a payload in JSON, in the queue `default`, without retries.
    pub fn new(name: impl Into<Cow<'static, str>>, payload: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            queue: Cow::Borrowed("default"),
            payload: payload.into(),
            run_at: None,
            priority: 0,
            max_retries: 0,
            unique: None,
            trace_parent: None,
        }
    }

    /// Its arguments; the text itself where it is no JSON.
    pub fn arguments(&self) -> serde_json::Value {
        serde_json::from_str(&self.payload)
            .unwrap_or_else(|_| serde_json::Value::String(self.payload.clone()))
    }
}

/// A key of which only one task waits or runs at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unique {
    /// The key.
    pub key: String,
    /// For how long after enqueueing it holds; without one, until the task comes to its outcome.
    pub window: Option<Duration>,
}

/// Which tasks are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskFilter {
    /// Of this queue.
    pub queue: Option<String>,
    /// Of this name.
    pub name: Option<String>,
    /// In this state.
    pub state: Option<TaskState>,
    /// After this id.
    pub after: Option<Uuid>,
    /// At most so many; 0 stands for 100, and more than 1,000 for 1,000.
    pub limit: u32,
}

impl TaskFilter {
    /// How many it lets through: from 1 to 1,000.
    pub fn limit(&self) -> u32 {
        match self.limit {
            0 => 100,
            limit => limit.min(1_000),
        }
    }
}
