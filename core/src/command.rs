//! Commands of the project's own binary: `blog routes`, `blog create-admin`.

pub(crate) mod builtin;
mod listing;

use std::process::ExitCode;
use std::str::FromStr;

use async_trait::async_trait;
use clap::ArgMatches;

pub use clap;
pub use listing::{Format, Listing};

use crate::app::AppHandle;
use crate::component::Location;

/// A command of the project's binary; `#[command]` makes one of a function.
///
/// `savia NAME` runs it through the project's binary, and so does the binary itself.
#[async_trait]
pub trait Command: Send + Sync {
    /// Its name on the command line: `create-admin`.
    fn name(&self) -> &'static str;

    /// What it does, in a line.
    fn about(&self) -> &'static str;

    /// Adds its arguments.
    fn arguments(&self, command: clap::Command) -> clap::Command {
        command
    }

    /// How far the application must have come for it to run.
    fn needs(&self) -> Needs {
        Needs::Started
    }

    /// As [`needs`](Self::needs), where it depends on what is asked.
    fn needs_for(&self, matches: &ArgMatches) -> Needs {
        let _ = matches;
        self.needs()
    }

    /// Runs.
    ///
    /// # Errors
    ///
    /// What went wrong; it is shown, and the exit code is 1, or 2 for a `BadRequest`: what was asked
    /// makes no sense.
    async fn run(&self, call: Call<'_>) -> crate::Result<ExitCode>;
}

/// How far the application must have come for a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// The configuration is read and what is live is known; nothing has been connected to.
    Discovered,
    /// The container is built; no hook has been started.
    Ready,
    /// Hooks of the phases before [`crate::lifecycle::Phase::Workers`] have been started.
    Started,
}

/// What `#[command]` submits, and starters for commands of their own.
pub struct CommandRegistration {
    /// Makes it.
    pub make: fn() -> Box<dyn Command>,
    /// The module it stands in, from which its app follows.
    pub module_path: &'static str,
    /// Where it was declared.
    pub location: Location,
}

inventory::collect!(CommandRegistration);

/// One call of a command.
///
/// A function with `#[command]` that has a parameter of this type prints with it, and takes
/// `--format json`:
///
/// ```
/// # extern crate savia_core as savia;
/// use savia_core::command::{Call, Listing};
///
/// /// Lists the colours.
/// #[savia_core::command]
/// fn colours(call: Call<'_>) {
///     let mut listing = Listing::new(["colour", "warm"]);
///     listing.row(["red".into(), true.into()]);
///     listing.row(["blue".into(), false.into()]);
///     call.print_listing(&listing);
/// }
/// ```
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The application, as far as the command needs it.
    pub app: &'a AppHandle,
    /// The arguments as clap read them.
    pub matches: &'a ArgMatches,
}

impl Call<'_> {
    /// The argument `name`, read as a `T`.
    ///
    /// # Errors
    ///
    /// `BadRequest` where it is absent or not a `T`.
    pub fn argument<T>(&self, name: &str) -> crate::Result<T>
    where
        T: FromStr,
        T::Err: std::fmt::Display,
    {
        self.option(name)?
            .ok_or_else(|| crate::Error::bad_request(format!("`{name}` is needed")))
    }

    /// The argument `name`, where it was given, read as a `T`.
    ///
    /// # Errors
    ///
    /// `BadRequest` where it is not a `T`.
    pub fn option<T>(&self, name: &str) -> crate::Result<Option<T>>
    where
        T: FromStr,
        T::Err: std::fmt::Display,
    {
        let Ok(Some(text)) = self.matches.try_get_one::<String>(name) else {
            return Ok(None);
        };
        text.parse().map(Some).map_err(|error: T::Err| {
            crate::Error::bad_request(format!("`{name}` cannot be {text:?}: {error}"))
        })
    }

    /// Every value of the argument `name`, each read as a `T`.
    ///
    /// # Errors
    ///
    /// `BadRequest` where one is not a `T`.
    pub fn arguments<T>(&self, name: &str) -> crate::Result<Vec<T>>
    where
        T: FromStr,
        T::Err: std::fmt::Display,
    {
        let Ok(Some(texts)) = self.matches.try_get_many::<String>(name) else {
            return Ok(Vec::new());
        };
        texts
            .map(|text| {
                text.parse().map_err(|error: T::Err| {
                    crate::Error::bad_request(format!("`{name}` cannot be {text:?}: {error}"))
                })
            })
            .collect()
    }

    /// Whether the flag `name` was given.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.matches.try_get_one::<bool>(name), Ok(Some(true)))
    }

    /// The format asked for with `--format`.
    pub fn format(&self) -> Format {
        match self.matches.try_get_one::<String>("format") {
            Ok(Some(format)) if format == "json" => Format::Json,
            _ => Format::Table,
        }
    }

    /// Writes a text to standard output. A reader that has gone away is no error.
    pub fn print(&self, text: impl std::fmt::Display) {
        use std::io::Write;
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{}", text.to_string().trim_end());
        let _ = out.flush();
    }

    /// Writes a listing in the format asked for.
    pub fn print_listing(&self, listing: &Listing) {
        self.print(listing.render(self.format()));
    }
}

/// Adds `--format table|json`, which [`Call::format`] reads.
pub fn format_argument(command: clap::Command) -> clap::Command {
    command.arg(
        clap::Arg::new("format")
            .long("format")
            .value_parser(["table", "json"])
            .default_value("table")
            .help("How to write the listing"),
    )
}
