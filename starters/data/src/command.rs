//! `savia db`: migrations, from the models to the database and back.

mod ask;
mod inspect;
mod make_migration;
mod migrate;
mod reset;
mod rollback;
mod seed;
mod status;

use std::process::ExitCode;

use async_trait::async_trait;
use savia_core::command::clap::{self, ArgMatches};
use savia_core::command::{Call, Command, CommandRegistration, Needs};
use savia_core::{Error, Result};

use crate::Database;

savia_core::__private::inventory::submit! {
    CommandRegistration {
        make: || Box::new(Db),
        module_path: module_path!(),
        location: savia_core::component::Location { file: file!(), line: line!() },
    }
}

struct Db;

#[async_trait]
impl Command for Db {
    fn name(&self) -> &'static str {
        "db"
    }

    fn about(&self) -> &'static str {
        "Make migrations from the entities, apply and revert them, fill the database"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        command
            .subcommand_required(true)
            .arg_required_else_help(true)
            .subcommands([
                make_migration::arguments(),
                migrate::arguments(),
                rollback::arguments(),
                status::arguments(),
                seed::arguments(),
                reset::arguments(),
                inspect::arguments(),
            ])
    }

    /// Making a migration needs no database; the others need one whose migrations have not been
    /// applied by the start.
    fn needs_for(&self, matches: &ArgMatches) -> Needs {
        match matches.subcommand_name() {
            Some(make_migration::NAME) => Needs::Discovered,
            _ => Needs::Ready,
        }
    }

    async fn run(&self, call: Call<'_>) -> Result<ExitCode> {
        let Some((name, matches)) = call.matches.subcommand() else {
            return Err(Error::bad_request(
                "say what to do: `db migrate`, `db status`, …",
            ));
        };
        let call = Call {
            app: call.app,
            matches,
        };
        match name {
            make_migration::NAME => make_migration::run(call),
            migrate::NAME => migrate::run(call).await,
            rollback::NAME => rollback::run(call).await,
            status::NAME => status::run(call).await,
            seed::NAME => seed::run(call).await,
            reset::NAME => reset::run(call).await,
            inspect::NAME => inspect::run(call).await,
            other => Err(Error::bad_request(format!("there is no `db {other}`"))),
        }
    }
}

/// The application's database.
fn database(call: &Call<'_>) -> Result<std::sync::Arc<Database>> {
    let found = call.app.component::<Database>();
    found.ok_or_else(|| Error::internal("the application has no database"))
}

/// A flag.
fn flag(name: &'static str, help: &'static str) -> clap::Arg {
    clap::Arg::new(name)
        .long(name)
        .action(clap::ArgAction::SetTrue)
        .help(help)
}

/// An option that may be given several times.
fn repeated(name: &'static str, value: &'static str, help: &'static str) -> clap::Arg {
    clap::Arg::new(name)
        .long(name)
        .value_name(value)
        .action(clap::ArgAction::Append)
        .help(help)
}
