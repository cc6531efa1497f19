//! `savia new`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;

use super::current_dir;
use crate::error::Result;
use crate::ops::new_project::{self, NewProject};
use crate::terminal;

/// Makes a project in ./NAME, with one app, that builds, runs and passes its own tests
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The name of the package and of its folder
    name: String,
    /// What the project starts with, separated by commas
    #[arg(
        long,
        value_name = "STARTERS",
        value_delimiter = ',',
        default_value = "web"
    )]
    starters: Vec<String>,
    /// The database of the data starter
    #[arg(long, value_enum)]
    db: Option<Database>,
    /// A checkout of Savia to depend on, instead of the registry
    #[arg(long, value_name = "DIR")]
    framework: Option<PathBuf>,
}

/// The databases a project can start with.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Database {
    /// A file beside the application
    Sqlite,
    /// A server of its own
    Postgres,
}

pub(crate) fn run(args: Args) -> Result<ExitCode> {
    let made = new_project::make(&NewProject {
        parent: current_dir()?,
        name: args.name,
        starters: args.starters,
        database: args
            .db
            .and_then(|db| Some(db.to_possible_value()?.get_name().to_owned())),
        framework: args.framework,
    })?;
    terminal::print(made.summary());
    Ok(ExitCode::SUCCESS)
}
