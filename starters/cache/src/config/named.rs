//! What is said of one cache.

use std::time::Duration;

use savia_core::config;

/// One cache. What is not said here is as its function says, or as the section says for all.
#[config]
pub struct NamedCacheConfig {
    /// The time for which a value is kept; `0s` keeps it for as long as there is room.
    pub ttl: Option<Duration>,
    /// The time after which a value goes where nobody asked for it; `0s` is none. Where `backend` is
    /// `tiered` it counts in the process, and Redis keeps the value for its `ttl`.
    pub tti: Option<Duration>,
    /// The time for which it is remembered that there is no value.
    pub none_ttl: Option<Duration>,
    /// The time after `ttl` for which a value is still given out while one caller computes it
    /// anew.
    pub stale_while_revalidate: Option<Duration>,
    /// The most entries in the process. Where `backend` is `redis` it stops the start: Redis bounds
    /// its memory (`maxmemory`), and no single cache.
    #[garde(range(min = 1))]
    pub max_entries: Option<u64>,
    /// The most that the weights of the entries in the process sum up to, instead of
    /// `max_entries`, and as that.
    #[garde(range(min = 1))]
    pub max_weight: Option<u64>,
    /// By how much of its time an entry goes earlier, at random, from 0 to 0.9.
    #[garde(range(min = 0.0, max = 0.9))]
    pub jitter: Option<f64>,
}
