//! The database's part in the start and the stop of the application.

use std::sync::Arc;

use async_trait::async_trait;
use savia_core::app::AppHandle;
use savia_core::error::{Diagnosis, StartupError};
use savia_core::lifecycle::{Lifecycle, Phase};
use savia_core::{Error, Result};

use crate::Database;
use crate::config::DataConfig;
use crate::migrations::Migrator;

/// Migrates at start, closes at stop.
pub(crate) struct DatabaseLifecycle {
    database: Arc<Database>,
}

impl DatabaseLifecycle {
    pub(crate) fn new(database: Arc<Database>) -> Self {
        Self { database }
    }
}

#[async_trait]
impl Lifecycle for DatabaseLifecycle {
    fn name(&self) -> &str {
        "database"
    }

    fn phase(&self) -> Phase {
        Phase::Infrastructure
    }

    /// Before whatever else of this phase stands on the tables.
    fn order(&self) -> i32 {
        -100
    }

    async fn start(&self, app: &AppHandle) -> Result<(), StartupError> {
        let migrator = Migrator::new(&self.database, app.apps());
        let production = app.config().is_prod();
        if !production {
            StartupError::unless_empty(migrator.not_compiled())?;
        }
        if migrator.is_empty() {
            return Ok(());
        }
        let config = app.config().section::<DataConfig>().unwrap_or_default();
        if config.migrates_on_start(production) {
            for label in migrator.migrate().await? {
                tracing::info!("migration {label} applied");
            }
            return Ok(());
        }
        migrator.check().await?;
        let pending = migrator.pending().await.map_err(unknown)?;
        if pending.is_empty() {
            return Ok(());
        }
        let mut fault = Diagnosis::new(
            "data::migration_pending",
            match pending.len() {
                1 => "a migration has not been applied".to_owned(),
                many => format!("{many} migrations have not been applied"),
            },
        )
        .at("data.migrate_on_start")
        .help("apply them with `savia db migrate` or this binary's `db migrate`, or let the start do so: `data.migrate_on_start: true`");
        for label in pending {
            fault = fault.because(label);
        }
        Err(fault.into())
    }

    async fn stop(&self) -> Result<()> {
        self.database.close().await
    }
}

fn unknown(error: Error) -> Diagnosis {
    Diagnosis::new(
        "data::unreachable",
        format!("the applied migrations cannot be read: {error}"),
    )
    .help("see that the user of `data.url` may create and read tables")
}
