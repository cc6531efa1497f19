//! Filters: what happens before and after every handler, in one pass, without a box.

mod cors;
mod hosts;
mod request_id;
mod security_headers;

use std::sync::Arc;
use std::time::Instant;

use actix_web::{HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;
use savia_core::Context;

use crate::route::Route;
pub use cors::CorsFilter;
pub use hosts::HostFilter;
pub use request_id::RequestIdFilter;
pub use security_headers::{HeaderDefaults, SecurityHeadersFilter, is_unset};

/// Looks at every request before its handler, and at every answer after it.
///
/// Components of it (`#[service(provides(dyn WebFilter))]`) stand in one pipeline in the order of
/// [`order`](Self::order): `before` runs upwards, `after` downwards. When a filter answers, the
/// handler and the filters behind it are passed over; `after` runs for every filter all the same,
/// so that each answer has its headers and is counted.
///
/// Hooks are synchronous and must not block; what has to wait is a [`Flow::Later`]. What a filter needs per route it prepares in
/// [`prepare`](Self::prepare); a request then looks nothing up.
pub trait WebFilter: Send + Sync {
    /// Its name, for listings.
    fn name(&self) -> &'static str;

    /// Its place; see [`order`] for those of Savia's own filters.
    fn order(&self) -> i32 {
        order::APPLICATION
    }

    /// Told once, before the first request, which routes there are.
    fn prepare(&self, routes: &[Arc<Route>]) {
        let _ = routes;
    }

    /// Which hooks it has; those it has not are not called.
    fn hooks(&self) -> Hooks {
        Hooks::BOTH
    }

    /// Looks at the request. The route has been found, its body has not been read.
    fn before(&self, exchange: &Exchange<'_>) -> Flow {
        let _ = exchange;
        Flow::Continue
    }

    /// Looks at the answer, whose headers may still change.
    fn after(&self, exchange: &Exchange<'_>, response: &mut HttpResponse) {
        let _ = (exchange, response);
    }
}

/// The places of Savia's own filters; lower is further outside.
pub mod order {
    /// Requests for other hosts are turned away.
    pub const HOST: i32 = 50;
    /// The request gets its id.
    pub const REQUEST_ID: i32 = 100;
    /// The caller's trace is taken up.
    pub const TRACING: i32 = 200;
    /// The request is counted and logged.
    pub const METRICS: i32 = 300;
    /// Answers get their security headers.
    pub const SECURITY_HEADERS: i32 = 400;
    /// Other origins are let in, or not.
    pub const CORS: i32 = 500;
    /// Too many requests are turned away.
    pub const RATE_LIMIT: i32 = 600;
    /// It is found out who is calling.
    pub const AUTHENTICATION: i32 = 700;
    /// It is decided whether they may.
    pub const AUTHORIZATION: i32 = 800;
    /// A user's own, unless it says otherwise.
    pub const APPLICATION: i32 = 1_000;
}

/// Which hooks a filter has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hooks {
    /// `before` is called.
    pub before: bool,
    /// `after` is called.
    pub after: bool,
}

impl Hooks {
    /// Both.
    pub const BOTH: Self = Self {
        before: true,
        after: true,
    };
    /// Only `before`.
    pub const BEFORE: Self = Self {
        before: true,
        after: false,
    };
    /// Only `after`.
    pub const AFTER: Self = Self {
        before: false,
        after: true,
    };
}

/// Whether a request goes on.
#[non_exhaustive]
pub enum Flow {
    /// To the next filter, and at last to the handler.
    Continue,
    /// No further: this is the answer.
    Answer(HttpResponse),
    /// Once this future says so: for the rare filter that has to ask somebody. It is polled inside
    /// the request's context and time; the filters behind it wait. It must not hold the request
    /// itself ([`Exchange::request`]): take out what it needs first.
    ///
    /// It costs a box. A filter that knows the answer gives one of the other two.
    Later(LocalBoxFuture<'static, Flow>),
}

impl std::fmt::Debug for Flow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Continue => f.write_str("Continue"),
            Self::Answer(response) => f.debug_tuple("Answer").field(response).finish(),
            Self::Later(_) => f.write_str("Later"),
        }
    }
}

/// A request on its way through the pipeline.
pub struct Exchange<'a> {
    /// The request; its extensions are where a filter leaves something for another.
    pub request: &'a HttpRequest,
    /// The route that answers it, if one does.
    pub route: Option<&'a Arc<Route>>,
    /// Its context.
    pub context: &'a Context,
    /// When it came in.
    pub started: Instant,
}
