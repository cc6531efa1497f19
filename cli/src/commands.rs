//! The commands, each one file with its `Args` and its `run`; the work stands in `ops`.

mod apps;
mod check;
mod completions;
mod components;
mod conditions;
mod config;
mod doctor;
mod external;
mod generate;
mod listing;
mod new;
mod new_app;
mod openapi;
mod routes;
mod run;
mod schema;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Parser, Subcommand};

use crate::error::Result;
use crate::terminal;

/// The colours of `--help`, those of cargo.
const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Makes, runs and looks into applications built on Savia.
#[derive(Debug, Parser)]
#[command(name = "savia", version, styles = STYLES, disable_help_subcommand = true)]
#[command(after_help = "\
A command that is not in this list is asked of the project's own binary: \
that is where an app's `#[command]` functions are.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    New(new::Args),
    NewApp(new_app::Args),
    Generate(generate::Args),
    Run(run::Args),
    Check(check::Args),
    Routes(routes::Args),
    Components(components::Args),
    Conditions(conditions::Args),
    Apps(apps::Args),
    Config(config::Args),
    Openapi(openapi::Args),
    Schema(schema::Args),
    Doctor(doctor::Args),
    Completions(completions::Args),
    #[command(external_subcommand)]
    External(Vec<OsString>),
}

/// Runs the command line of this process.
///
/// The exit code is 0 for success, 1 for findings and for what failed, 2 for what was asked
/// wrongly; a command of the project's own binary answers with its own.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    dispatch(cli.command).unwrap_or_else(|error| {
        terminal::report(&error);
        error.exit_code()
    })
}

fn dispatch(command: Command) -> Result<ExitCode> {
    match command {
        Command::New(args) => new::run(args),
        Command::NewApp(args) => new_app::run(args),
        Command::Generate(args) => generate::run(args),
        Command::Run(args) => run::run(args),
        Command::Check(args) => check::run(args),
        Command::Routes(args) => routes::run(args),
        Command::Components(args) => components::run(args),
        Command::Conditions(args) => conditions::run(args),
        Command::Apps(args) => apps::run(args),
        Command::Config(args) => config::run(args),
        Command::Openapi(args) => openapi::run(args),
        Command::Schema(args) => schema::run(args),
        Command::Doctor(args) => doctor::run(args),
        Command::Completions(args) => completions::run(args),
        Command::External(args) => external::run(args),
    }
}

/// The folder the command was given in.
fn current_dir() -> Result<std::path::PathBuf> {
    std::env::current_dir().map_err(crate::error::CliError::io("read the current folder"))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
