//! The migration of a new entity, which the project's own binary writes.

use crate::error::{CliError, Result};
use crate::ops::binary;
use crate::ops::build::{self, Progress};
use crate::ops::project::Project;
use crate::terminal;

/// Builds the project and has its binary write the migration.
///
/// # Errors
///
/// When it does not build or the binary refuses. The code stays; the error says what to run.
pub(super) fn make(project: &Project, app: &str, name: &str) -> Result<()> {
    terminal::status("Building", "the project, for its migration");
    let built = build::build(project, false, Progress::for_terminal());
    let done = built.and_then(|built| {
        let status = binary::command(project, &built.executable)
            .args(["db", "make-migration", name, "--app", app])
            .status();
        status.map_err(CliError::io(format!("run {}", built.executable.display())))
    });
    let unmade = || CliError::Migration {
        command: command(app, name),
    };
    match done {
        Ok(status) if status.success() => Ok(()),
        Ok(_) | Err(CliError::Build) => Err(unmade()),
        Err(error) => {
            terminal::report(&error);
            Err(unmade())
        }
    }
}

/// The command that makes it.
pub(super) fn command(app: &str, name: &str) -> String {
    format!("savia db make-migration {name} --app {app}")
}
