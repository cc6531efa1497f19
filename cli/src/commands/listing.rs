//! What every listing takes.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::ValueEnum;

use super::current_dir;
use crate::error::Result;
use crate::ops::binary;
use crate::ops::project::Project;

/// How a listing is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For programs.
    Json,
}

impl Format {
    /// The argument as the project's binary takes it.
    pub(crate) fn to_args(self) -> [OsString; 2] {
        let name = match self {
            Self::Table => "table",
            Self::Json => "json",
        };
        ["--format".into(), name.into()]
    }
}

/// Under which configuration the project's binary answers.
#[derive(Debug, clap::Args)]
pub(crate) struct Settings {
    /// The profile, whose `application-{profile}.yaml` overlays `application.yaml`
    #[arg(long, short = 'p', value_name = "PROFILE")]
    pub(crate) profile: Option<String>,
    /// Sets a key of the configuration, above every other source
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = setting)]
    pub(crate) set: Vec<String>,
}

impl Settings {
    /// The arguments as the project's binary takes them.
    pub(crate) fn to_args(&self) -> Vec<OsString> {
        let mut args = Vec::new();
        if let Some(profile) = &self.profile {
            args.extend(["--profile".into(), profile.into()]);
        }
        for setting in &self.set {
            args.extend(["--set".into(), setting.into()]);
        }
        args
    }
}

fn setting(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((key, _)) if !key.trim().is_empty() => Ok(text.to_owned()),
        _ => Err("expected `key=value`, such as `server.port=9000`".to_owned()),
    }
}

/// The arguments of a listing.
#[derive(Debug, clap::Args)]
pub(crate) struct Listing {
    /// A table for people or JSON for programs
    #[arg(long, value_enum, default_value = "table")]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) settings: Settings,
    /// Passed on to the project's binary
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    pub(crate) rest: Vec<OsString>,
}

impl Listing {
    /// Asks the project's binary for the listing.
    ///
    /// # Errors
    ///
    /// When there is no project or it does not build.
    pub(crate) fn ask(self, command: &[&str]) -> Result<ExitCode> {
        let mut args: Vec<OsString> = command.iter().map(OsString::from).collect();
        args.extend(self.format.to_args());
        args.extend(self.settings.to_args());
        args.extend(self.rest);
        binary::ask(&Project::find(&current_dir()?)?, args)
    }
}
