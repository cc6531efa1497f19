//! `tasks.queues`: what is said of single queues.

use std::str::FromStr;
use std::time::Duration;

use savia_core::config;

/// What is said of a queue.
#[config]
pub struct QueueConfig {
    /// How many of its tasks this process runs at once, from 1 to 100,000. Each process has its own
    /// count: two of them run twice as many.
    #[garde(range(min = 1, max = 100_000))]
    pub concurrency: Option<u32>,

    /// How many of its tasks this process starts within a time: `10/1s`, `100/1m`. It is each
    /// process's own, as `concurrency` is.
    #[garde(custom(is_a_rate))]
    pub rate: Option<String>,
}

impl QueueConfig {
    /// The rate, read.
    pub fn rate(&self) -> Option<Rate> {
        self.rate.as_deref()?.parse().ok()
    }
}

/// How many tasks are started within a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So many.
    pub count: u64,
    /// Within so long.
    pub per: Duration,
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "a rate is written `10/1s` or `100/1m`".to_owned();
        let (count, per) = text.split_once('/').ok_or_else(wrong)?;
        let count = count.trim().parse().map_err(|_| wrong())?;
        let per = per.trim();
        // `10/s` is `10/1s`.
        let per = match per.starts_with(|first: char| first.is_ascii_digit()) {
            true => humantime::parse_duration(per),
            false => humantime::parse_duration(&format!("1{per}")),
        };
        let per = per.map_err(|_| wrong())?;
        if count == 0 || per.is_zero() {
            return Err(wrong());
        }
        Ok(Self { count, per })
    }
}

#[allow(clippy::ref_option, reason = "garde hands the field over as it is")]
fn is_a_rate(value: &Option<String>, _: &()) -> garde::Result {
    match value.as_deref().map(Rate::from_str) {
        Some(Err(text)) => Err(garde::Error::new(text)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_count_and_a_time() {
        let rate = |text: &str| text.parse::<Rate>().ok().map(|it| (it.count, it.per));
        assert_eq!(rate("10/1s"), Some((10, Duration::from_secs(1))));
        assert_eq!(rate("100/m"), Some((100, Duration::from_secs(60))));
        for wrong in ["10", "0/1s", "x/1s", "10/0s", "10/"] {
            assert_eq!(rate(wrong), None, "{wrong}");
        }
    }
}
