//! A plain log until the observability starter brings its own.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::Directive;

use crate::config::Config;
use crate::config::sections::{LogFormat, LoggingConfig};

/// Writes events to standard error at the levels and in the format of `observability.logging`.
///
/// A subscriber that is there already stays.
pub(crate) fn install(config: &Config) {
    // A section that cannot be read is reported with the other faults.
    let logging = config
        .find::<LoggingConfig>("observability.logging")
        .ok()
        .flatten()
        .unwrap_or_default();
    let (filter, refused) = filter(&logging);
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none());
    let otherwise = if config.is_prod() {
        LogFormat::Json
    } else {
        LogFormat::Pretty
    };
    let _ = match logging.format.unwrap_or(otherwise) {
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
        LogFormat::Pretty => builder.compact().try_init(),
    };
    for module in refused {
        tracing::warn!("observability.logging.levels: `{module}` is no path of a module");
    }
}

/// The filter, and the modules whose names make no sense.
fn filter(logging: &LoggingConfig) -> (EnvFilter, Vec<&str>) {
    // The server's own start and stop lines say what ours say; `levels` may ask for them again.
    let mut filter = EnvFilter::new(format!("{},actix_server=warn", logging.level.as_str()));
    let mut refused = Vec::new();
    for (module, level) in &logging.levels {
        // What would be taken apart into several directives, or for a span, is no module.
        let is_path = !module.is_empty()
            && module
                .chars()
                .all(|letter| letter.is_alphanumeric() || "_-:.".contains(letter));
        match format!("{module}={}", level.as_str()).parse::<Directive>() {
            Ok(directive) if is_path => filter = filter.add_directive(directive),
            _ => refused.push(module.as_str()),
        }
    }
    (filter, refused)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::sections::LogLevel;

    #[test]
    fn a_module_that_makes_no_sense_takes_no_other_down() {
        let levels = [
            ("blog::posts", LogLevel::Debug),
            ("no module", LogLevel::Trace),
        ];
        let logging = LoggingConfig {
            levels: levels.map(|(name, level)| (name.to_owned(), level)).into(),
            ..LoggingConfig::default()
        };
        let (filter, refused) = filter(&logging);
        let filter = filter.to_string();
        assert_eq!(refused, ["no module"]);
        assert!(filter.contains("blog::posts=debug"), "{filter}");
        assert!(filter.contains("info"), "{filter}");
    }
}
