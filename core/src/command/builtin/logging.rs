//! A plain log until the observability starter brings its own.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::config::Config;
use crate::config::sections::LoggingConfig;

/// Writes events to standard error at the levels of `observability.logging`.
///
/// A subscriber that is there already stays.
pub(crate) fn install(config: &Config) {
    let logging = config
        .find::<LoggingConfig>("observability.logging")
        .ok()
        .flatten();
    let logging = logging.unwrap_or_default();
    // The server's own start and stop lines say what ours say; `levels` may ask for them again.
    let mut directives = format!("{},actix_server=warn", logging.level.as_str());
    for (module, level) in &logging.levels {
        directives.push_str(&format!(",{module}={}", level.as_str()));
    }
    let filter = EnvFilter::try_new(&directives).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none());
    let _ = builder.compact().try_init();
}
