//! `run`: serves until it is asked to stop.

use std::process::ExitCode;

use async_trait::async_trait;

use crate::app::AppHandle;
use crate::command::{Call, Command, clap};
use crate::config::sections::{LifecycleConfig, Part};
use crate::error::{Diagnosis, StartupError};
use crate::lifecycle::{Application, Discovered, Phase, shutdown};

pub(crate) struct Run;

#[async_trait]
impl Command for Run {
    fn name(&self) -> &'static str {
        "run"
    }

    fn about(&self) -> &'static str {
        "Serve; what is done without a command too"
    }

    fn arguments(&self, command: clap::Command) -> clap::Command {
        command.arg(
            clap::Arg::new("only")
                .long("only")
                .value_name("PART")
                .value_parser(["web", "tasks"])
                .value_delimiter(',')
                .action(clap::ArgAction::Append)
                .help("Only this part of the application: `web` or `tasks`"),
        )
    }

    async fn run(&self, _call: Call<'_>) -> crate::Result<ExitCode> {
        // `run` owns the application through all its phases, so it is not called like the others:
        // see `serve`.
        Err(crate::Error::internal("`run` is the application itself"))
    }
}

/// Starts, waits, stops.
pub(crate) async fn serve(
    discovered: Application<Discovered>,
    matches: &clap::ArgMatches,
) -> Result<ExitCode, StartupError> {
    let ready = discovered.build().await?;
    let app = ready.handle().clone();
    shutdown::stop_on_signals(app.shutdown().clone()).map_err(|error| {
        Diagnosis::new(
            "lifecycle::signals",
            format!("signals cannot be heard: {error}"),
        )
    })?;
    let only = only(&app, matches);
    let running = ready
        .start_phases(|phase| is_wanted(phase, only.as_deref()))
        .await?;
    app.availability().set_ready(true);
    let took = app.startup().elapsed().as_secs_f64() * 1000.0;
    let profile = app.config().profile();
    tracing::info!(
        "started in {took:.1} ms ({}), profile {profile}",
        app.startup()
    );
    super::notify::ready();
    running.wait().await;
    let in_time = running.stop().await;
    tracing::info!("stopped");
    Ok(if in_time {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The parts this process is to be, as the command line or else the configuration says; all of them
/// where neither does.
fn only(app: &AppHandle, matches: &clap::ArgMatches) -> Option<Vec<Part>> {
    // Without a command these are the matches of the line as a whole, which has no such option.
    if let Ok(Some(parts)) = matches.try_get_many::<String>("only") {
        let read = |part: &String| match part.as_str() {
            "web" => Part::Web,
            _ => Part::Tasks,
        };
        return Some(parts.map(read).collect());
    }
    let config = app.config().section::<LifecycleConfig>();
    config.unwrap_or_default().only
}

/// Whether hooks of a phase belong to one of the parts. What others stand on belongs to all of them.
fn is_wanted(phase: Phase, only: Option<&[Part]>) -> bool {
    let has = |part: Part| only.is_none_or(|only| only.contains(&part));
    match phase {
        Phase::Infrastructure | Phase::Application => true,
        Phase::Workers => has(Part::Tasks),
        Phase::Server => has(Part::Web),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_may_be_one_part_alone() {
        let check = |only: Option<&[Part]>, workers, server| {
            assert!(is_wanted(Phase::Infrastructure, only));
            assert_eq!(is_wanted(Phase::Workers, only), workers);
            assert_eq!(is_wanted(Phase::Server, only), server);
        };
        check(None, true, true);
        check(Some(&[Part::Tasks]), true, false);
        check(Some(&[Part::Web]), false, true);
        check(Some(&[Part::Web, Part::Tasks]), true, true);
    }
}
