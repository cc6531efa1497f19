//! The time as entries know it.

use std::cell::Cell;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// A moment of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(u64);

/// So many times the last reading of a thread's clock is good for.
const READINGS: u32 = 64;

thread_local! {
    static LAST: Cell<(u64, u32)> = const { Cell::new((0, 0)) };
}

impl Moment {
    pub(super) fn now() -> Self {
        static ORIGIN: OnceLock<Instant> = OnceLock::new();
        Self(nanos(ORIGIN.get_or_init(Instant::now).elapsed()))
    }

    /// A moment that is not over, and not long ago where there is much to do. Reading the clock
    /// takes as long as a fourth of a look-up; this does not.
    #[inline]
    pub(super) fn lately() -> Self {
        let (last, left) = LAST.get();
        if left > 0 {
            LAST.set((last, left - 1));
            return Self(last);
        }
        let now = Self::now();
        LAST.set((now.0, READINGS));
        now
    }

    /// The moment so much later; the last one there is, where there is none.
    pub(super) fn after(self, time: Duration) -> Self {
        Self(self.0.saturating_add(nanos(time)))
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_runs_on() {
        let first = Moment::now();
        std::thread::sleep(Duration::from_millis(50));
        let second = Moment::now();
        assert!(second > first.after(Duration::from_millis(20)));
        assert!(first.after(Duration::MAX) > second);
        for _ in 0..=READINGS {
            assert!(Moment::lately() <= Moment::now());
        }
        assert!(Moment::lately() > second);
    }
}
