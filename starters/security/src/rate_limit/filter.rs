//! The filters that count: one before it is known who calls, one after.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use savia_core::service;
use savia_starter_web::actix_web::HttpResponse;
use savia_starter_web::actix_web::http::header::{FORWARDED, X_FORWARDED_FOR};
use savia_starter_web::filter::{Hooks, order};
use savia_starter_web::route::Route;
use savia_starter_web::{Exchange, Flow, TrustedProxies, WebFilter};

use super::RateLimits;
use super::answer::{Tightest, refusal};
use super::subject::Subject;

/// Counts requests by address, route or header, and turns away those that are too many; says in every
/// answer what is left.
#[service(
    provides(dyn WebFilter),
    conditional(property = "security.enabled", equals = "true"),
    conditional(property = "security.rate_limit.enabled", equals = "true")
)]
pub struct RateLimitFilter {
    limits: Arc<RateLimits>,
    proxies: Arc<TrustedProxies>,
    #[init]
    told: AtomicBool,
}

/// Counts requests by user, once it is known who calls.
#[service(
    provides(dyn WebFilter),
    conditional(property = "security.enabled", equals = "true"),
    conditional(property = "security.rate_limit.enabled", equals = "true")
)]
pub struct UserRateLimitFilter {
    limits: Arc<RateLimits>,
    proxies: Arc<TrustedProxies>,
}

impl WebFilter for RateLimitFilter {
    fn name(&self) -> &'static str {
        "rate-limit"
    }

    fn order(&self) -> i32 {
        order::RATE_LIMIT
    }

    fn prepare(&self, routes: &[Arc<Route>]) {
        self.limits.prepare(routes);
    }

    fn before(&self, exchange: &Exchange<'_>) -> Flow {
        let Some(covering) = self.limits.covering(exchange.route) else {
            return Flow::Continue;
        };
        let flow = ask(&self.limits, &covering.first, exchange, &self.proxies);
        if matches!(flow, Flow::Answer(_)) {
            self.tell_of_a_proxy(exchange);
        }
        flow
    }

    fn after(&self, exchange: &Exchange<'_>, response: &mut HttpResponse) {
        if let Some(covering) = self.limits.covering(exchange.route)
            && !covering.policy.is_empty()
        {
            self.limits
                .tell(exchange.context, &covering.policy, response);
        }
    }
}

impl RateLimitFilter {
    /// Behind a proxy that is not trusted, all callers are one: somebody should know why they are turned
    /// away.
    #[cold]
    fn tell_of_a_proxy(&self, exchange: &Exchange<'_>) {
        let headers = exchange.request.headers();
        let peer = exchange.request.peer_addr().map(|it| it.ip());
        let forwarded = headers.contains_key(X_FORWARDED_FOR) || headers.contains_key(FORWARDED);
        if let Some(peer) = peer
            && forwarded
            && !self.proxies.trusts(peer)
            && !self.told.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(
                "{peer} sent too many requests, and says that it speaks for others: if it is a proxy of \
                 yours, name it in `server.trusted_proxies`, or all its callers count as one"
            );
        }
    }
}

impl WebFilter for UserRateLimitFilter {
    fn name(&self) -> &'static str {
        "rate-limit-user"
    }

    fn order(&self) -> i32 {
        order::AUTHENTICATION + 50
    }

    fn hooks(&self) -> Hooks {
        Hooks {
            before: self.limits.has_users(),
            after: false,
        }
    }

    fn before(&self, exchange: &Exchange<'_>) -> Flow {
        match self.limits.covering(exchange.route) {
            Some(covering) => ask(&self.limits, &covering.by_user, exchange, &self.proxies),
            None => Flow::Continue,
        }
    }
}

/// Asks these limits, in their order. One that is used up is the answer, and those behind it do not count.
fn ask(
    limits: &Arc<RateLimits>,
    places: &[u16],
    exchange: &Exchange<'_>,
    proxies: &TrustedProxies,
) -> Flow {
    if places.is_empty() {
        return Flow::Continue;
    }
    #[cfg(feature = "redis")]
    if let Some(shared) = limits.shared.as_ref().filter(|it| it.is_there()) {
        return super::shared::ask(limits, shared, places, exchange, proxies);
    }
    let tightest = exchange.context.extension::<Tightest>();
    for place in places {
        let Some(limit) = limits.limits.get(usize::from(*place)) else {
            continue;
        };
        let number = Subject::of(limit, exchange, proxies).number();
        if let Err(wait) = limits.count(*place, number, &tightest) {
            return Flow::Answer(refusal(wait).into_response(exchange.request));
        }
    }
    Flow::Continue
}

impl RateLimits {
    fn has_users(&self) -> bool {
        use crate::config::LimitKey;
        self.limits.iter().any(|it| it.key == LimitKey::User)
    }

    /// Counts a request in this process.
    #[inline]
    pub(super) fn count(
        &self,
        place: u16,
        number: u128,
        tightest: &Tightest,
    ) -> Result<(), Duration> {
        let Some(limit) = self.limits.get(usize::from(place)) else {
            return Ok(());
        };
        match limit.limiter.check(number) {
            Ok(left) => {
                tightest.note(place, left);
                Ok(())
            }
            Err(wait) => {
                tightest.note(place, limit.used_up());
                Err(wait)
            }
        }
    }
}
