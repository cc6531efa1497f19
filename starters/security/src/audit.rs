//! The audit log: who did what, on what, from where, when, and what came of it.
//!
//! Logins, denials and changes of accounts record themselves; [`AuditLog`] records what is yours, and
//! `#[audited]` calls of functions. Records are chained by their hashes ([`Chain`]), so that `audit verify`
//! names the first that was altered, removed, put in or moved.

mod audited;
mod autoconfig;
mod chain;
mod endpoint;
mod event;
mod json;
mod lifecycle;
mod log;
#[cfg(feature = "data")]
mod migration;
mod origin;
mod personal;
mod sink;
mod verify;

pub use audited::Audited;
pub use chain::{Chain, ChainKey, Hash, Head, NOTHING};
pub use event::{AuditEvent, From, Object, Outcome, Who};
pub use log::AuditLog;
pub use personal::Personal;
#[cfg(feature = "data")]
pub use sink::DatabaseAuditSink;
pub use sink::{AuditQuery, AuditSink, FileAuditSink, LogAuditSink};
pub use verify::{Fault, FaultKind, Verified};

pub(crate) use autoconfig::{key, key_fault};
pub(crate) use origin::Origin;
pub(crate) use sink::verify_file;

use std::sync::Arc;

use savia_core::{Context, Result};
use savia_starter_web::actix_web::http::Method;

/// The audit log of the current application, where it records anything.
pub(crate) fn log() -> Option<Arc<AuditLog>> {
    let log = Context::with_current(|it| it?.app().component::<AuditLog>());
    log.filter(|it| it.is_on())
}

/// Records an event of the starter's own, in whatever application this is.
pub(crate) async fn record(event: AuditEvent) -> Result<()> {
    match log() {
        Some(log) => log.record(event).await,
        None => Ok(()),
    }
}

/// The same where nothing can be awaited.
pub(crate) fn record_now(event: AuditEvent) -> Result<()> {
    match log() {
        Some(log) => log.record_now(event),
        None => Ok(()),
    }
}

/// Records a denial, and gives the answer to who was denied: another one where it cannot be recorded.
pub(crate) async fn denied(
    event: AuditEvent,
    answer: savia_starter_web::actix_web::HttpResponse,
) -> savia_starter_web::Flow {
    use savia_starter_web::actix_web::ResponseError;
    use savia_starter_web::problem::IntoProblem;
    savia_starter_web::Flow::Answer(match record(event).await {
        Ok(()) => answer,
        Err(error) => error.into_problem().error_response(),
    })
}

/// The event of a denial of a request.
pub(crate) fn denial(method: &Method, path: &str, reason: &str) -> AuditEvent {
    AuditEvent::new("access.denied")
        .outcome(Outcome::Denied)
        .data("method", method.as_str())
        .data("path", path)
        .data("reason", reason)
}
