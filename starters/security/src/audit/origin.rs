//! Where a request comes from.

use std::net::IpAddr;
use std::sync::OnceLock;

use savia_core::Context;
use savia_starter_web::actix_web::http::header::{HeaderValue, USER_AGENT};
use savia_starter_web::{Exchange, TrustedProxies};

use super::event::{From, cut};

/// Where a request comes from, kept in its context: services know no request.
#[derive(Default)]
pub(crate) struct Origin(OnceLock<(Option<IpAddr>, Option<HeaderValue>)>);

impl Origin {
    /// Remembers it.
    pub(crate) fn note(exchange: &Exchange<'_>, proxies: &TrustedProxies) {
        let address = proxies.client(exchange.request);
        let agent = exchange.request.headers().get(USER_AGENT).cloned();
        let kept = exchange.context.extension::<Self>();
        let _ = kept.0.set((address, agent));
    }

    /// What is remembered.
    pub(super) fn of(context: &Context) -> Option<From> {
        let kept = context.extension::<Self>();
        let (address, agent) = kept.0.get()?;
        let agent = agent.as_ref().map(HeaderValue::as_bytes);
        Some(From {
            address: *address,
            user_agent: agent.map(|it| cut(&String::from_utf8_lossy(it))),
        })
    }
}
