//! How many tasks are worth taking ahead.

use std::time::{Duration, Instant};

/// What is taken ahead is what is run within this time.
const AHEAD: Duration = Duration::from_millis(100);

/// The least time over which a pace is measured.
const LEAST: Duration = Duration::from_millis(5);

/// How fast a lane runs its tasks, by which it takes them ahead: many of those that are done in no
/// time, none of those that take long, which others might run meanwhile.
#[derive(Debug)]
pub(super) struct Pace {
    since: Instant,
    finished: u64,
    per_second: f64,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self {
            since: Instant::now(),
            finished: 0,
            per_second: 0.0,
        }
    }

    /// How many to take ahead, with so many finished ever.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is an estimate, and not negative"
    )]
    pub(super) fn ahead(&mut self, finished: u64, most: usize) -> usize {
        let elapsed = self.since.elapsed();
        if elapsed >= LEAST {
            let done = finished.saturating_sub(self.finished) as f64;
            self.per_second = done / elapsed.as_secs_f64();
            self.since = Instant::now();
            self.finished = finished;
        }
        ((self.per_second * AHEAD.as_secs_f64()) as usize).min(most)
    }
}
