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
    #[error("a new project begins with the starter `web`")]
    WithoutWeb { asked: String },
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
    #[error("{}", faults.join("\n       "))]
    Fields { faults: Vec<String>, types: String },
    #[error("`{name}` is new: say which fields it has")]
    NoFields { name: String, command: String },
    #[error("there is no entity `{name}`")]
    NoEntity {
        name: String,
        suggestion: Option<String>,
        known: String,
        command: String,
    },
    #[error("the app `{app}` has the entity `{entity}` already, with the table `{table}`")]
    Elsewhere {
        app: String,
        entity: String,
        table: String,
    },
    #[error("{what} needs {needs}, which the app `{app}` does not have")]
    LayerBelow {
        what: String,
        needs: String,
        app: String,
        command: String,
    },
    #[error("the app cannot be called `{name}`, after its entity: {reason}")]
    DefaultApp { name: String, reason: String },
    #[error("there is no app `{name}`")]
    UnknownApp { name: String, suggestion: String },
    #[error("`{field}` cannot refer to `{target}`: {reason}")]
    Reference {
        field: String,
        target: String,
        reason: String,
        help: String,
    },
    #[error("the id of `{entity}` is a `{ty}`")]
    IdType { entity: String, ty: String },
    #[error("this needs the starter `{starter}`, which the project does not have")]
    WithoutStarter { starter: &'static str },
    #[error("the code is written, and its migration is not")]
    Migration { command: String },
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
            Self::WithoutWeb { asked } => Some(format!(
                "say `--starters web,{asked}`; `web` can be taken out of Cargo.toml later"
            )),
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
            Self::Fields { types, .. } => Some(types.clone()),
            Self::NoFields { command, .. } => Some(format!("such as `{command}`")),
            Self::NoEntity {
                suggestion: Some(name),
                known,
                ..
            } => Some(format!("did you mean `{name}`? There are: {known}")),
            Self::NoEntity { known, command, .. } if known.is_empty() => {
                Some(format!("make it first: `{command}`"))
            }
            Self::NoEntity { known, command, .. } => {
                Some(format!("there are: {known}\nor make it first: `{command}`"))
            }
            Self::Elsewhere { app, .. } => Some(format!(
                "add to it there, with `--app {app}`, or choose another name"
            )),
            Self::LayerBelow { command, .. } => Some(format!("make it first: `{command}`")),
            Self::DefaultApp { .. } => Some("say which one, with `--app NAME`".to_owned()),
            Self::UnknownApp { name, suggestion } => Some(format!(
                "did you mean `{suggestion}`? `savia new-app {name}` makes one of this name"
            )),
            Self::Reference { help, .. } => Some(help.clone()),
            Self::IdType { .. } => Some(
                "code is generated for ids of the types i64, i32 and Uuid; write it by hand"
                    .to_owned(),
            ),
            Self::WithoutStarter { starter } => Some(format!(
                "a project has it from `savia new NAME --starters web,data`; to an older one it is \
                 added in Cargo.toml: features = [\"{starter}\", …]"
            )),
            Self::Migration { command } => {
                Some(format!("mend what is said above, then run `{command}`"))
            }
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
            | Self::Migration { .. }
            | Self::NoBinary { .. }
            | Self::Io { .. }
            | Self::Template { .. } => 1,
            #[cfg(unix)]
            Self::Watch(_) => 1,
            _ => 2,
        })
    }
}
