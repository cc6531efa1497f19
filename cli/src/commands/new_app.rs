//! `savia new-app`.

use std::process::ExitCode;

use super::current_dir;
use crate::error::Result;
use crate::ops::new_app;
use crate::ops::project::Project;
use crate::terminal;

/// Adds an app to the project, and to `installed_apps`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The name of the app and of its module
    name: String,
    /// Makes the app a crate of its own, in apps/NAME
    #[arg(long = "crate")]
    as_crate: bool,
}

pub(crate) fn run(args: Args) -> Result<ExitCode> {
    // The name first: it is wrong wherever we stand.
    let name = new_app::checked_name(&args.name)?;
    let project = Project::find(&current_dir()?)?;
    let made = new_app::make(&project, name, args.as_crate)?;
    terminal::print(made.summary());
    Ok(ExitCode::SUCCESS)
}
