//! The project's own binary, which answers what only the application knows.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode};

use super::build::{self, Progress};
use super::project::Project;
use crate::error::{CliError, Result};

/// Builds the binary and lets it answer a command in our place.
///
/// # Errors
///
/// When it does not build or cannot be started.
pub(crate) fn ask(project: &Project, args: impl IntoIterator<Item = OsString>) -> Result<ExitCode> {
    let built = build::build(project, false, Progress::for_terminal())?;
    become_it(
        project,
        &built.executable,
        &args.into_iter().collect::<Vec<_>>(),
    )
}

/// The binary, run from the project's root, where its configuration is.
pub(crate) fn command(project: &Project, executable: &Path) -> Command {
    let mut command = Command::new(executable);
    command.current_dir(&project.root);
    command
}

/// Replaces this process by the binary, so that signals, terminal and exit code are its own.
///
/// # Errors
///
/// When it cannot be started.
#[cfg(unix)]
pub(crate) fn become_it(
    project: &Project,
    executable: &Path,
    args: &[OsString],
) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    let source = command(project, executable).args(args).exec();
    Err(CliError::Io {
        action: format!("run {}", executable.display()),
        source,
    })
}

/// Runs the binary and answers with its exit code.
///
/// # Errors
///
/// When it cannot be started.
#[cfg(not(unix))]
pub(crate) fn become_it(
    project: &Project,
    executable: &Path,
    args: &[OsString],
) -> Result<ExitCode> {
    let status = command(project, executable)
        .args(args)
        .status()
        .map_err(CliError::io(format!("run {}", executable.display())))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
