//! `savia run`.

use std::ffi::OsString;
use std::process::ExitCode;

use super::current_dir;
use super::listing::Settings;
use crate::error::Result;
use crate::ops::build::{self, Progress};
use crate::ops::project::Project;
use crate::ops::{binary, watch};

/// Builds and runs the application
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Rebuilds on every change and replaces the running application, refusing no connection
    #[arg(long, short)]
    watch: bool,
    /// Builds as for production: slower to build, faster to run
    #[arg(long, short)]
    release: bool,
    /// Runs one part of the application alone: `web` or `tasks`
    #[arg(long, value_name = "PART", value_delimiter = ',', value_parser = ["web", "tasks"])]
    only: Vec<String>,
    #[command(flatten)]
    settings: Settings,
    /// Passed on to the project's binary
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "ARGS"
    )]
    rest: Vec<OsString>,
}

pub(crate) fn run(args: Args) -> Result<ExitCode> {
    let project = Project::find(&current_dir()?)?;
    let mut run: Vec<OsString> = vec!["run".into()];
    run.extend(args.settings.to_args());
    for part in &args.only {
        run.extend(["--only".into(), part.into()]);
    }
    run.extend(args.rest);
    if args.watch {
        return watch::run(
            &project,
            watch::Options {
                release: args.release,
                settings: args.settings.to_args(),
                run,
            },
        );
    }
    let built = build::build(&project, args.release, Progress::for_terminal())?;
    binary::become_it(&project, &built.executable, &run)
}
