//! Logs of an application under test: shown with the test that failed.

use tracing_subscriber::EnvFilter;

/// Sends log lines to the output that the test harness captures, so that a failed test shows what
/// the application said. `RUST_LOG` chooses; warnings and errors without it.
pub(crate) fn install() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    // A subscriber that is there already stays: the test's author put it there, or another
    // application of this process.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_test_writer()
        .with_ansi(false)
        .without_time()
        .try_init();
}
