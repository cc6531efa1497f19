//! The section `cache`: where cached values are kept, and for how long.

mod named;
mod redis;

use std::collections::BTreeMap;
use std::time::Duration;

use savia_core::config;
use savia_core::config::sections::RedisConfig;
use savia_core::config::{Config, rules};

pub use named::NamedCacheConfig;
pub use redis::{RedisCacheConfig, TieredCacheConfig};

/// The caches.
#[config("cache")]
pub struct CacheConfig {
    /// Where values are kept.
    #[default(Backend::Memory)]
    pub backend: Backend,

    /// The time for which a value is kept where neither its cache nor its function says another;
    /// `0s` keeps it for as long as there is room.
    #[default("10m")]
    pub ttl: Duration,

    /// The time for which it is remembered that there is no value (`None`), where its function
    /// says no other. Without the key, as long as values.
    pub none_ttl: Option<Duration>,

    /// The most entries that a cache has in the process, where it says no other. Said where
    /// `backend` is `redis`, it stops the start: Redis bounds its memory, and no single cache.
    #[default(10_000)]
    #[garde(range(min = 1))]
    pub max_entries: u64,

    /// By how much of its time an entry goes earlier, at random, from 0 to 0.9: what was cached
    /// together does not expire together.
    #[default(0.1)]
    #[garde(range(min = 0.0, max = 0.9))]
    pub jitter: f64,

    /// What is said of single caches, by their names; it beats what functions say.
    #[default]
    #[garde(dive)]
    pub caches: BTreeMap<String, NamedCacheConfig>,

    /// How Redis is used, where `backend` is `redis` or `tiered`.
    #[default]
    #[garde(dive)]
    pub redis: RedisCacheConfig,

    /// The tier in the process, where `backend` is `tiered`.
    #[default]
    #[garde(dive)]
    pub tiered: TieredCacheConfig,

    /// How often counts are handed to the metrics, from `100ms` to `1h`.
    #[default("1s")]
    #[garde(custom(rules::at_most_an_hour))]
    pub metrics_interval: Duration,
}

/// Where values are kept.
#[config]
#[derive(Copy, PartialEq, Eq)]
pub enum Backend {
    /// In the process. Nothing else is needed; each instance has its own.
    Memory,
    /// On Redis, shared by all instances.
    Redis,
    /// On Redis, and in the process before it.
    Tiered,
    /// `tiered` where `redis.url` or `REDIS_URL` says where Redis is, else `memory`.
    Auto,
    /// Nowhere: every call computes.
    None,
}

impl Backend {
    /// The one that is used: `auto` is another.
    pub(crate) fn of(self, config: &Config) -> Self {
        if self != Self::Auto {
            return self;
        }
        let redis = config.section::<RedisConfig>();
        match redis.ok().and_then(|redis| redis.url) {
            Some(_) => Self::Tiered,
            None => Self::Memory,
        }
    }

    /// Whether it stands on Redis.
    pub(crate) fn needs_redis(self) -> bool {
        matches!(self, Self::Redis | Self::Tiered)
    }
}
