//! What can go wrong on the command line, and what to do about it.

use std::path::PathBuf;
use std::process::ExitCode;

/// The result of a command.
pub(crate) type Result<T, E = CliError> = std::result::Result<T, E>;

/// Why a command could not do its work.
///
/// The message says what happened and where; [`CliError::help`] says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum CliError {
    #[error("`{name}` cannot name {what}: {reason}")]
    Name {
        name: String,
        what: &'static str,
        reason: String,
        suggestion: Option<String>,
    },
    #[error("{} exists already", path.display())]
    Exists { path: PathBuf, help: String },
    #[error("there is no starter called `{name}`")]
    UnknownStarter {
        name: String,
        suggestion: Option<&'static str>,
        available: String,
    },
    #[error("the starter `{name}` is not available in this version")]
    UnavailableStarter {
        name: &'static str,
        available: String,
    },
    #[error("`--db {db}` needs the starter `data`")]
    DatabaseWithoutData { db: String },
    #[error("{} is not a checkout of Savia: {reason}", path.display())]
    NotAFramework { path: PathBuf, reason: String },
    #[error("`{program}` was not found")]
    NoToolchain { program: String },
    #[error("no Savia project in {} or any folder above it", from.display())]
    NoProject { from: PathBuf },
    #[error("there is no command `{name}`, and no Savia project in {} to ask for it", from.display())]
    NoCommand {
        name: String,
        from: PathBuf,
        suggestion: Option<String>,
    },
    #[error("the workspace in {} has several Savia projects: {}", root.display(), names.join(", "))]
    ManyProjects { root: PathBuf, names: Vec<String> },
    #[error("{}: {message}", path.display())]
    Manifest { path: PathBuf, message: String },
    #[error("{}: {problem}", path.display())]
    BeyondEdit {
        path: PathBuf,
        problem: String,
        by_hand: String,
    },
    #[error("the project does not build")]
    Build,
    #[error("cargo built no binary called `{name}`")]
    NoBinary { name: String },
    #[error("`{flag}` is not available on this platform")]
    #[cfg_attr(unix, expect(dead_code, reason = "everything is available on Unix"))]
    Platform { flag: &'static str },
    #[error("cannot {action}")]
    Io {
        action: String,
        source: std::io::Error,
    },
    #[error("cannot watch the project's files")]
    #[cfg(unix)]
    Watch(#[from] notify_debouncer_full::notify::Error),
    #[error("cannot render the template {name}")]
    Template {
        name: String,
        source: minijinja::Error,
    },
}

impl CliError {
    /// An input or output error, with what was being done: `write src/lib.rs`.
    pub(crate) fn io(action: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let action = action.into();
        move |source| Self::Io { action, source }
    }

    /// What the person can do about it.
    pub(crate) fn help(&self) -> Option<String> {
        match self {
            Self::Name { suggestion, .. } => {
                suggestion.as_ref().map(|name| format!("`{name}` would do"))
            }
            Self::Exists { help, .. } => Some(help.clone()),
            Self::UnknownStarter {
                suggestion: Some(name),
                available,
                ..
            } => Some(format!("did you mean `{name}`? Available are: {available}")),
            Self::UnknownStarter { available, .. } | Self::UnavailableStarter { available, .. } => {
                Some(format!("available are: {available}"))
            }
            Self::DatabaseWithoutData { .. } => {
                Some("say `--starters web,data`, or leave `--db` out".to_owned())
            }
            Self::NotAFramework { .. } => {
                Some("`--framework` takes the folder that has `bom/Cargo.toml` in it".to_owned())
            }
            Self::NoToolchain { program } => Some(format!(
                "install Rust from https://rustup.rs, then open a new shell, so that `{program}` \
                 is on the PATH"
            )),
            Self::NoProject { .. } => Some(
                "a project is a package with a binary that depends on `savia`\n\
                 go into one, or make one with `savia new NAME`"
                    .to_owned(),
            ),
            Self::NoCommand {
                suggestion: Some(name),
                ..
            } => Some(format!("did you mean `savia {name}`?")),
            Self::NoCommand { .. } => Some(
                "`savia --help` lists the commands; a project's own need its folder".to_owned(),
            ),
            Self::ManyProjects { .. } => Some("go into the folder of the one you mean".to_owned()),
            Self::BeyondEdit { by_hand, .. } => Some(format!(
                "nothing was written; do this by hand, then run it again:\n{by_hand}"
            )),
            Self::NoBinary { .. } => Some(
                "a project has a `src/main.rs`, or says `default-run` where it has several \
                 binaries"
                    .to_owned(),
            ),
            Self::Platform { .. } => Some("it needs Unix".to_owned()),
            _ => None,
        }
    }

    /// 2 for what was asked wrongly, 1 for what failed while it was done.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Build
            | Self::BeyondEdit { .. }
            | Self::NoBinary { .. }
            | Self::Io { .. }
            | Self::Template { .. } => 1,
            #[cfg(unix)]
            Self::Watch(_) => 1,
            _ => 2,
        })
    }
}
