//! Rules of fields that garde has no words for.

use std::time::Duration;

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) fn at_most_an_hour(value: &Duration, _: &()) -> garde::Result {
    if *value <= HOUR {
        Ok(())
    } else {
        Err(garde::Error::new("longer than 1h"))
    }
}

pub(super) fn at_most_a_day(value: &Duration, _: &()) -> garde::Result {
    if *value <= DAY {
        Ok(())
    } else {
        Err(garde::Error::new("longer than 24h"))
    }
}

pub(super) fn some_time(value: &Duration, context: &()) -> garde::Result {
    if value.is_zero() {
        Err(garde::Error::new("no time at all"))
    } else {
        at_most_a_day(value, context)
    }
}
