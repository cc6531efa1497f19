//! The trace that a caller says its request is part of.

use actix_web::http::header::{HeaderMap, HeaderName};
use savia_core::context::TraceParent;

static TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The caller's span; nothing where it sent none, one that is invalid, or several.
#[inline]
pub(super) fn parent(headers: &HeaderMap) -> Option<TraceParent> {
    let mut sent = headers.get_all(&TRACEPARENT);
    let first = sent.next()?;
    match sent.next() {
        None => TraceParent::parse(first.as_bytes()),
        Some(_) => None,
    }
}
