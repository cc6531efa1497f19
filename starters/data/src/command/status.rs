//! `savia db status`.

use std::process::ExitCode;

use savia_core::Result;
use savia_core::command::{Call, Listing, clap, format_argument};

use super::database;
use crate::migrations::Migrator;

pub(super) const NAME: &str = "status";

pub(super) fn arguments() -> clap::Command {
    format_argument(clap::Command::new(NAME).about("List the migrations, and how far each is"))
}

pub(super) async fn run(call: Call<'_>) -> Result<ExitCode> {
    let database = database(&call)?;
    let migrator = Migrator::new(&database, call.app.apps());
    let mut listing = Listing::new(["app", "version", "name", "state", "applied_at"]);
    for it in migrator.status().await? {
        let applied_at = it
            .applied_at
            .map(|at| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
        listing.row([
            it.app.into(),
            it.version.into(),
            it.name.into(),
            it.state.word().into(),
            applied_at.into(),
        ]);
    }
    call.print_listing(&listing);
    Ok(ExitCode::SUCCESS)
}
