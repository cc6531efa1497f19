//! `savia schema`.

use std::ffi::OsString;
use std::process::ExitCode;

use super::current_dir;
use crate::error::Result;
use crate::ops::binary;
use crate::ops::project::Project;

/// The JSON Schema of application.yaml, for editors
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Passed on to the project's binary
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    rest: Vec<OsString>,
}

pub(crate) fn run(args: Args) -> Result<ExitCode> {
    let mut asked: Vec<OsString> = vec!["schema".into()];
    asked.extend(args.rest);
    binary::ask(&Project::find(&current_dir()?)?, asked)
}
