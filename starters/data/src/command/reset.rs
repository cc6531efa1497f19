//! `savia db reset`.

use std::process::ExitCode;

use savia_core::command::{Call, clap};
use savia_core::{Error, Result};

use super::migrate::failed;
use super::seed::seed;
use super::{ask, database, flag};
use crate::migrations::Migrator;

pub(super) const NAME: &str = "reset";

pub(super) fn arguments() -> clap::Command {
    clap::Command::new(NAME)
        .about("Revert every migration, apply them again, and seed: all rows are lost")
        .arg(flag("yes", "Do not ask"))
}

pub(super) async fn run(call: Call<'_>) -> Result<ExitCode> {
    if call.app.config().is_prod() {
        return Err(Error::bad_request(
            "a database of production is not reset: the profile is `prod`",
        ));
    }
    if !call.flag("yes") && !ask::is_possible() {
        return Err(Error::bad_request(
            "every row of the installed apps' tables would be lost: say `--yes`",
        ));
    }
    let sure = call.flag("yes")
        || ask::yes("every row of the installed apps' tables will be lost. Go on?");
    if !sure {
        return Ok(ExitCode::FAILURE);
    }
    let database = database(&call)?;
    let migrator = Migrator::new(&database, call.app.apps());
    for label in migrator.rollback(usize::MAX).await? {
        call.print(format!("reverted {label}"));
    }
    for label in migrator.migrate().await.map_err(|error| failed(&error))? {
        call.print(format!("applied {label}"));
    }
    seed(&call, &database).await?;
    Ok(ExitCode::SUCCESS)
}
