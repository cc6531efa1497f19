//! Where records go.

#[cfg(feature = "data")]
mod database;
mod file;
mod log;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use savia_core::{Error, Result};

#[cfg(feature = "data")]
pub use database::DatabaseAuditSink;
pub use file::FileAuditSink;
pub use log::LogAuditSink;

use super::{AuditEvent, Fault, Head, Verified};

/// Where records go. Savia has a log, a file and the application's database; a component of your own
/// (`#[service(provides(dyn AuditSink))]`) takes their place. [`Chain`](super::Chain) makes the lines.
#[async_trait]
pub trait AuditSink: Send + Sync {
    /// Its name, for the log.
    fn name(&self) -> &'static str;

    /// Opens it when the application starts, and looks whether what is there can be gone on with.
    ///
    /// # Errors
    ///
    /// It is out of reach, or what is there was changed.
    async fn open(&self) -> Result<()> {
        Ok(())
    }

    /// Writes events, in this order, all or none. They outlast the process when it returns. There is one call at
    /// a time, on a thread of its own: what gathers meanwhile is the next call's.
    ///
    /// # Errors
    ///
    /// They cannot be written.
    async fn append(&self, events: &[AuditEvent]) -> Result<()>;

    /// Whether [`append`](Self::append) waits for nothing that runs on the application's runtime: then what
    /// cannot wait asynchronously may wait for it.
    fn is_local(&self) -> bool {
        false
    }

    /// The newest events that are asked for, the oldest of them first.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    async fn find(&self, query: &AuditQuery) -> Result<Vec<AuditEvent>>;

    /// Reads the whole chain; gives the first fault, if there is one. A record that was noted elsewhere has to be
    /// in it.
    ///
    /// # Errors
    ///
    /// It cannot be read, or keeps no chain.
    async fn verify(&self, noted: Option<Head>) -> Result<std::result::Result<Verified, Fault>> {
        let _ = noted;
        Err(Error::bad_request(
            "records of this sink are not verified: `security.audit.sink` is to be `file` or `database`",
        ))
    }

    /// Removes records that are older, from the first on; gives the last that is gone.
    ///
    /// # Errors
    ///
    /// They cannot be removed.
    async fn prune(&self, before: DateTime<Utc>) -> Result<Option<u64>> {
        let _ = before;
        Ok(None)
    }
}

/// Which events are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Of whom, by id or name.
    pub principal: Option<String>,
    /// After when.
    pub after: Option<DateTime<Utc>>,
    /// Of what type.
    pub kind: Option<String>,
    /// How many at the most; none are all.
    pub limit: Option<usize>,
}

impl AuditQuery {
    /// Whether an event is asked for.
    pub fn matches(&self, event: &AuditEvent) -> bool {
        let of = |name: &String| {
            let who = event.who.as_ref();
            who.is_some_and(|who| who.id == *name || who.name == *name)
        };
        self.principal.as_ref().is_none_or(of)
            && self.after.is_none_or(|after| event.time > after)
            && self.kind.as_ref().is_none_or(|kind| *kind == event.kind)
    }

    /// How many at the most.
    pub(super) fn most(&self) -> usize {
        self.limit.unwrap_or(usize::MAX)
    }
}

/// Reads one file of a chain, wherever it is from.
pub(crate) async fn verify_file(
    path: std::path::PathBuf,
    key: super::ChainKey,
    noted: Option<Head>,
) -> Result<std::result::Result<Verified, Fault>> {
    let work = tokio::task::spawn_blocking(move || file::verify_alone(&path, &key, noted));
    work.await
        .map_err(|error| Error::internal(error.to_string()))?
}
