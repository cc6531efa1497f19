//! Where a key of the configuration was set.

use savia_core::Config;
use savia_core::error::Diagnosis;

/// The fault, at the place where the key was set.
pub(crate) fn at_key(fault: Diagnosis, config: &Config, key: &str) -> Diagnosis {
    match config.place(key) {
        Some(place) => fault.at(format!("{key} ({place})")),
        None => fault.at(key),
    }
}
