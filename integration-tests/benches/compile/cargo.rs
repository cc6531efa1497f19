//! A project and what cargo takes for it.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

/// A project with a target folder of its own.
pub(crate) struct Project {
    pub(crate) root: PathBuf,
}

impl Project {
    pub(crate) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Cargo in the project, undisturbed by the one this runs under.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new("cargo");
        self.undisturbed(&mut command);
        command
    }

    /// Takes from a command's environment what this benchmark's own cargo put there.
    pub(crate) fn undisturbed(&self, command: &mut Command) {
        command
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", self.root.join("target"));
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&name);
            }
        }
    }

    /// Downloads what the builds need, so that none of them waits for the network.
    ///
    /// # Errors
    ///
    /// Cargo's.
    pub(crate) fn fetch(&self) -> io::Result<()> {
        succeed(self.cargo().arg("fetch"))
    }

    /// CPU seconds, user and system, of a build from nothing.
    ///
    /// # Errors
    ///
    /// When it does not build.
    pub(crate) fn clean_build(&self) -> io::Result<f64> {
        let target = self.root.join("target");
        if target.exists() {
            fs::remove_dir_all(target)?;
        }
        let before = children_time()?;
        self.build()?;
        Ok(children_time()? - before)
    }

    /// Seconds on the clock of a build of what changed.
    ///
    /// # Errors
    ///
    /// When it does not build.
    pub(crate) fn timed_build(&self) -> io::Result<f64> {
        let started = Instant::now();
        self.build()?;
        Ok(started.elapsed().as_secs_f64())
    }

    fn build(&self) -> io::Result<()> {
        succeed(self.cargo().args(["build", "--quiet", "--offline"]))
    }
}

fn succeed(command: &mut Command) -> io::Result<()> {
    if command.status()?.success() {
        return Ok(());
    }
    Err(io::Error::other(format!("failed: {command:?}")))
}

/// CPU seconds of all children that have ended, and of theirs: fields 16 and 17 of
/// `/proc/self/stat`, in hundredths of a second (`USER_HZ` is 100 on every Linux).
fn children_time() -> io::Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The second field is a name in brackets and may hold anything.
    let (_, fields) = stat
        .rsplit_once(')')
        .ok_or_else(|| io::Error::other("no stat"))?;
    let ticks = fields
        .split_whitespace()
        .skip(13)
        .take(2)
        .filter_map(|n| n.parse::<f64>().ok());
    Ok(ticks.sum::<f64>() / 100.0)
}
