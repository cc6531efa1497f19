//! `BaseTaskQueue`: what every queue backend is.

use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
/// - A task is not run before its `run_at`, and among those due the higher `priority` goes first.
/// - Of tasks with the same `unique` key in one queue, at most one waits or runs within its
///   window; enqueueing another gives the id of the first.
///
/// # What a caller may rely on
///
/// Payloads are JSON, so that a task outlives the version of the program that enqueued it. Ids are
/// UUIDs of version 7 and sort by the time of enqueueing.
#[async_trait]
pub trait BaseTaskQueue: Send + Sync {
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

    /// Keeps a task from running; says whether it had not run yet.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    async fn cancel(&self, id: Uuid) -> Result<bool>;

    /// Lets a failed, dead or cancelled task run again; says whether it was one.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    async fn retry(&self, id: Uuid) -> Result<bool>;

    /// Whether tasks outlive the process.
    fn is_durable(&self) -> bool;
}

/// A task to be enqueued.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewTask {
    /// The task's name, by which its function is found.
    pub name: String,
    /// The queue it waits in.
    pub queue: String,
    /// Its arguments.
    pub payload: serde_json::Value,
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

/// A key of which only one task waits or runs at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unique {
    /// The key.
    pub key: String,
    /// For how long after enqueueing it holds.
    pub window: Duration,
}

/// A task as the backend knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskRecord {
    /// Its id.
    pub id: Uuid,
    /// What was enqueued.
    pub task: NewTask,
    /// How it stands.
    pub state: TaskState,
    /// How often it has been started.
    pub attempts: u32,
    /// The last failure, in words.
    pub last_error: Option<String>,
    /// When it was enqueued.
    pub enqueued_at: DateTime<Utc>,
    /// When it was last started.
    pub started_at: Option<DateTime<Utc>>,
    /// When it came to its outcome.
    pub finished_at: Option<DateTime<Utc>>,
}

/// How a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Waits for its time or a worker.
    Queued,
    /// A worker has it.
    Running,
    /// Failed and waits to be tried again.
    Retrying,
    /// Ran to its end.
    Succeeded,
    /// Failed for good: a dead letter.
    Dead,
    /// Was cancelled.
    Cancelled,
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
