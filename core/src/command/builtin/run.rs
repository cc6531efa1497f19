//! `run`: serves until it is asked to stop.

use std::process::ExitCode;

use async_trait::async_trait;

use crate::command::{Call, Command};
use crate::error::{Diagnosis, StartupError};
use crate::lifecycle::{Application, Discovered, shutdown};

pub(crate) struct Run;

#[async_trait]
impl Command for Run {
    fn name(&self) -> &'static str {
        "run"
    }

    fn about(&self) -> &'static str {
        "Serve; what is done without a command too"
    }

    async fn run(&self, _call: Call<'_>) -> crate::Result<ExitCode> {
        // `run` owns the application through all its phases, so it is not called like the others:
        // see `serve`.
        Err(crate::Error::internal("`run` is the application itself"))
    }
}

/// Starts, waits, stops.
pub(crate) async fn serve(discovered: Application<Discovered>) -> Result<ExitCode, StartupError> {
    let ready = discovered.build().await?;
    let app = ready.handle().clone();
    shutdown::stop_on_signals(app.shutdown().clone()).map_err(|error| {
        Diagnosis::new(
            "lifecycle::signals",
            format!("signals cannot be heard: {error}"),
        )
    })?;
    let running = ready.start().await?;
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
