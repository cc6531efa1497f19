//! Cron expressions.

mod parse;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

/// A cron expression: the times at which something is due, in whatever zone.
///
/// Five fields (minutes, hours, days of the month, months, days of the week) or six, with the seconds
/// first. A field is `*` (or `?`), a number, a range `1-5`, a step `*/15` or `8-18/2`, or several of
/// them with commas. Months and days of the week may be named (`JAN`, `MON`), Sunday is 0 and 7, and
/// `L` is the last day of a month. Where both days of the month and days of the week are said, either
/// will do, as in cron(8). `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly` are short for what
/// they say.
///
/// ```
/// # use savia_starter_tasks::schedule::Cron;
/// assert!(Cron::parse("0 3 * * MON-FRI").is_ok());
/// assert_eq!(Cron::parse("61 * * * *"), Err("the minutes are from 0 to 59"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cron {
    seconds: u64,
    minutes: u64,
    hours: u64,
    /// Bit 0 is the last day of the month.
    days: u64,
    months: u64,
    weekdays: u64,
    /// Whether days of the month, or of the week, are said at all.
    says_days: bool,
    says_weekdays: bool,
}

impl Cron {
    /// Whether it is due in every hour: it then goes by the time that passes, also where clocks are
    /// changed.
    pub(crate) fn is_hourly(&self) -> bool {
        self.hours == (1 << 24) - 1
    }

    /// The first time after `after` by a clock on the wall; nothing where there is none in nine years.
    pub(crate) fn next(&self, after: NaiveDateTime) -> Option<NaiveDateTime> {
        // Whole seconds: the next one is the first that can do.
        let from = after.with_nanosecond(0)? + chrono::TimeDelta::seconds(1);
        let mut day = from.date();
        let mut earliest = from.time();
        // February 29 is eight years away at the most (1896 to 1904, 2096 to 2104).
        for _ in 0..366 * 9 {
            if self.is_day(day)
                && let Some(time) = self.time_from(earliest)
            {
                return Some(day.and_time(time));
            }
            day = day.checked_add_days(Days::new(1))?;
            earliest = NaiveTime::MIN;
        }
        None
    }

    fn is_day(&self, day: NaiveDate) -> bool {
        if !has(self.months, day.month()) {
            return false;
        }
        let is_last = || {
            day.succ_opt()
                .is_none_or(|next| next.month() != day.month())
        };
        let by_date = has(self.days, day.day()) || has(self.days, 0) && is_last();
        let by_weekday = has(self.weekdays, day.weekday().num_days_from_sunday());
        match (self.says_days, self.says_weekdays) {
            (true, true) => by_date || by_weekday,
            (true, false) => by_date,
            (false, true) => by_weekday,
            (false, false) => true,
        }
    }

    /// The first time of a day that is no earlier.
    fn time_from(&self, earliest: NaiveTime) -> Option<NaiveTime> {
        let (hour, minute, second) = (earliest.hour(), earliest.minute(), earliest.second());
        let at = |hour, minute, second| NaiveTime::from_hms_opt(hour, minute, second);
        let first_second = from(self.seconds, 0)?;
        let first_minute = from(self.minutes, 0)?;
        if has(self.hours, hour) {
            if has(self.minutes, minute)
                && let Some(second) = from(self.seconds, second)
            {
                return at(hour, minute, second);
            }
            if let Some(minute) = from(self.minutes, minute + 1) {
                return at(hour, minute, first_second);
            }
        }
        at(from(self.hours, hour + 1)?, first_minute, first_second)
    }
}

const fn has(bits: u64, bit: u32) -> bool {
    bits >> bit & 1 == 1
}

/// The first bit that is set and no lower.
fn from(bits: u64, lowest: u32) -> Option<u32> {
    let left = bits.checked_shr(lowest)?;
    (left != 0).then(|| lowest + left.trailing_zeros())
}

#[cfg(test)]
mod tests;
