//! The project's binary: reads its command line and does what it says.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::process;

use crate::app::{AppHandle, discovery};
use crate::command::{Call, Command, Needs, builtin};
use crate::config::Sources;
use crate::container::Overrides;
use crate::context::{Context, ContextKind};
use crate::error::{Diagnosis, ErrorKind, StartupError};
use crate::lifecycle::{Application, Configured, Phase};

/// What [`run`] gives back to `main`.
pub type ExitCode = process::ExitCode;

/// Runs the application as its command line says; the whole of a project's `main`.
///
/// Without a command it serves. `--profile`, `--set KEY=VALUE` and `--help` are known to every
/// command. The exit code is 0, 1 for a start-up failure or findings, 2 for a command line that
/// makes no sense.
///
/// ```no_run
/// fn main() -> savia_core::ExitCode {
///     savia_core::run()
/// }
/// ```
pub fn run() -> ExitCode {
    run_with(std::env::args_os())
}

/// As [`run`], with the command line given: the program's name first.
pub fn run_with(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<_> = arguments.into_iter().collect();
    let configured = match Application::configure(sources(&arguments)) {
        Ok(configured) => configured,
        // Help must be had also where the configuration is broken.
        Err(error) => {
            return match command_line("app", &builtin::all()).try_get_matches_from(&arguments) {
                Err(help) if !help.use_stderr() => shown(&help),
                _ => fail(&error),
            };
        }
    };
    let name = configured.config().text("name");
    let name = name.as_deref().unwrap_or("app");
    let commands = match commands(configured.apps()) {
        Ok(commands) => commands,
        Err(error) => return fail(&error),
    };
    let matches = match command_line(name, &commands).try_get_matches_from(&arguments) {
        Ok(matches) => matches,
        Err(error) => return shown(&error),
    };
    let (name, arguments) = matches.subcommand().unwrap_or(("run", &matches));
    let Some(command) = commands.iter().find(|command| command.name() == name) else {
        return fail(&Diagnosis::new("command::unknown", format!("no command `{name}`")).into());
    };
    builtin::logging::install(configured.config());
    let runtime = match runtime(&configured) {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    match runtime.block_on(execute(configured, &**command, arguments)) {
        Ok(code) => code,
        Err(error) => fail(&error),
    }
}

async fn execute(
    configured: Application<Configured>,
    command: &dyn Command,
    matches: &clap::ArgMatches,
) -> Result<ExitCode, StartupError> {
    let discovered = configured.discover(Overrides::default());
    if command.name() == "run" {
        return builtin::run::serve(discovered, matches).await;
    }
    match command.needs_for(matches) {
        Needs::Discovered => {
            let faults = builtin::Faults::of(&discovered);
            let app = discovered.into_handle();
            Ok(builtin::FAULTS
                .scope(faults, called(command, &app, matches))
                .await)
        }
        Needs::Ready => {
            let ready = discovered.build().await?;
            Ok(called(command, ready.handle(), matches).await)
        }
        Needs::Started => {
            let ready = discovered.build().await?;
            let running = ready.start_phases(|phase| phase < Phase::Workers).await?;
            let code = called(command, running.handle(), matches).await;
            running.stop().await;
            Ok(code)
        }
    }
}

async fn called(command: &dyn Command, app: &AppHandle, matches: &clap::ArgMatches) -> ExitCode {
    let context = Context::new(app.clone(), ContextKind::Command);
    match context.scope(command.run(Call { app, matches })).await {
        Ok(code) => code,
        Err(error) => {
            let diagnosis = Diagnosis::new("command::failed", error.to_string())
                .because(format!("command {}", command.name()));
            let code = fail(&diagnosis.into());
            match error.kind() {
                ErrorKind::BadRequest => ExitCode::from(2),
                _ => code,
            }
        }
    }
}

/// Built-in commands, then those of starters and apps by name. Two of one name are a fault: the
/// second could never be called.
fn commands(apps: &crate::app::Apps) -> Result<Vec<Box<dyn Command>>, StartupError> {
    let mut all = builtin::all();
    let mut registered: Vec<_> = discovery::commands(apps)
        .into_iter()
        .map(|registration| ((registration.make)(), registration.location))
        .collect();
    registered.sort_by_key(|(command, location)| (command.name(), *location));
    let mut faults = Vec::new();
    for (command, location) in registered {
        if all.iter().any(|known| known.name() == command.name()) {
            faults.push(
                Diagnosis::new(
                    "command::duplicate",
                    format!("there is a command `{}` already", command.name()),
                )
                .at(location)
                .help("give it another name: `#[command(name = \"…\")]`"),
            );
        } else {
            all.push(command);
        }
    }
    StartupError::unless_empty(faults)?;
    Ok(all)
}

/// What clap has to say: help on standard output, or a fault of the line with exit code 2.
fn shown(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    ExitCode::from(u8::from(error.use_stderr()) * 2)
}

fn command_line(name: &str, commands: &[Box<dyn Command>]) -> clap::Command {
    let about = "A Savia application";
    let mut line = clap_globals(clap::Command::new(name.to_owned()).about(about));
    for command in commands {
        let sub = clap::Command::new(command.name()).about(command.about());
        line = line.subcommand(command.arguments(sub));
    }
    line
}

fn clap_globals(command: clap::Command) -> clap::Command {
    command
        .arg(
            clap::Arg::new("profile")
                .long("profile")
                .global(true)
                .value_name("NAME")
                .help("The profile: application-NAME.yaml overlays application.yaml"),
        )
        .arg(
            clap::Arg::new("set")
                .long("set")
                .global(true)
                .value_name("KEY=VALUE")
                .action(clap::ArgAction::Append)
                .value_parser(key_and_value)
                .help("Sets a configuration key, above every other source"),
        )
}

fn key_and_value(pair: &str) -> Result<String, &'static str> {
    match pair.split_once('=') {
        Some((key, _)) if !key.trim().is_empty() => Ok(pair.to_owned()),
        _ => Err("write KEY=VALUE, such as server.port=9000"),
    }
}

