//! How Redis is used.

use std::path::PathBuf;
use std::time::Duration;

use savia_core::config;
use savia_core::config::rules;

/// Redis as a cache. Its address is `redis.url`.
#[config]
pub struct RedisCacheConfig {
    /// What the keys begin with; without it, the name of the application. Applications that share
    /// a server need names of their own.
    pub prefix: Option<String>,

    /// The certificates that a server at a `rediss://` address may be vouched for by, as a PEM file,
    /// instead of the public ones; beside `application.yaml` where the path is relative.
    pub ca_file: Option<PathBuf>,

    /// The longest that a command may take before the call goes on without the cache, up to `1h`.
    #[default("500ms")]
    #[garde(custom(rules::some_time))]
    pub timeout: Duration,

    /// The longest that connecting may take, up to `24h`.
    #[default("2s")]
    #[garde(custom(rules::some_time))]
    pub connect_timeout: Duration,

    /// How long others wait for an instance that computes a value and says nothing any more: it
    /// has died. While it lives, it says so three times in this time.
    #[default("5s")]
    #[garde(custom(rules::some_time))]
    pub lease: Duration,

    /// The longest that an entry is kept that has no `ttl`.
    #[default("7d")]
    pub longest: Duration,
}

/// The tier in the process before Redis.
#[config]
pub struct TieredCacheConfig {
    /// The longest that a value stays in the process where Redis would keep it longer; `0s` is as
    /// long as Redis does.
    #[default("0s")]
    pub ttl: Duration,

    /// For how long values in the process are still given out when Redis, and with it the news of
    /// what others evict, is gone. `0s` trusts them no more from that moment.
    #[default("0s")]
    pub stale_when_lost: Duration,
}
