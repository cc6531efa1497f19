//! `TaskStore`: what workers ask of a backend.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use savia_core::Result;
use savia_core::tasks::{BaseTaskQueue, NewTask, Progress, QueueStats};
use uuid::Uuid;

use crate::backend::SUSPECT;
use crate::config::RetentionConfig;
use crate::signal::Signal;

/// A queue that workers take tasks from.
///
/// A task that is taken has a *lease*: it belongs to its worker until that time, which the worker
/// puts off as long as it lives. What outlives its lease goes back to the queue. A *run* counts how
/// often a task was taken; who settles a task names it, so that a worker which was taken for dead
/// changes nothing of what another does.
#[async_trait]
pub trait TaskStore: BaseTaskQueue {
    /// Takes tasks that are due, those that go first first.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach; nothing is taken then, or returns with its
    /// lease.
    async fn claim(&self, claim: &Claim) -> Result<Claimed>;

    /// Notes what runs came to. Those that are another's by now are passed over.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach; nothing is noted then.
    async fn settle(&self, settlements: &[Settlement]) -> Result<()>;

    /// Puts the leases of tasks off; gives those that are to stop.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    async fn beat(&self, held: &[Held], lease: Duration) -> Result<Vec<Stop>>;

    /// Notes how far tasks are.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    async fn report(&self, progress: Vec<(Held, Progress)>) -> Result<()>;

    /// Gives tasks whose lease is over back to their queues, or makes dead letters of them where
    /// that was their `max_losses`th; says how many.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    async fn recover(&self, max_losses: u32) -> Result<u64>;

    /// Forgets outcomes that have been kept for long enough; says how many.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    async fn sweep(&self, retention: &RetentionConfig) -> Result<u64>;

    /// How many tasks wait or run, or are dead letters, as far as that is cheap to say.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    async fn waiting(&self) -> Result<Vec<QueueStats>> {
        self.stats().await
    }

    /// When a schedule was last due, as far as the backend was told.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    async fn last_tick(&self, schedule: &str) -> Result<Option<DateTime<Utc>>>;

    /// Notes that a schedule was due, and enqueues its task with it; nothing of both, where a tick
    /// as late was noted before. Says whether it was.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    async fn tick(&self, schedule: &str, at: DateTime<Utc>, task: Option<NewTask>) -> Result<bool>;

    /// Tells the workers of this process that there may be something to do.
    fn signal(&self) -> &Arc<Signal>;

    /// Hears of tasks that other processes enqueue, for as long as the application runs. A backend
    /// without a way to hear of them is asked again every `tasks.poll_interval`.
    async fn listen(&self) {
        std::future::pending::<()>().await;
    }
}

/// What a worker wants.
#[derive(Debug, Clone)]
pub struct Claim {
    /// From this queue.
    pub queue: Arc<str>,
    /// At most so many.
    pub limit: usize,
    /// And a suspect beside them, if there is one: a task that may be what its worker died of.
    pub suspect: bool,
    /// For this worker.
    pub worker: Arc<str>,
    /// For so long.
    pub lease: Duration,
}

/// What a worker got.
#[derive(Debug, Default)]
pub struct Claimed {
    /// The tasks.
    pub tasks: Vec<ClaimedTask>,
    /// Where there were none: in how long the next one is due.
    pub next_in: Option<Duration>,
}

/// A task that a worker took.
#[derive(Debug, Clone)]
pub struct ClaimedTask {
    /// Its id.
    pub id: Uuid,
    /// How often it was taken.
    pub run: i32,
    /// Its function.
    pub name: Arc<str>,
    /// Its arguments.
    pub payload: Arc<str>,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// How often it is tried again.
    pub max_retries: u32,
    /// How often its worker died.
    pub losses: u32,
    /// Who enqueued it.
    pub trace_parent: Option<Arc<str>>,
    /// When it was enqueued.
    pub enqueued_at: DateTime<Utc>,
    /// Since when it could have been run.
    pub due_at: DateTime<Utc>,
}

impl ClaimedTask {
    /// Whether it may be what its worker died of, twice or more often. A process has no two of these
    /// at once.
    pub fn is_suspect(&self) -> bool {
        self.losses >= SUSPECT
    }
}

/// A run of a task that a worker has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Held {
    /// The task.
    pub id: Uuid,
    /// The run.
    pub run: i32,
}

/// Why a run is to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// The run.
    pub held: Held,
    /// Whether somebody cancelled it; otherwise it is another's by now.
    pub cancelled: bool,
}

/// What a run came to.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// The run.
    pub held: Held,
    /// The queue it came from.
    pub queue: Arc<str>,
    /// What it came to.
    pub outcome: Outcome,
}

/// What a run came to.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// To its end.
    Succeeded {
        /// What it gave back, as the text of a JSON value.
        result: Option<String>,
    },
    /// It failed and is tried again.
    Retry {
        /// In how long.
        after: Duration,
        /// Why it failed.
        error: String,
    },
    /// It failed for good.
    Dead {
        /// Why.
        error: String,
    },
    /// It was cancelled.
    Cancelled,
    /// It did not run, or not to its end, and is no worse for it.
    Released,
}
