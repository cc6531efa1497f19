//! Whose requests are counted together.

use std::hash::{BuildHasher, Hasher};
use std::net::IpAddr;
use std::sync::{Arc, LazyLock};

use foldhash::quality::RandomState;
use savia_starter_web::route::Route;
use savia_starter_web::{Exchange, TrustedProxies};

use super::Limit;
use crate::Principal;
use crate::config::LimitKey;
#[cfg(feature = "redis")]
use crate::encoding;
use crate::lockout::network;

/// Whom a limit counts a request for.
pub(super) enum Subject<'a> {
    /// From nowhere, where there is no connection.
    Address(Option<IpAddr>),
    User(Arc<Principal>),
    Route(Option<&'a Route>),
    Value(&'a [u8]),
}

impl<'a> Subject<'a> {
    #[inline]
    pub(super) fn of(limit: &Limit, exchange: &'a Exchange<'_>, proxies: &TrustedProxies) -> Self {
        let found = match limit.key {
            LimitKey::Address => None,
            LimitKey::Route => Some(Self::Route(exchange.route.map(|route| &**route))),
            LimitKey::User => exchange.context.principal().map(Self::User),
            LimitKey::Header => value(limit, exchange).map(Self::Value),
        };
        found.unwrap_or_else(|| Self::Address(proxies.client(exchange.request).map(network)))
    }

    /// A number of its own. Texts are hashed under secrets of this process, so that nobody can look for
    /// two that are one.
    #[inline]
    pub(super) fn number(&self) -> u128 {
        match self {
            Self::Address(None) => 0,
            Self::Address(Some(IpAddr::V4(address))) => kind(1) | u128::from(address.to_bits()),
            // The network is the upper half.
            Self::Address(Some(IpAddr::V6(address))) => kind(2) | (address.to_bits() >> 64),
            Self::Route(None) => kind(3),
            Self::Route(Some(route)) => kind(4) | route.index as u128,
            Self::User(principal) => hashed(5, principal.id().as_bytes()),
            Self::Value(value) => hashed(6, value),
        }
    }

    /// A name that other instances have for it too. Values of headers may be secrets: they are hashed.
    #[cfg(feature = "redis")]
    pub(super) fn name(&self) -> String {
        match self {
            Self::Address(None) => "address:".to_owned(),
            Self::Address(Some(address)) => format!("address:{address}"),
            Self::Route(None) => "route:".to_owned(),
            Self::Route(Some(route)) => format!("route:{} {}", route.method, route.pattern),
            Self::User(principal) => format!("user:{}", encoding::hashed(principal.id())),
            Self::Value(value) => {
                format!("value:{}", encoding::hashed(&encoding::base64url(value)))
            }
        }
    }
}

/// The one value of the limit's header.
fn value<'a>(limit: &Limit, exchange: &'a Exchange<'_>) -> Option<&'a [u8]> {
    let mut values = exchange.request.headers().get_all(limit.header.as_ref()?);
    match (values.next(), values.next()) {
        (Some(value), None) if !value.is_empty() => Some(value.as_bytes()),
        _ => None,
    }
}

const fn kind(kind: u8) -> u128 {
    (kind as u128) << 120
}

fn hashed(of: u8, bytes: &[u8]) -> u128 {
    static SECRETS: LazyLock<[RandomState; 2]> = LazyLock::new(Default::default);
    let half = |secret: &RandomState| {
        let mut hasher = secret.build_hasher();
        hasher.write(bytes);
        u128::from(hasher.finish())
    };
    let [high, low] = &*SECRETS;
    kind(of) | (half(high) << 64 | half(low)) & (kind(1) - 1)
}
