//! `data.pool`: the connections that are kept.

use std::time::Duration;

use savia_core::config;
use savia_core::config::rules;

/// The connections that are kept.
#[config]
pub struct PoolConfig {
    /// The most connections to each PostgreSQL server, from 1 to 10,000. The server's own limit
    /// (`max_connections`) holds for all instances together.
    #[default(10)]
    #[garde(range(min = 1, max = 10_000))]
    pub max_size: u32,

    /// Connections that are kept even when nobody needs them, from 0 to `max_size`.
    #[default(1)]
    #[garde(range(max = 10_000))]
    pub min_size: u32,

    /// How long a call waits for a connection before it fails with 503, up to `24h`.
    #[default("5s")]
    #[garde(custom(rules::some_time))]
    pub acquire_timeout: Duration,

    /// How long one attempt to connect may take, up to `24h`.
    #[default("3s")]
    #[garde(custom(rules::some_time))]
    pub connect_timeout: Duration,

    /// A connection that nobody has used for so long is closed, up to `24h`.
    #[default("10m")]
    #[garde(custom(rules::some_time))]
    pub idle_timeout: Duration,

    /// A connection is closed when it is so old, up to `24h`: a server that was added behind a
    /// load balancer gets its share.
    #[default("30m")]
    #[garde(custom(rules::some_time))]
    pub max_lifetime: Duration,

    /// A connection that has not been used for so long is tried before it is used, up to `1h`;
    /// `0s` tries it every time, which costs a round trip.
    #[default("30s")]
    #[garde(custom(rules::at_most_an_hour))]
    pub test_after: Duration,
}
