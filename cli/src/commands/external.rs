//! What is no command of ours is asked of the project's binary.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::CommandFactory;

use super::{Cli, current_dir};
use crate::error::{CliError, Result};
use crate::ops::project::Project;
use crate::ops::{binary, suggest};

pub(crate) fn run(args: Vec<OsString>) -> Result<ExitCode> {
    let here = current_dir()?;
    match Project::find(&here) {
        Ok(project) => binary::ask(&project, args),
        Err(CliError::NoProject { from }) => {
            let name = args.first().map(|name| name.to_string_lossy().into_owned());
            let name = name.unwrap_or_default();
            let cli = Cli::command();
            let ours = cli.get_subcommands().map(clap::Command::get_name);
            let suggestion = suggest::closest(&name, ours).map(str::to_owned);
            Err(CliError::NoCommand {
                name,
                from,
                suggestion,
            })
        }
        Err(error) => Err(error),
    }
}
