//! A task as the backend knows it.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::NewTask;

/// A task as the backend knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskRecord {
    /// Its id.
    pub id: Uuid,
    /// What was enqueued.
    pub task: NewTask,
    /// How it stands.
    pub state: TaskState,
    /// How often it has been started, runs that a worker took to its grave left out.
    pub attempts: u32,
    /// How often its worker died.
    pub losses: u32,
    /// The last failure, in words.
    pub last_error: Option<String>,
    /// How far it says it is.
    pub progress: Option<Progress>,
    /// What it gave back, as the text of a JSON value.
    pub result: Option<String>,
    /// Who has it, or had it last.
    pub worker: Option<String>,
    /// When it was enqueued.
    pub enqueued_at: DateTime<Utc>,
    /// When it was last started.
    pub started_at: Option<DateTime<Utc>>,
    /// When it came to its outcome.
    pub finished_at: Option<DateTime<Utc>>,
}

impl TaskRecord {
    /// As operations see it: arguments and result as JSON, times as Savia writes them.
    pub fn to_json(&self) -> Value {
        let result = self.result.as_deref().map(|text| {
            serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
        });
        json!({
            "id": self.id,
            "name": self.task.name,
            "queue": self.task.queue,
            "state": self.state,
            "priority": self.task.priority,
            "attempts": self.attempts,
            "max_retries": self.task.max_retries,
            "losses": self.losses,
            "arguments": self.task.arguments(),
            "unique": self.task.unique.as_ref().map(|unique| &unique.key),
            "trace_parent": self.task.trace_parent,
            "progress": self.progress,
            "result": result,
            "error": self.last_error,
            "worker": self.worker,
            "run_at": self.task.run_at.map(written),
            "enqueued_at": written(self.enqueued_at),
            "started_at": self.started_at.map(written),
            "finished_at": self.finished_at.map(written),
        })
    }
}

fn written(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// How a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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

impl TaskState {
    /// Every state, in the order of a task's life.
    pub const ALL: [Self; 6] = [
        Self::Queued,
        Self::Running,
        Self::Retrying,
        Self::Succeeded,
        Self::Dead,
        Self::Cancelled,
    ];

    /// As a word: `queued`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Retrying => "retrying",
            Self::Succeeded => "succeeded",
            Self::Dead => "dead",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether it is an outcome.
    pub fn is_outcome(self) -> bool {
        matches!(self, Self::Succeeded | Self::Dead | Self::Cancelled)
    }
}

impl fmt::Display for TaskState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for TaskState {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|state| state.word() == word);
        found.ok_or_else(|| {
            let known = Self::ALL.map(Self::word).join(", ");
            format!("there is no such state; there are {known}")
        })
    }
}

/// How far a task says it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// From 0 to 1.
    pub done: f64,
    /// What it is at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How many tasks of a queue stand how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueStats {
    /// The queue.
    pub queue: String,
    /// Whether nobody may take from it.
    pub paused: bool,
    /// Wait for their time or a worker.
    pub queued: u64,
    /// Are run.
    pub running: u64,
    /// Failed and wait to be tried again.
    pub retrying: u64,
    /// Ran to their end, and are still known.
    pub succeeded: u64,
    /// Dead letters.
    pub dead: u64,
    /// Were cancelled, and are still known.
    pub cancelled: u64,
}

impl QueueStats {
    /// Of this queue, with nothing in it.
    pub fn of(queue: impl Into<String>) -> Self {
        Self {
            queue: queue.into(),
            ..Self::default()
        }
    }

    /// The count of a state.
    pub fn count(&mut self, state: TaskState) -> &mut u64 {
        match state {
            TaskState::Queued => &mut self.queued,
            TaskState::Running => &mut self.running,
            TaskState::Retrying => &mut self.retrying,
            TaskState::Succeeded => &mut self.succeeded,
            TaskState::Dead => &mut self.dead,
            TaskState::Cancelled => &mut self.cancelled,
        }
    }
}

/// The task that a [`Context`](crate::Context) of kind `Task` was entered for: its
/// [`subject`](crate::Context::subject).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningTask {
    /// Its id.
    pub id: Uuid,
    /// The function's name.
    pub name: &'static str,
    /// The queue it came from.
    pub queue: std::sync::Arc<str>,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// When it was enqueued.
    pub enqueued_at: DateTime<Utc>,
}
