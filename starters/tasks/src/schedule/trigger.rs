//! When a schedule is due.

use std::time::Duration;

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use super::Cron;

/// No clock is changed by more than this.
const CHANGE: TimeDelta = TimeDelta::hours(3);

/// When a schedule is due.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Trigger {
    /// By the clocks of a zone.
    Cron(Cron, Tz),
    /// Each time so much has passed since the beginning of 1970: every instance says the same times.
    Every(Duration),
}

impl Trigger {
    /// The first time after `after`.
    pub(crate) fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Cron(cron, zone) => next(cron, *zone, after),
            Self::Every(period) => {
                let period = i64::try_from(period.as_micros())
                    .ok()
                    .filter(|it| *it > 0)?;
                let passed = after.timestamp_micros().div_euclid(period);
                DateTime::from_timestamp_micros(passed.checked_add(1)?.checked_mul(period)?)
            }
        }
    }

    /// The last time after `after` that is not after `now`.
    pub(crate) fn last(&self, after: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let is_due = |time: &DateTime<Utc>| *time <= now;
        self.next(after).filter(is_due)?;
        // A look at the last minute, then further back: there may be many times since `after`.
        let spans = [1, 60, 1_440, 44_640, 527_040, 4_743_360].map(TimeDelta::minutes);
        let since = spans
            .into_iter()
            .map(|span| (now - span).max(after))
            .find(|since| self.next(*since).as_ref().is_some_and(is_due))?;
        let mut last = since;
        while let Some(next) = self.next(last).filter(is_due) {
            last = next;
        }
        Some(last)
    }
}

/// A time that a clock on the wall shows twice, when clocks are put back, is due once, and one that
/// it does not show, when they are put forward, is due as soon as it would be past. An expression
/// that is due in every hour goes by the time that passes instead.
fn next(cron: &Cron, zone: Tz, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let here = after.with_timezone(&zone);
    let wall = here.naive_local();
    let simple = cron.next(wall)?;
    if let MappedLocalTime::Single(time) = zone.from_local_datetime(&simple)
        && time.offset().fix() == here.offset().fix()
    {
        return Some(time.to_utc());
    }
    // Clocks are changed on the way: whatever is near is looked at.
    let mut earliest: Option<DateTime<Utc>> = None;
    let mut candidate = cron.next(wall - CHANGE);
    while let Some(time) = candidate {
        for due in instants(zone, time, cron.is_hourly()) {
            if due > after && earliest.is_none_or(|earliest| due < earliest) {
                earliest = Some(due);
            }
        }
        if time > wall + CHANGE && earliest.is_some() {
            break;
        }
        candidate = cron.next(time);
    }
    earliest
}

/// When a clock on the wall that shows this is due.
fn instants(zone: Tz, wall: NaiveDateTime, hourly: bool) -> Vec<DateTime<Utc>> {
    match zone.from_local_datetime(&wall) {
        MappedLocalTime::Single(time) => vec![time.to_utc()],
        MappedLocalTime::Ambiguous(first, second) if hourly => {
            vec![first.to_utc(), second.to_utc()]
        }
        MappedLocalTime::Ambiguous(first, _) => vec![first.to_utc()],
        MappedLocalTime::None if hourly => Vec::new(),
        MappedLocalTime::None => end_of_gap(zone, wall).into_iter().collect(),
    }
}

/// When clocks are put forward past a time that they do not show.
fn end_of_gap(zone: Tz, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
    // Before the gap the offset is the old one, and what would be `wall` by it is past the change.
    let before = zone.from_local_datetime(&(wall - CHANGE)).earliest()?;
    let after = zone.from_local_datetime(&(wall + CHANGE)).latest()?;
    let (old, new) = (before.offset().fix(), after.offset().fix());
    let (mut low, mut high) = (before.to_utc(), after.to_utc());
    if old == new {
        return None;
    }
    // The change is between both; halving finds it to the second.
    while high - low > TimeDelta::seconds(1) {
        let middle = low + (high - low) / 2;
        if middle.with_timezone(&zone).offset().fix() == old {
            low = middle;
        } else {
            high = middle;
        }
    }
    DateTime::from_timestamp(high.timestamp(), 0)
}

#[cfg(test)]
mod tests;
