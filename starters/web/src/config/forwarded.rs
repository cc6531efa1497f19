//! `server.forwarded_header`.

use savia_core::config;

/// The header in which trusted proxies say whom they speak for.
#[config]
#[derive(Copy, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`, as nearly every proxy writes it.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}