/// The options that choose the configuration, before the command or behind it.
///
/// The configuration decides which commands there are, as an app that is not installed has none:
/// so these are read before clap can be told what else may stand on the line.
fn sources(arguments: &[OsString]) -> Sources {
    let mut sources = Sources::default();
    let (mut checks, mut strict, mut chosen) = (false, false, false);
    let mut rest = arguments
        .iter()
        .skip(1)
        .map(|argument| argument.to_string_lossy());
    while let Some(argument) = rest.next() {
        if argument == "--" {
            break;
        }
        let Some(option) = argument.strip_prefix("--") else {
            checks |= argument == "check";
            continue;
        };
        strict |= option == "production";
        let (name, given) = match option.split_once('=') {
            Some((name, value)) => (name, Some(value.into())),
            None => (option, None),
        };
        if !matches!(name, "profile" | "set") {
            continue;
        }
        // One without a value is refused when clap reads the whole line.
        let Some(value) = given.or_else(|| rest.next()) else {
            break;
        };
        if name == "profile" {
            chosen = true;
            sources = sources.profile(value);
        } else {
            // One without `=` is refused when clap reads the whole line.
            let Some((key, value)) = value.split_once('=') else {
                continue;
            };
            sources = sources.set(key.trim(), value);
        }
    }
    // What holds in production is what profile prod says.
    if checks && strict && !chosen {
        sources = sources.profile("prod");
    }
    sources
}

fn runtime(configured: &Application<Configured>) -> Result<tokio::runtime::Runtime, StartupError> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if let Ok(Some(workers)) = configured.config().find::<usize>("runtime.worker_threads") {
        builder.worker_threads(workers.max(1));
    }
    builder
        .enable_all()
        .thread_name("savia")
        .build()
        .map_err(|error| {
            Diagnosis::new(
                "runtime::failed",
                format!("no runtime could be made: {error}"),
            )
            .into()
        })
}

fn fail(error: &StartupError) -> ExitCode {
    use std::io::Write;
    let mut err = std::io::stderr().lock();
    let colour = err.is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let _ = write!(err, "{}", error.report(colour));
    ExitCode::FAILURE
}
