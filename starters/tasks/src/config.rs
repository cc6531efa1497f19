//! The section `tasks`: where tasks are kept, and how they are run.

mod queue;

use std::collections::BTreeMap;
use std::time::Duration;

use savia_core::config;
use savia_core::config::{ByteSize, rules};

pub use queue::{QueueConfig, Rate};

/// Background tasks and schedules.
#[config("tasks")]
pub struct TasksConfig {
    /// Where tasks are kept.
    #[default(Backend::Memory)]
    pub backend: Backend,

    /// Whether this process runs tasks and schedules. Without it, it only enqueues: `savia run --only
    /// web` says the same.
    #[default(true)]
    pub workers: bool,

    /// The queues this process takes tasks from; without the key, every queue that a task's function
    /// names, and those below `queues`.
    pub only: Option<Vec<String>>,

    /// How many tasks of each queue this process runs at once, from 1 to 100,000, where `queues` says
    /// nothing else.
    #[default(16)]
    #[garde(range(min = 1, max = 100_000))]
    pub concurrency: u32,

    /// What is said of single queues: `{mail: {concurrency: 4, rate: "100/1m"}}`.
    #[default]
    pub queues: BTreeMap<String, QueueConfig>,

    /// How many tasks are taken from the backend at once, from 1 to 10,000. No more are taken than
    /// this process runs within a tenth of a second.
    #[default(500)]
    #[garde(range(min = 1, max = 10_000))]
    pub batch: u32,

    /// For how long a task belongs to a worker of which nothing is heard, from `1s` to `24h`. A
    /// worker that lives says so three times in this time. A task whose worker died runs again after
    /// this time and a sixth of it at the most, but no more than five seconds.
    #[default("30s")]
    #[garde(custom(a_second_to_a_day))]
    pub lease: Duration,

    /// After how many deaths of its worker a task is a dead letter, from 1 to 1,000: it may be what
    /// kills them. From the second one on it is a suspect, of which a process runs one at a time. With
    /// less than 5, a task may become a dead letter for its neighbour's sake.
    #[default(5)]
    #[garde(range(min = 1, max = 1_000))]
    pub max_losses: u32,

    /// How often a task whose function is not in the process that took it is offered again, from 0 to
    /// 100, before it is a dead letter: while versions change, another process may know it.
    #[default(5)]
    #[garde(range(max = 100))]
    pub unknown_retries: u32,

    /// How often a queue is looked at that nothing was heard of, up to `24h`. What is enqueued in
    /// this process, and on PostgreSQL and Redis in any, is heard of at once.
    #[default("1s")]
    #[garde(custom(rules::some_time))]
    pub poll_interval: Duration,

    /// How long tasks that run may take to end when the application stops, up to `1h`; the others
    /// return to their queue. `lifecycle.shutdown_timeout` holds for all hooks together.
    #[default("20s")]
    #[garde(custom(rules::at_most_an_hour))]
    pub shutdown_timeout: Duration,

    /// The most that the arguments of a task may be, as JSON.
    #[default(ByteSize::kib(256))]
    pub payload_limit: ByteSize,

    /// The most threads for tasks that block, from 1 to 1,000; they are started when needed.
    #[default(8)]
    #[garde(range(min = 1, max = 1_000))]
    pub blocking_threads: u32,

    /// For how long outcomes are kept.
    #[default]
    pub retention: RetentionConfig,

    /// Schedules.
    #[default]
    pub schedules: SchedulesConfig,

    /// What only Redis has.
    #[default]
    pub redis: RedisTasksConfig,
}

/// Where tasks are kept.
#[config]
#[derive(Copy, PartialEq, Eq)]
pub enum Backend {
    /// In this process: they end with it, and no other process sees them.
    Memory,
    /// In the application's own database, which `data.url` says is SQLite.
    Sqlite,
    /// In the application's own database, which `data.url` says is PostgreSQL.
    Postgres,
    /// In the application's own database, whichever `data.url` says it is.
    Database,
    /// In the Redis that `redis.url` names.
    Redis,
}

impl Backend {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Database => "database",
            Self::Redis => "redis",
        }
    }
}

/// For how long outcomes are kept.
#[config]
pub struct RetentionConfig {
    /// Those of tasks that succeeded, with what they gave back; `0s` keeps none.
    #[default("1h")]
    pub succeeded: Duration,

    /// Dead letters.
    #[default("14d")]
    pub dead: Duration,

    /// Tasks that were cancelled.
    #[default("1d")]
    pub cancelled: Duration,

    /// How many outcomes are kept in memory, where tasks are kept there: the oldest go first.
    #[default(10_000)]
    pub memory: usize,
}

/// Schedules.
#[config]
pub struct SchedulesConfig {
    /// Whether this process watches the schedules.
    #[default(true)]
    pub enabled: bool,

    /// The zone whose clocks cron expressions go by that name none, as in the tz database.
    #[default("UTC")]
    pub zone: String,
}

/// What only Redis has.
#[config]
pub struct RedisTasksConfig {
    /// What keys begin with; without the key, the application's name.
    pub prefix: Option<String>,
}

impl TasksConfig {
    /// What is said of a queue.
    pub(crate) fn queue(&self, name: &str) -> QueueConfig {
        let mut queue = self.queues.get(name).cloned().unwrap_or_default();
        queue.concurrency = queue.concurrency.or(Some(self.concurrency));
        queue
    }

    /// How often leases that are over are looked for.
    pub(crate) fn recover_every(&self) -> Duration {
        let (least, most) = (Duration::from_millis(200), Duration::from_secs(5));
        (self.lease / 6).clamp(least, most)
    }
}

fn a_second_to_a_day(value: &Duration, context: &()) -> garde::Result {
    if *value < Duration::from_secs(1) {
        return Err(garde::Error::new("shorter than 1s"));
    }
    rules::at_most_a_day(value, context)
}
