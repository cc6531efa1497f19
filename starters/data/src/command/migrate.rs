//! `savia db migrate`.

use std::process::ExitCode;

use savia_core::command::{Call, clap};
use savia_core::error::StartupError;
use savia_core::{Error, Result};

use super::{database, flag};
use crate::Database;
use crate::make;
use crate::migrations::Migrator;
use crate::schema::Catalogue;

pub(super) const NAME: &str = "migrate";

pub(super) fn arguments() -> clap::Command {
    clap::Command::new(NAME)
        .about("Apply the migrations that have not been applied")
        .arg(flag(
            "plan",
            "Apply nothing: print what would run, and its SQL",
        ))
        .arg(flag(
            "adopt",
            "Note them as applied without running them, where the database has the tables already",
        ))
}

pub(super) async fn run(call: Call<'_>) -> Result<ExitCode> {
    let database = database(&call)?;
    let migrator = Migrator::new(&database, call.app.apps());
    if call.flag("plan") {
        return plan(&call, &migrator).await;
    }
    if !call.app.config().is_prod() {
        let faults = migrator.not_compiled();
        if let Err(error) = StartupError::unless_empty(faults) {
            return Err(failed(&error));
        }
    }
    if call.flag("adopt") {
        has_the_tables(&call, &database).await?;
        for label in migrator.adopt().await? {
            call.print(format!("adopted {label}"));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let done = migrator.migrate().await.map_err(|error| failed(&error))?;
    for label in &done {
        call.print(format!("applied {label}"));
    }
    if done.is_empty() {
        call.print("nothing to do: every migration has been applied");
    }
    Ok(ExitCode::SUCCESS)
}

async fn plan(call: &Call<'_>, migrator: &Migrator<'_>) -> Result<ExitCode> {
    let pending = migrator.plan().await?;
    if pending.is_empty() {
        call.print("-- nothing to do: every migration has been applied");
    }
    for (label, sql) in pending {
        call.print(format!("-- {label}\n{sql}"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Refuses to take a database for migrated that differs from what the entities want.
async fn has_the_tables(call: &Call<'_>, database: &Database) -> Result<()> {
    let is = database
        .read(|tx| Box::pin(async move { Catalogue::read(tx).await }))
        .await?;
    let mut faults = Vec::new();
    for models in make::models(call.app.apps())? {
        let expected = Catalogue::expected(&models.schema, database.dialect());
        faults.extend(is.clone().of_tables(&models.schema).lacks(&expected));
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(Error::conflict(format!(
        "the database is not what the entities want\n{}",
        faults.join("\n")
    )))
}

/// A start-up failure as that of a command.
pub(super) fn failed(error: &StartupError) -> Error {
    Error::conflict(error.to_string())
}
