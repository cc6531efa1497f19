//! `savia check`.

use std::ffi::OsString;
use std::process::ExitCode;

use super::current_dir;
use super::listing::{Format, Settings};
use crate::error::Result;
use crate::ops::binary;
use crate::ops::project::Project;

/// Checks configuration, container and security without starting; exit code 1 on any finding
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Checks as a start in production would
    #[arg(long)]
    production: bool,
    /// A report for people or JSON for programs
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    #[command(flatten)]
    settings: Settings,
    /// Passed on to the project's binary
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    rest: Vec<OsString>,
}

pub(crate) fn run(args: Args) -> Result<ExitCode> {
    let mut asked: Vec<OsString> = vec!["check".into()];
    if args.production {
        asked.push("--production".into());
    }
    asked.extend(args.format.to_args());
    asked.extend(args.settings.to_args());
    asked.extend(args.rest);
    binary::ask(&Project::find(&current_dir()?)?, asked)
}
