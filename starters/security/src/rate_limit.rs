//! How many requests are taken.
//!
//! Which limits cover a route is decided once, by its pattern ([`plan`]); a request finds them by its
//! route's index. What is counted is a moment a caller ([`store`]), by governor's arithmetic
//! ([`limiter`]), or by the same in a script on Redis ([`shared`]).

mod answer;
mod autoconfig;
mod faults;
mod filter;
mod limiter;
mod plan;
#[cfg(feature = "redis")]
mod shared;
mod store;
mod subject;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use savia_core::Config;
use savia_core::error::Diagnosis;
use savia_starter_web::actix_web::http::header::HeaderName;
use savia_starter_web::route::Route;

use crate::config::{LimitConfig, LimitKey, RateLimitConfig};
pub(crate) use faults::faults;
pub use filter::{RateLimitFilter, UserRateLimitFilter};
use limiter::Limiter;
use plan::{Covering, Plan};

/// The name of the limit that is there whether or not it is named, and its requests a minute.
const DEFAULT: (&str, u32) = ("default", 6_000);

/// The limits of `security.rate_limit`.
pub(crate) struct RateLimits {
    limits: Box<[Limit]>,
    plan: OnceLock<Plan>,
    #[cfg(feature = "redis")]
    shared: Option<shared::SharedLimits>,
}

/// One of them.
struct Limit {
    name: String,
    key: LimitKey,
    header: Option<HeaderName>,
    path: String,
    methods: Vec<String>,
    requests: u32,
    per: Duration,
    limiter: Limiter,
}

/// What is left to a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Left {
    /// How many requests.
    requests: u32,
    /// In how many seconds it is all of them.
    reset: u32,
}

impl RateLimits {
    /// As the configuration says. What is wrong with it has been said by [`faults`].
    pub(crate) fn new(section: &RateLimitConfig) -> Self {
        let limits = configured(section).into_iter().filter(|(_, it)| it.enabled);
        let limits = limits.map(|(name, it)| {
            let requests = requests(&name, &it).unwrap_or(1);
            Limit {
                key: it.key,
                header: it.header.as_deref().and_then(|it| it.parse().ok()),
                limiter: Limiter::new(requests, it.per, section.max_keys),
                path: it.path,
                methods: it.methods,
                requests,
                per: it.per,
                name,
            }
        });
        Self {
            limits: limits.collect(),
            plan: OnceLock::new(),
            #[cfg(feature = "redis")]
            shared: None,
        }
    }

    fn prepare(&self, routes: &[Arc<Route>]) {
        self.plan.get_or_init(|| Plan::new(&self.limits, routes));
    }

    /// What covers a request.
    #[inline]
    fn covering(&self, route: Option<&Arc<Route>>) -> Option<&Covering> {
        self.plan.get().map(|plan| plan.of(route))
    }

    /// Forgets callers of whom there is nothing left to know.
    pub(crate) fn forget(&self) {
        for limit in &self.limits {
            limit.limiter.forget();
        }
    }
}

impl Limit {
    /// What is left where it is used up.
    #[cold]
    fn used_up(&self) -> Left {
        let seconds = self.per.as_secs() + u64::from(self.per.subsec_nanos() > 0);
        Left {
            requests: 0,
            reset: u32::try_from(seconds).unwrap_or(u32::MAX),
        }
    }
}

/// The limits with the one that is always there.
fn configured(section: &RateLimitConfig) -> Vec<(String, LimitConfig)> {
    let mut limits = section.limits.clone();
    limits.entry(DEFAULT.0.to_owned()).or_default();
    limits.into_iter().collect()
}

fn requests(name: &str, limit: &LimitConfig) -> Option<u32> {
    limit
        .requests
        .or_else(|| (name == DEFAULT.0).then_some(DEFAULT.1))
}

/// A fault of a limit, at its place.
fn fault(config: &Config, key: &str, what: String) -> Diagnosis {
    Diagnosis::new("security::rate_limit", what).at_key(config, key)
}
