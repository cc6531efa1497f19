//! One limit in this process.

use std::time::{Duration, Instant};

use governor::clock::{Clock, Reference};
use governor::middleware::{NoOpMiddleware, StateInformationMiddleware};
use governor::nanos::Nanos;
use governor::{Quota, RateLimiter};

use super::Left;
use super::store::KeyStore;

/// Counts callers by number.
pub(super) struct Limiter {
    inner: RateLimiter<u128, KeyStore, Ticks, StateInformationMiddleware>,
    requests: u32,
    /// The time in which one more request is given, in nanoseconds.
    interval: u64,
}

/// Time since the process's limits were made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ticks(Instant);

impl Clock for Ticks {
    type Instant = Nanos;

    #[inline]
    fn now(&self) -> Nanos {
        let since = self.0.elapsed();
        // 584 years.
        Nanos::new(since.as_secs() * 1_000_000_000 + u64::from(since.subsec_nanos()))
    }
}

impl Limiter {
    pub(super) fn new(requests: u32, per: Duration, max_keys: usize) -> Self {
        let burst = std::num::NonZeroU32::new(requests).unwrap_or(std::num::NonZeroU32::MIN);
        let interval = per / burst.get();
        let quota = Quota::with_period(interval)
            .unwrap_or_else(|| Quota::per_second(burst))
            .allow_burst(burst);
        let clock = Ticks(Instant::now());
        let interval = Nanos::from(quota.replenish_interval()).as_u64();
        let tolerance = interval * u64::from(burst.get() - 1);
        let store = KeyStore::new(max_keys, tolerance, clock);
        Self {
            inner: RateLimiter::<_, _, _, NoOpMiddleware<Nanos>>::new(quota, store, clock)
                .with_middleware(),
            requests: burst.get(),
            interval,
        }
    }

    /// Counts a request; gives what is left, or how long its caller has to wait.
    #[inline]
    pub(super) fn check(&self, key: u128) -> Result<Left, Duration> {
        match self.inner.check_key(&key) {
            Ok(state) => {
                let requests = state.remaining_burst_capacity();
                let reset = u64::from(self.requests.saturating_sub(requests)) * self.interval;
                let reset = reset.div_ceil(1_000_000_000);
                let reset = u32::try_from(reset).unwrap_or(u32::MAX);
                Ok(Left { requests, reset })
            }
            Err(early) => Err(early.wait_time_from(self.inner.clock().now())),
        }
    }

    pub(super) fn forget(&self) {
        self.inner.retain_recent();
    }

    /// How many callers are counted apart.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.inner.len()
    }
}

impl Ticks {
    /// Now, in nanoseconds.
    #[inline]
    pub(super) fn nanos(self) -> u64 {
        self.now().duration_since(Nanos::default()).as_u64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_taken_and_then_one_at_a_time() {
        let limiter = Limiter::new(3, Duration::from_secs(30), 1_000);
        let left = |requests, reset| Ok(Left { requests, reset });
        assert_eq!(limiter.check(1), left(2, 10));
        assert_eq!(limiter.check(1), left(1, 20));
        assert_eq!(limiter.check(1), left(0, 30));
        let wait = limiter.check(1).unwrap_err();
        assert!(
            wait > Duration::from_secs(9) && wait <= Duration::from_secs(10),
            "{wait:?}"
        );
        assert_eq!(limiter.check(2), left(2, 10));
    }

    #[test]
    fn a_flood_of_new_keys_is_bounded_and_forgets_nobody_who_is_limited() {
        let limiter = Limiter::new(3, Duration::from_secs(3_600), 1_000);
        let limited = 0..50_u128;
        for key in limited.clone() {
            while limiter.check(key).is_ok() {}
        }
        for key in 1_000..200_000_u128 {
            let _ = limiter.check(key);
            assert!(limiter.len() <= 1_024);
        }
        for key in limited {
            assert!(limiter.check(key).is_err(), "{key}");
        }
    }

    #[test]
    fn where_everybody_is_limited_the_rest_share_one_count() {
        let limiter = Limiter::new(1, Duration::from_secs(3_600), 1_000);
        let taken = (0..100_000_u128).filter(|key| limiter.check(*key).is_ok());
        // As many as are counted apart, and one more for each part of the store.
        assert!(taken.count() <= 1_024 + 64);
    }

    #[test]
    fn who_has_all_of_it_again_is_forgotten() {
        let limiter = Limiter::new(1_000, Duration::from_secs(1), 1_000);
        for key in 0..500 {
            limiter.check(key).unwrap();
        }
        assert_eq!(limiter.len(), 500);
        std::thread::sleep(Duration::from_millis(20));
        limiter.forget();
        assert_eq!(limiter.len(), 0);
    }
}
