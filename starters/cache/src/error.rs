//! What can go wrong with a cache.

use std::time::Duration;

/// What can go wrong between the application and Redis. None of it reaches a caller of a cached
/// function: the function then computes.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheError {
    /// There is no connection.
    #[error("there is no connection to Redis")]
    Disconnected,
    /// A command took too long.
    #[error("Redis did not answer within {0:?}")]
    Timeout(Duration),
    /// Redis refused, or the connection broke.
    #[error(transparent)]
    Redis(#[from] redis::RedisError),
    /// What is stored under a key was not written by this version.
    #[error("what Redis holds was written by another version")]
    Unreadable,
}

impl CacheError {
    /// As callers of a backend take it.
    pub(crate) fn public(self) -> savia_core::Error {
        let public = match &self {
            Self::Timeout(_) => savia_core::Error::timeout("the cache did not answer in time"),
            _ => savia_core::Error::unavailable("the cache is not there"),
        };
        public.with_source(self)
    }
}
