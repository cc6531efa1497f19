//! Which limits cover which route: decided once, by patterns, so that no spelling of a path gets around
//! one, and a request looks nothing up by name.

use std::sync::Arc;

use savia_starter_web::actix_web::http::header::HeaderValue;
use savia_starter_web::route::Route;

use super::Limit;
use crate::authorization::{Meets, meets};
use crate::config::LimitKey;

/// The path of limits that cover what no route answers, too.
pub(super) const EVERYWHERE: &str = "/**";

/// What covers each route, by its index, and what covers the rest.
pub(super) struct Plan {
    routes: Box<[Covering]>,
    otherwise: Covering,
}

/// The limits that cover a route, by their places.
pub(super) struct Covering {
    /// Those that are asked before it is known who calls.
    pub(super) first: Box<[u16]>,
    /// Those by user.
    pub(super) by_user: Box<[u16]>,
    /// `RateLimit-Policy`.
    pub(super) policy: HeaderValue,
}

impl Plan {
    pub(super) fn new(limits: &[Limit], routes: &[Arc<Route>]) -> Self {
        let covering = |route: Option<&Arc<Route>>| Covering::new(limits, route);
        let most = routes.iter().map(|it| it.index + 1).max().unwrap_or(0);
        let of = |at: usize| covering(routes.iter().find(|it| it.index == at));
        Self {
            routes: (0..most).map(of).collect(),
            otherwise: covering(None),
        }
    }

    #[inline]
    pub(super) fn of(&self, route: Option<&Arc<Route>>) -> &Covering {
        route
            .and_then(|route| self.routes.get(route.index))
            .unwrap_or(&self.otherwise)
    }
}

impl Covering {
    fn new(limits: &[Limit], route: Option<&Arc<Route>>) -> Self {
        let covers = |limit: &Limit| match route {
            Some(route) => {
                is_of(&limit.methods, route) && meets(&limit.path, &route.pattern) != Meets::Never
            }
            None => limit.path == EVERYWHERE,
        };
        let places = |by_user: bool| {
            let covering = limits.iter().enumerate().filter(|(_, it)| covers(it));
            let covering = covering.filter(|(_, it)| (it.key == LimitKey::User) == by_user);
            covering
                .filter_map(|(at, _)| u16::try_from(at).ok())
                .collect()
        };
        let policies = limits.iter().filter(|it| covers(it)).map(|it| {
            let (name, requests) = (&it.name, it.requests);
            format!("\"{name}\";q={requests};w={}", it.per.as_secs())
        });
        let policy = policies.collect::<Vec<_>>().join(", ");
        Self {
            first: places(false),
            by_user: places(true),
            // Names are plain ASCII.
            policy: HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("")),
        }
    }
}

/// Whether a limit of these methods is for this route. `HEAD` is answered by the route of `GET`.
pub(super) fn is_of(methods: &[String], route: &Route) -> bool {
    let method = route.method.as_str();
    methods.is_empty() || methods.iter().any(|it| it.eq_ignore_ascii_case(method))
}
