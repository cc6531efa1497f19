//! `savia doctor`.

use std::process::ExitCode;

use super::current_dir;
use super::listing::Format;
use crate::error::Result;
use crate::ops::doctor;
use crate::terminal;

/// Looks at the toolchain, the project and its lock file; exit code 1 when something must be mended
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A table for people or JSON for programs
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

pub(crate) fn run(args: Args) -> Result<ExitCode> {
    let diagnosis = doctor::examine(&current_dir()?);
    terminal::print(match args.format {
        Format::Table => diagnosis.to_table(),
        Format::Json => diagnosis.to_json(),
    });
    Ok(if diagnosis.is_healthy() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
