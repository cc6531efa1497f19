//! How long an entry of a call is kept.

use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use savia_core::cache::{CacheEntry, CacheValue};

use crate::config::CacheConfig;
use crate::site::SiteTerms;

/// How entries of a call are kept: what the configuration says of the cache, else what the function
/// says, else what the configuration says of all.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Terms {
    ttl: Option<Duration>,
    none_ttl: Option<Duration>,
    error_ttl: Option<Duration>,
    stale: Option<Duration>,
    jitter: f64,
}

impl Terms {
    pub(crate) fn of(config: &CacheConfig, cache: &str, site: &SiteTerms) -> Self {
        let own = config.caches.get(cache);
        let ttl = own
            .and_then(|own| own.ttl)
            .or(site.ttl)
            .unwrap_or(config.ttl);
        let none_ttl = own
            .and_then(|own| own.none_ttl)
            .or(site.none_ttl)
            .or(config.none_ttl)
            .unwrap_or(ttl);
        let some = |time: Duration| (!time.is_zero()).then_some(time);
        Self {
            ttl: some(ttl),
            none_ttl: some(none_ttl),
            error_ttl: site.error_ttl,
            stale: own
                .and_then(|own| own.stale_while_revalidate)
                .or(site.stale),
            jitter: own.and_then(|own| own.jitter).unwrap_or(config.jitter),
        }
    }

    /// The longest that an entry lives; none where there is no end.
    pub(crate) fn longest(&self) -> Option<Duration> {
        let longest = self.ttl?.max(self.none_ttl?);
        let longest = longest.max(self.error_ttl.unwrap_or_default());
        Some(longest.saturating_add(self.stale.unwrap_or_default()))
    }

    /// An entry that is kept so; of a value, or of the knowledge that there is none.
    pub(crate) fn entry(
        &self,
        value: Option<CacheValue>,
        tags: Vec<String>,
        weight: Option<u32>,
    ) -> CacheEntry {
        let ttl = match &value {
            Some(_) => self.ttl,
            None => self.none_ttl,
        };
        CacheEntry {
            value,
            ttl: ttl.map(|ttl| self.jittered(ttl)),
            uncut_ttl: ttl,
            stale: self.stale,
            tags,
            weight,
        }
    }

    /// An entry of an error, where errors are kept.
    pub(crate) fn failure(&self, value: CacheValue, tags: Vec<String>) -> Option<CacheEntry> {
        let ttl = self.error_ttl?;
        Some(CacheEntry {
            value: Some(value),
            ttl: Some(ttl),
            tags,
            ..CacheEntry::default()
        })
    }

    fn jittered(&self, ttl: Duration) -> Duration {
        if self.jitter <= 0.0 {
            return ttl;
        }
        ttl.mul_f64(1.0 - self.jitter.min(0.9) * random())
    }
}

/// A number from 0 to 1, good enough to scatter.
fn random() -> f64 {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    static SEED: std::sync::OnceLock<std::hash::RandomState> = std::sync::OnceLock::new();
    let mut hasher = SEED.get_or_init(std::hash::RandomState::new).build_hasher();
    hasher.write_u64(COUNT.fetch_add(1, Ordering::Relaxed));
    #[allow(clippy::cast_precision_loss, reason = "53 bits are what an f64 holds")]
    let number = (hasher.finish() >> 11) as f64;
    number / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiry_is_scattered_and_never_late() {
        let terms = Terms {
            ttl: Some(Duration::from_secs(100)),
            jitter: 0.2,
            ..Terms::default()
        };
        let times: Vec<_> = (0..200)
            .filter_map(|_| {
                terms
                    .entry(Some(std::sync::Arc::new(1)), Vec::new(), None)
                    .ttl
            })
            .collect();
        assert_eq!(times.len(), 200);
        let bounds = Duration::from_secs(80)..=Duration::from_secs(100);
        assert!(times.iter().all(|time| bounds.contains(time)), "{times:?}");
        assert!(times.iter().max() > times.iter().min());
    }
}
