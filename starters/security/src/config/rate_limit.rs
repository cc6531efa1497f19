//! `security.rate_limit`.

use std::collections::BTreeMap;
use std::time::Duration;

use savia_core::config;

/// How many requests are taken.
///
/// The limit `default` is there whether or not it is named: 6,000 requests a minute from one address,
/// on every path. Naming it changes it, and `enabled: false` takes it away.
#[config]
pub struct RateLimitConfig {
    /// Whether requests are counted.
    #[default(true)]
    pub enabled: bool,

    /// Where they are counted.
    #[default(RateLimitStore::Memory)]
    pub store: RateLimitStore,

    /// The most callers that one limit counts apart in this process, from 1,000 to 10,000,000; each
    /// takes some 50 bytes. Beyond it, those go that have used least of it; who is limited stays.
    #[default(100_000)]
    #[garde(range(min = 1_000, max = 10_000_000))]
    pub max_keys: usize,

    /// The limits, by name: letters, digits, `-` and `_`. Every one that covers a request holds.
    #[default]
    #[garde(dive)]
    pub limits: BTreeMap<String, LimitConfig>,
}

/// Where requests are counted.
#[config]
#[derive(Copy, PartialEq, Eq)]
pub enum RateLimitStore {
    /// In this process: each instance counts for itself.
    Memory,
    /// In the Redis that `redis.url` names, for all instances together. While it is away, each counts
    /// for itself.
    Redis,
}

/// One limit.
///
/// `requests` may come at once; one more is taken every `per / requests` (the generic cell rate
/// algorithm, ITU-T I.371).
#[config]
pub struct LimitConfig {
    /// Whether it holds.
    #[default(true)]
    pub enabled: bool,

    /// How many requests, from 1 to 1,000,000. It has to be said of every limit but `default`.
    #[garde(range(min = 1, max = 1_000_000))]
    pub requests: Option<u32>,

    /// In what time, from `1s` to `24h`.
    #[default("1m")]
    #[garde(custom(a_second_to_a_day))]
    pub per: Duration,

    /// Whose requests are counted together.
    #[default(LimitKey::Address)]
    pub key: LimitKey,

    /// The header whose value tells callers apart, such as `X-Api-Key`, with `key: header`. Who sends
    /// none, an empty one or several counts by address.
    pub header: Option<String>,

    /// The path, as routes write it: `/auth/**` is everything below, `*` any one segment. What no route
    /// answers is counted by limits of `/**`.
    #[default("/**")]
    pub path: String,

    /// The methods, such as `[POST, PUT]`; without the key, all. `HEAD` is counted with `GET`.
    #[default]
    pub methods: Vec<String>,
}

/// Whose requests are counted together.
#[config]
#[derive(Copy, PartialEq, Eq)]
pub enum LimitKey {
    /// Those from one address, of IPv6 from one network of 64 bits.
    Address,
    /// Those of one user; who is not known counts by address.
    User,
    /// Everybody's to one route.
    Route,
    /// Those with one value of `header`.
    Header,
}

fn a_second_to_a_day(value: &Duration, _: &()) -> garde::Result {
    let (least, most) = (Duration::from_secs(1), Duration::from_secs(86_400));
    super::jwt::within(*value, least, most, "from 1s to 24h")
}
