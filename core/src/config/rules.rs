//! Rules of configuration fields that garde has no words for.
//!
//! ```
//! # extern crate savia_core as savia;
//! # use std::time::Duration;
//! use savia_core::config::rules;
//!
//! #[savia::config("poller")]
//! pub struct PollerConfig {
//!     /// How long it waits between two looks, up to `1h`.
//!     #[default("5s")]
//!     #[garde(custom(rules::at_most_an_hour))]
//!     pub interval: Duration,
//! }
//! ```

use std::time::Duration;

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// From no time at all to one hour.
///
/// # Errors
///
/// Where it is longer.
pub fn at_most_an_hour(value: &Duration, _: &()) -> garde::Result {
    at_most(*value, HOUR, "1h")
}

/// From no time at all to 24 hours.
///
/// # Errors
///
/// Where it is longer.
pub fn at_most_a_day(value: &Duration, _: &()) -> garde::Result {
    at_most(*value, DAY, "24h")
}

/// More than no time, up to 24 hours.
///
/// # Errors
///
/// Where it is zero, or longer.
pub fn some_time(value: &Duration, context: &()) -> garde::Result {
    if value.is_zero() {
        return Err(garde::Error::new("no time at all"));
    }
    at_most_a_day(value, context)
}

fn at_most(value: Duration, limit: Duration, written: &str) -> garde::Result {
    if value <= limit {
        Ok(())
    } else {
        Err(garde::Error::new(format!("longer than {written}")))
    }
}
