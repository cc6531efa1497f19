//! Migrations applied for a look, and not to stay.

use savia_core::app::Apps;
use savia_core::error::Diagnosis;

use super::code::Direction;
use super::plan::{self, Planned};
use crate::connection::Connection;
use crate::statement::Dialect;

/// The SQL of the installed apps' migrations, to be applied to an empty database inside a
/// transaction that its owner rolls back. Steps in Rust are left out: there are no rows to change.
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
        self.0.iter().all(|it| it.goes(Direction::Up, dialect))
    }

    /// Applies them.
    ///
    /// # Errors
    ///
    /// The first that the database refuses.
    pub(crate) async fn run(&self, tx: Connection<'_>) -> Result<(), Diagnosis> {
        for planned in &self.0 {
            let text = planned
                .text(Direction::Up, tx.dialect())
                .unwrap_or_default();
            if let Err(error) = tx.script(text).await {
                return Err(super::failed(*planned, &error));
            }
        }
        Ok(())
    }
}
