//! `savia db rollback [N|--to V]`.

use std::process::ExitCode;

use savia_core::Result;
use savia_core::command::{Call, clap};

use super::database;
use crate::migrations::Migrator;

pub(super) const NAME: &str = "rollback";

pub(super) fn arguments() -> clap::Command {
    clap::Command::new(NAME)
        .about("Revert the last migrations")
        .arg(
            clap::Arg::new("count")
                .value_name("N")
                .default_value("1")
                .value_parser(count)
                .help("How many, the last one first"),
        )
        .arg(
            clap::Arg::new("to")
                .long("to")
                .value_name("VERSION")
                .conflicts_with("count")
                .help("All that were applied after this one: posts:20261124080000"),
        )
}

fn count(text: &str) -> Result<String, &'static str> {
    match text.parse::<usize>() {
        Ok(0) | Err(_) => Err("write how many, from 1"),
        Ok(_) => Ok(text.to_owned()),
    }
}

pub(super) async fn run(call: Call<'_>) -> Result<ExitCode> {
    let database = database(&call)?;
    let migrator = Migrator::new(&database, call.app.apps());
    let reverted = match call.option::<String>("to")? {
        Some(version) => migrator.rollback_to(&version).await?,
        None => migrator.rollback(call.argument("count")?).await?,
    };
    for label in &reverted {
        call.print(format!("reverted {label}"));
    }
    if reverted.is_empty() {
        call.print("nothing to do: no migration is to be reverted");
    }
    Ok(ExitCode::SUCCESS)
}
