//! `savia openapi`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use super::current_dir;
use super::listing::Settings;
use crate::error::Result;
use crate::ops::binary;
use crate::ops::project::Project;

/// The OpenAPI document, without starting a server
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Writes to a file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    settings: Settings,
    /// Passed on to the project's binary
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    rest: Vec<OsString>,
}

pub(crate) fn run(args: Args) -> Result<ExitCode> {
    let here = current_dir()?;
    let mut asked: Vec<OsString> = vec!["openapi".into()];
    if let Some(output) = args.output {
        // The binary runs from the project's root; the path was meant from here.
        asked.extend(["--output".into(), here.join(output).into()]);
    }
    asked.extend(args.settings.to_args());
    asked.extend(args.rest);
    binary::ask(&Project::find(&here)?, asked)
}
