//! The backends, and what they have in common.

#[cfg(feature = "data")]
pub(crate) mod database;
pub(crate) mod memory;
#[cfg(feature = "redis")]
pub(crate) mod redis;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use savia_core::Context;

/// From so many deaths of its worker on a task is a suspect: it may be what kills them. A process has
/// no two of them at once, so that one which kills takes no other suspect with it. What is none yet
/// may be lost beside it twice, and is one then: by a single task that kills, no other one is lost
/// more than four times, which is less than the default of `tasks.max_losses`.
pub(crate) const SUSPECT: u32 = 2;

/// The context, where the running code is inside a transaction that the backend is no part of: what
/// it enqueues waits for the commit.
pub(crate) fn waits_for_commit() -> Option<Context> {
    Context::with_current(|context| context.filter(|it| it.is_in_transaction()).cloned())
}

/// A time as microseconds since the beginning of 1970, as every backend keeps it.
pub(crate) fn micros(time: DateTime<Utc>) -> i64 {
    time.timestamp_micros()
}

/// The time of so many microseconds.
pub(crate) fn time(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::UNIX_EPOCH)
}

/// A span as microseconds.
pub(crate) fn span(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX / 4)
}

/// The time in so long; the end of all times where there is none.
pub(crate) fn later(now: i64, duration: Duration) -> i64 {
    now.saturating_add(span(duration))
}

/// How long it is until then.
pub(crate) fn until(now: i64, then: i64) -> Duration {
    TimeDelta::microseconds(then.saturating_sub(now))
        .to_std()
        .unwrap_or_default()
}

/// A failure as it is kept: what is longer than 4,000 characters is cut, and U+0000, which
/// PostgreSQL cannot hold, is replaced.
pub(crate) fn kept(error: &str) -> String {
    let kept: String = error.chars().take(4_000).collect();
    kept.replace('\0', "\u{fffd}")
}

/// Why a task whose workers died is a dead letter.
pub(crate) fn lost(losses: u32) -> String {
    format!("its worker died {losses} times while it ran (tasks.max_losses)")
}
