//! What can be wrong with the tasks starter itself.

use savia_core::Error;

/// Why a backend did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TasksError {
    /// The backend answered with something that is none of ours.
    #[error("the backend holds something that is no task: {0}")]
    Corrupt(String),
    /// Redis did not answer, or refused.
    #[cfg(feature = "redis")]
    #[error("redis: {0}")]
    Redis(#[from] redis::RedisError),
}

/// A backend that does not answer, as callers should take it.
#[cfg(feature = "redis")]
pub(crate) fn unavailable(error: TasksError) -> Error {
    Error::unavailable("the queue of tasks is out of reach").with_source(error)
}

/// What was read is none of ours.
#[cfg_attr(
    not(any(feature = "data", feature = "redis")),
    allow(dead_code, reason = "memory holds what it was given")
)]
pub(crate) fn corrupt(what: impl Into<String>) -> Error {
    TasksError::Corrupt(what.into()).into()
}
