//! Builds the project with cargo, and shows how it gets on.

mod estimate;
mod progress;

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread;

use cargo_metadata::Message;

pub(crate) use progress::Progress;

use super::project::Project;
use super::toolchain;
use crate::error::{CliError, Result};

/// What a build came to.
#[derive(Debug)]
pub(crate) struct Built {
    /// The binary.
    pub(crate) executable: PathBuf,
    /// Whether it was built before, so that nothing changed.
    #[cfg_attr(
        not(unix),
        expect(dead_code, reason = "only the watcher, on Unix, asks")
    )]
    pub(crate) fresh: bool,
}

/// Builds the project's binary.
///
/// What the compiler says goes to standard error as it says it.
///
/// # Errors
///
/// When cargo is not there, the project does not build or has no such binary.
pub(crate) fn build(project: &Project, release: bool, progress: Progress) -> Result<Built> {
    let mut command = Command::new(toolchain::cargo());
    command
        .args([
            "build",
            "--message-format=json-render-diagnostics",
            "--bin",
            &project.binary,
        ])
        .current_dir(&project.root)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    if release {
        command.arg("--release");
    }
    if progress.draws() {
        // Our bar takes the place of cargo's lines; what the compiler says goes above it.
        command
            .arg("--quiet")
            .env("CARGO_TERM_COLOR", "always")
            .stderr(Stdio::piped());
    }
    let mut child = command.spawn().map_err(not_run)?;
    progress.begin();
    let said = child
        .stderr
        .take()
        .map(|said| relay(said, progress.clone()));
    let executable = follow(&mut child, project, &progress);
    let status = child.wait().map_err(CliError::io("wait for cargo"))?;
    if let Some(said) = said {
        // It ends with cargo's end of the pipe; a panic there would have been shown.
        let _ = said.join();
    }
    progress.finish();
    if !status.success() {
        return Err(CliError::Build);
    }
    executable.ok_or_else(|| CliError::NoBinary {
        name: project.binary.clone(),
    })
}

/// Why cargo could not be run. To ask for it beforehand would cost every rebuild the time of it.
fn not_run(error: std::io::Error) -> CliError {
    match error.kind() {
        std::io::ErrorKind::NotFound => CliError::NoToolchain {
            program: toolchain::cargo().to_string_lossy().into_owned(),
        },
        _ => CliError::io("run cargo")(error),
    }
}

/// Reads what cargo reports until it is done; the project's binary is among it.
fn follow(child: &mut Child, project: &Project, progress: &Progress) -> Option<Built> {
    let mut built = None;
    for message in Message::parse_stream(BufReader::new(child.stdout.take()?)).flatten() {
        match message {
            Message::CompilerArtifact(artifact) => {
                progress.step(&artifact, project);
                let ours = artifact.target.name == project.binary && artifact.target.is_bin();
                if let Some(executable) = artifact.executable.filter(|_| ours) {
                    built = Some(Built {
                        executable: executable.into(),
                        fresh: artifact.fresh,
                    });
                }
            }
            Message::BuildScriptExecuted(_) => progress.script(),
            _ => {}
        }
    }
    built
}

/// Shows what cargo and the compiler say, line by line, above the bar.
fn relay(said: ChildStderr, progress: Progress) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(said).lines().map_while(std::io::Result::ok) {
            progress.say(&line);
        }
    })
}
