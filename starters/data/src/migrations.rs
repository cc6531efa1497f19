//! Migrations: hand-written SQL, compiled in, applied app by app.

mod history;
mod plan;
mod rehearsal;
mod set;

use savia_core::app::Apps;
use savia_core::error::{Diagnosis, StartupError};
use savia_core::{Error, Result};

use crate::Database;
use plan::Planned;

pub(crate) use rehearsal::Rehearsal;

pub use set::{Migration, MigrationSet, Script};

/// Brings the database to what the installed apps want.
///
/// Each migration is a transaction of its own, and no two instances migrate at once: the second
/// waits, and finds that the work is done.
#[derive(Debug)]
pub struct Migrator<'a> {
    database: &'a Database,
    planned: Vec<Planned>,
}

impl<'a> Migrator<'a> {
    /// Of the migrations of the installed apps.
    pub fn new(database: &'a Database, apps: &Apps) -> Self {
        let planned = plan::live(apps);
        Self { database, planned }
    }

    /// Whether there is a migration at all.
    pub fn is_empty(&self) -> bool {
        self.planned.is_empty()
    }

    /// The migrations that have not been applied, as `app/version_name`, in their order.
    ///
    /// # Errors
    ///
    /// Where the database is out of reach.
    pub async fn pending(&self) -> Result<Vec<String>> {
        let applied = self.applied().await?;
        let pending = plan::pending(&self.planned, &applied);
        Ok(pending.iter().map(Planned::label).collect())
    }

    /// Applies what has not been applied; says what was.
    ///
    /// # Errors
    ///
    /// Migrations that were changed after they had been applied or do not serve this database:
    /// all of them, and nothing is applied then. Otherwise the first that fails; those before it
    /// stay.
    pub async fn migrate(&self) -> Result<Vec<String>, StartupError> {
        let applied = self.applied().await.map_err(out_of_reach)?;
        let faults = plan::faults(&self.planned, &applied, self.database.dialect());
        StartupError::unless_empty(faults)?;
        let mut done = Vec::new();
        for planned in plan::pending(&self.planned, &applied) {
            let label = planned.label();
            match self.apply(planned).await {
                Ok(true) => {
                    tracing::info!("migration {label} applied");
                    done.push(label);
                }
                Ok(false) => {}
                Err(error) => {
                    let fault = failed(planned, &error);
                    return Err(fault
                        .because("nothing of it stays; those before it do")
                        .into());
                }
            }
        }
        Ok(done)
    }

    /// Folders of migrations that came after the build.
    pub(crate) fn not_compiled(&self) -> Vec<Diagnosis> {
        plan::not_compiled(&self.planned)
    }

    async fn applied(&self) -> Result<Vec<history::Applied>> {
        self.database
            .with(|tx| {
                Box::pin(async move {
                    history::lock(tx).await?;
                    history::prepare(tx).await?;
                    history::applied(tx).await
                })
            })
            .await
    }

    /// Applies one, unless another instance has in the meantime.
    async fn apply(&self, planned: Planned) -> Result<bool> {
        self.database
            .with(move |tx| {
                Box::pin(async move {
                    history::lock(tx).await?;
                    let applied = history::applied(tx).await?;
                    if plan::pending(&[planned], &applied).is_empty() {
                        return Ok(false);
                    }
                    let text = planned.migration.up.of(tx.dialect());
                    tx.script(text.unwrap_or_default()).await?;
                    history::note(tx, planned.app, planned.migration).await?;
                    Ok(true)
                })
            })
            .await
    }
}

fn failed(planned: Planned, error: &Error) -> Diagnosis {
    Diagnosis::new(
        "data::migration_failed",
        format!("the migration {} failed: {error}", planned.label()),
    )
    .at(planned.set.folder)
    .help("mend its text and start again")
}

fn out_of_reach(error: Error) -> Diagnosis {
    Diagnosis::new(
        "data::unreachable",
        format!("the applied migrations cannot be read: {error}"),
    )
    .at("savia_migrations")
    .help("see that the user of `data.url` may create and read tables")
}
