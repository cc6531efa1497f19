//! `TaskCall`: a task that is about to be enqueued.

use std::borrow::Cow;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use savia_core::tasks::{NewTask, Unique};
use savia_core::{Context, Error, Result};

use crate::{Task, TaskHandle, Tasks, Uniqueness};

/// A task that is about to be enqueued; `function::new(arguments)` makes one.
///
/// ```no_run
/// # extern crate savia_starter_tasks as savia;
/// # mod example {
/// # use std::time::Duration;
/// # #[savia::task]
/// # async fn send_receipt(order_id: i64) {}
/// # async fn example() -> savia_core::Result<()> {
/// send_receipt::new(7).enqueue().await?;
/// send_receipt::new(7).delay(Duration::from_secs(60)).priority(10).enqueue().await?;
/// # Ok(())
/// # }
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use = "a task is not enqueued before `enqueue`"]
pub struct TaskCall<T> {
    task: T,
    run_at: Option<DateTime<Utc>>,
    queue: Option<Cow<'static, str>>,
    priority: Option<i32>,
    retries: Option<u32>,
    unique: Option<Unique>,
}

impl<T: Task> TaskCall<T> {
    /// A call with these arguments.
    pub fn of(task: T) -> Self {
        Self {
            task,
            run_at: None,
            queue: None,
            priority: None,
            retries: None,
            unique: None,
        }
    }

    /// Runs it no sooner than so much time from now.
    pub fn delay(self, delay: Duration) -> Self {
        let delay = TimeDelta::from_std(delay).unwrap_or(TimeDelta::MAX);
        let at = Utc::now().checked_add_signed(delay);
        self.at(at.unwrap_or(DateTime::<Utc>::MAX_UTC))
    }

    /// Runs it no sooner than at this time.
    pub fn at(mut self, time: DateTime<Utc>) -> Self {
        self.run_at = Some(time);
        self
    }

    /// Puts it into another queue than the function's own.
    pub fn queue(mut self, queue: impl Into<Cow<'static, str>>) -> Self {
        self.queue = Some(queue.into());
        self
    }

    /// Of those that are due, higher goes first; 0 is usual.
    pub fn priority(mut self, priority: i32) -> Self {
        self.priority = Some(priority);
        self
    }

    /// How often it is tried again after a failure.
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = Some(retries);
        self
    }

    /// At most one task of this key waits or runs in its queue; enqueueing another gives the first.
    /// The key holds for so long, or until the outcome where there is no window. It has 500 bytes at
    /// the most.
    pub fn unique(mut self, key: impl Into<String>, window: impl Into<Option<Duration>>) -> Self {
        self.unique = Some(Unique {
            key: key.into(),
            window: window.into(),
        });
        self
    }

    /// Enqueues it in the running application; inside a transaction, with it.
    ///
    /// # Errors
    ///
    /// `Invalid` where the arguments are over `tasks.payload_limit`; `Unavailable` where the backend
    /// is out of reach; an internal error outside of an application, or where the arguments cannot be
    /// written as JSON.
    pub async fn enqueue(self) -> Result<TaskHandle<T::Output>> {
        let tasks = Tasks::current()?;
        tasks.enqueue(self).await
    }

    /// As the queue's backend takes it. The trace of the running code goes with it.
    ///
    /// # Errors
    ///
    /// Where the arguments cannot be written as JSON.
    pub fn into_new_task(self) -> Result<NewTask> {
        let options = &T::OPTIONS;
        let payload = serde_json::to_string(&self.task).map_err(|error| {
            Error::internal(format!(
                "the arguments of the task `{}` cannot be written as JSON: {error}",
                T::NAME
            ))
        })?;
        let unique = match (self.unique, options.unique) {
            (Some(unique), _) => Some(unique),
            (None, Uniqueness::None) => None,
            (None, uniqueness) => {
                let of = self.task.unique_key().unwrap_or_else(|| payload.clone());
                let window = match uniqueness {
                    Uniqueness::Within(window) => Some(window),
                    _ => None,
                };
                let key = format!("{}:{}", T::NAME, shortened(of));
                Some(Unique { key, window })
            }
        };
        let trace = Context::with_current(|context| context.map(Context::trace));
        Ok(NewTask {
            name: Cow::Borrowed(T::NAME),
            queue: self.queue.unwrap_or(Cow::Borrowed(options.queue)),
            payload,
            run_at: self.run_at,
            priority: self.priority.unwrap_or(options.priority),
            max_retries: self.retries.unwrap_or(options.retries),
            unique,
            trace_parent: trace.map(|trace| trace.to_string()),
        })
    }
}

/// A key that an index can hold: one that is long is kept as its hash, a UUID of version 5 (SHA-1).
fn shortened(key: String) -> String {
    const LONGEST: usize = 200;
    if key.len() <= LONGEST {
        return key;
    }
    let bytes = key.as_bytes();
    // FNV-1a from both ends: 128 bits in all, and no dependency for a key that is rarely so long.
    let hash = |bytes: &mut dyn Iterator<Item = &u8>| {
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    let (forth, back) = (hash(&mut bytes.iter()), hash(&mut bytes.iter().rev()));
    format!("#{forth:016x}{back:016x}:{}", bytes.len())
}
