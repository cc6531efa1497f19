//! Without the data starter there is none.

use savia_core::config::Sources;
use savia_core::error::StartupError;

/// No database.
pub(crate) struct TestDatabase;

#[allow(clippy::unused_async, reason = "as the one that there is with `data`")]
impl TestDatabase {
    pub(crate) async fn of(_: &Sources, _: Option<String>, _: bool) -> Result<Self, StartupError> {
        Ok(Self)
    }

    pub(crate) fn url(&self) -> Option<&str> {
        None
    }

    pub(crate) async fn remove(self) {}
}
