//! What `#[task(…)]` says.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

/// What `#[task(…)]` says of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskOptions {
    /// The queue its tasks wait in.
    pub queue: &'static str,
    /// How often it is tried again after a failure.
    pub retries: u32,
    /// How long it waits before it is tried again.
    pub backoff: Backoff,
    /// How long one attempt may take.
    pub timeout: Option<Duration>,
    /// Higher goes first.
    pub priority: i32,
    /// Whether tasks that are equal are one task.
    pub unique: Uniqueness,
}

impl TaskOptions {
    /// The queue `default`, three retries, no limit of time.
    pub const DEFAULT: Self = Self {
        queue: "default",
        retries: 3,
        backoff: Backoff::DEFAULT,
        timeout: None,
        priority: 0,
        unique: Uniqueness::None,
    };
}

impl Default for TaskOptions {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Whether tasks that are equal are one task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Uniqueness {
    /// They are as many as are enqueued.
    None,
    /// Of those with the same key, one waits or runs until its outcome.
    UntilDone,
    /// Of those with the same key, one waits or runs within so much time after it was enqueued.
    Within(Duration),
}

/// How long a task waits before it is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Backoff {
    /// Always so long.
    Fixed(Duration),
    /// So long at first, then each time `factor` times as long, up to `max`.
    Exponential {
        /// After the first failure.
        first: Duration,
        /// What each further failure multiplies it with.
        factor: u32,
        /// The most.
        max: Duration,
    },
}

impl Backoff {
    /// Two seconds, then twice as long each time, up to ten minutes.
    pub const DEFAULT: Self = Self::Exponential {
        first: Duration::from_secs(2),
        factor: 2,
        max: Duration::from_secs(600),
    };

    /// How long it waits after its `attempt`th attempt (from 1) has failed, without jitter.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use savia_starter_tasks::Backoff;
    /// assert_eq!(Backoff::DEFAULT.after(1), Duration::from_secs(2));
    /// assert_eq!(Backoff::DEFAULT.after(3), Duration::from_secs(8));
    /// assert_eq!(Backoff::DEFAULT.after(99), Duration::from_secs(600));
    /// ```
    pub fn after(self, attempt: u32) -> Duration {
        match self {
            Self::Fixed(wait) => wait,
            Self::Exponential { first, factor, max } => {
                let times = factor.checked_pow(attempt.saturating_sub(1));
                times
                    .and_then(|times| first.checked_mul(times))
                    .map_or(max, |wait| wait.min(max))
            }
        }
    }

    /// The same with jitter: between half of it and all of it, so that what failed together is not
    /// tried together ("equal jitter",
    /// <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>).
    pub(crate) fn jittered(self, attempt: u32) -> Duration {
        let wait = self.after(attempt);
        // The standard library's hasher is seeded at random, which is chance enough here.
        let dice = RandomState::new().build_hasher().finish() >> 32;
        #[allow(
            clippy::cast_precision_loss,
            reason = "32 bits fit into a float exactly"
        )]
        let part = dice as f64 / f64::from(u32::MAX);
        wait.mul_f64(0.5 + part / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_stays_between_half_and_all() {
        let backoff = Backoff::Fixed(Duration::from_secs(10));
        let waits: Vec<_> = (0..100).map(|_| backoff.jittered(1)).collect();
        let half = Duration::from_secs(5);
        assert!(waits.iter().all(|it| (half..=half * 2).contains(it)));
        assert!(waits.iter().any(|it| *it != waits[0]));
    }
}
