//! Migrations applied for a look, and not to stay.

use savia_core::app::Apps;
use savia_core::error::Diagnosis;

use super::plan::{self, Planned};
use crate::connection::Connection;
use crate::statement::Dialect;

/// The migrations of the installed apps, to be applied to an empty database inside a transaction
/// that its owner rolls back.
#[derive(Debug, Clone)]
pub(crate) struct Rehearsal(Vec<Planned>);

impl Rehearsal {
    pub(crate) fn of(apps: &Apps) -> Self {
        Self(plan::live(apps))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether every migration has a text for this database.
    pub(crate) fn serves(&self, dialect: Dialect) -> bool {
        self.0
            .iter()
            .all(|planned| planned.migration.up.of(dialect).is_some())
    }

    /// Applies them.
    ///
    /// # Errors
    ///
    /// The first that the database refuses.
    pub(crate) async fn run(&self, tx: Connection<'_>) -> Result<(), Diagnosis> {
        for planned in &self.0 {
            let text = planned.migration.up.of(tx.dialect()).unwrap_or_default();
            if let Err(error) = tx.script(text).await {
                return Err(super::failed(*planned, &error));
            }
        }
        Ok(())
    }
}
