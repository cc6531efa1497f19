//! What `#[audited]` does around a function.

use std::any::Any;
use std::sync::Arc;

use savia_core::{Error, ErrorKind, Result};
use serde::Serialize;

use super::{AuditEvent, AuditLog, Outcome};

/// A call that is under way. One that is dropped before its end is known is recorded as such: a caller that went
/// away does not leave what it did unrecorded.
pub struct Audited {
    event: Option<AuditEvent>,
    /// Dropped, it is outside of its context.
    log: Option<Arc<AuditLog>>,
}

impl Audited {
    /// Begins it, unless it could not be recorded.
    ///
    /// # Errors
    ///
    /// `Unavailable` where nothing can be recorded at the moment, and what must not happen unrecorded is not
    /// done.
    pub async fn begin(kind: &'static str, object: Option<&'static str>) -> Result<Self> {
        let Some(log) = super::log() else {
            return Ok(Self {
                event: None,
                log: None,
            });
        };
        log.ready().await?;
        let mut event = AuditEvent::new(kind);
        event.object = object.map(|kind| super::Object {
            kind: kind.to_owned(),
            id: None,
        });
        Ok(Self {
            event: Some(event),
            log: Some(log),
        })
    }

    /// Says which object it is.
    pub fn id(&mut self, id: impl FnOnce() -> String) {
        if let Some(event) = &mut self.event {
            let kind = event.object.take().map(|it| it.kind);
            let kind = kind.unwrap_or_else(|| {
                let word = event.kind.split('.').next();
                word.unwrap_or_default().to_owned()
            });
            let made = event.clone().object(kind, id());
            event.object = made.object;
        }
    }

    /// Records an argument.
    pub fn argument<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) {
        if let Some(event) = self.event.take() {
            self.event = Some(event.data(name, value));
        }
    }

    /// Says what came of it.
    pub fn came_to<T, E: Any>(&mut self, returned: &std::result::Result<T, E>) {
        let (Some(event), Err(error)) = (&mut self.event, returned) else {
            return;
        };
        let kind = (error as &dyn Any).downcast_ref::<Error>().map(Error::kind);
        event.outcome = match kind {
            Some(ErrorKind::Unauthorized | ErrorKind::Forbidden) => Outcome::Denied,
            _ => Outcome::Failure,
        };
        if let Some(kind) = kind {
            let kind = serde_json::Value::String(format!("{kind:?}"));
            event.data.insert("error".to_owned(), kind);
        }
    }

    /// Ends it.
    ///
    /// # Errors
    ///
    /// `Unavailable` where it cannot be recorded.
    pub async fn end(mut self) -> Result<()> {
        match self.event.take().zip(self.log.take()) {
            // Dropped while it waits, it is recorded all the same: it has been handed over.
            Some((event, log)) => log.record(event).await,
            None => Ok(()),
        }
    }
}

impl Drop for Audited {
    fn drop(&mut self) {
        if let Some((event, log)) = self.event.take().zip(self.log.take()) {
            // Nobody is left who could be told that it failed; the log of errors has it then.
            let _ = log.record_now(event.outcome(Outcome::Unknown));
        }
    }
}
