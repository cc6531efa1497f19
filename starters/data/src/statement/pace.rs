//! How long a statement takes, as far as it is known.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// The longest a statement may take to be called quick. A hop to a thread and back takes some 20 µs,
/// and a task that keeps a worker for 100 µs is no more than tokio expects of one.
const QUICK: Duration = Duration::from_micros(100);

/// How often a statement must have been quick first.
const FIRST: u32 = 8;

/// How often it must still be quick before it is called so. One that was slow pays for it with hops
/// that take a tenth as long together.
#[derive(Debug)]
pub(crate) struct Pace(AtomicU32);

impl Default for Pace {
    fn default() -> Self {
        Self(AtomicU32::new(FIRST))
    }
}

impl Pace {
    /// Whether it is expected to be quick again.
    pub(crate) fn is_quick(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }

    /// Notes how long it took.
    pub(crate) fn took(&self, elapsed: Duration) {
        if elapsed > QUICK {
            let hops = u32::try_from(elapsed.as_micros() / 200).unwrap_or(u32::MAX);
            self.0.store(hops.max(FIRST), Ordering::Relaxed);
        } else {
            let count = self.0.load(Ordering::Relaxed);
            self.0.store(count.saturating_sub(1), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_quick_after_a_while_and_not_after_it_was_slow() {
        let pace = Pace::default();
        for _ in 0..FIRST {
            assert!(!pace.is_quick());
            pace.took(QUICK);
        }
        assert!(pace.is_quick());
        pace.took(Duration::from_millis(20));
        for _ in 0..100 {
            assert!(!pace.is_quick());
            pace.took(QUICK);
        }
        assert!(pace.is_quick());
    }
}
