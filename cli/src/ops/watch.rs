//! Runs the application, and replaces it by its next version at every change.
//!
//! The listening socket is ours and is handed down by the `LISTEN_FDS` convention, so that it
//! outlives every version: connections wait in its queue while there is no version to take them,
//! and both versions take them while one follows the other. A version says that it is ready by the
//! `NOTIFY_SOCKET` convention; only then is the one before told to finish.

#[cfg(unix)]
mod files;
#[cfg(unix)]
mod instance;
#[cfg(unix)]
mod session;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod socket;

use std::ffi::OsString;
use std::process::ExitCode;

use super::project::Project;
use crate::error::Result;

/// How to run.
#[cfg_attr(
    not(unix),
    expect(dead_code, reason = "there is no watcher but on Unix")
)]
pub(crate) struct Options {
    /// Builds as for production.
    pub(crate) release: bool,
    /// `--profile` and `--set`, under which the configuration is asked for the address.
    pub(crate) settings: Vec<OsString>,
    /// The arguments of the application.
    pub(crate) run: Vec<OsString>,
}

/// Runs until it is told to stop.
///
/// # Errors
///
/// When the files cannot be watched.
#[cfg(unix)]
pub(crate) fn run(project: &Project, options: Options) -> Result<ExitCode> {
    session::Session::begin(project, options)?.run()
}

/// Says that this needs Unix, where sockets are handed down.
///
/// # Errors
///
/// Always.
#[cfg(not(unix))]
pub(crate) fn run(_: &Project, _: Options) -> Result<ExitCode> {
    Err(crate::error::CliError::Platform { flag: "--watch" })
}
