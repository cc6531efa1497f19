//! One cache in this process.

use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use foldhash::quality::RandomState;
use moka::notification::RemovalCause;
use savia_core::cache::{CacheEntry, CacheHit, CacheSpec, CacheValue, LocalCache};

use super::key::KeptKey;
use super::moment::Moment;
use super::tags::{Marks, Tags, hold};

/// So many keys share a stamp; a power of two. Two that share one at worst do not put a value.
const STAMPS: usize = 256;

/// One cache in this process.
pub(crate) struct MapCache {
    map: moka::sync::Cache<KeptKey, Kept, RandomState>,
    hasher: RandomState,
    tags: Tags,
    /// Counts evictions of keys, by their hash.
    stamps: Box<[AtomicU64]>,
    /// Counts evictions of tags, and of everything.
    all: AtomicU64,
    evictions: Arc<AtomicU64>,
    max_weight: Option<u64>,
    longest: Option<Duration>,
    /// Whether what is here may be given out: not while news of evictions cannot arrive.
    trusted: Arc<AtomicBool>,
}

/// What is kept; small, because moka clones it at every hit.
///
/// Each entry has its own end. moka could keep such ends itself (`Expiry`), and asks at every hit
/// when the entry ends from now on: that cost a third of a hit. So moka knows the longest life of
/// the cache's entries alone, which most of them have; the others are looked at here.
#[derive(Clone)]
struct Kept {
    value: Option<CacheValue>,
    tags: Option<Marks>,
    /// From when on it is not given out, where that is sooner or later.
    ends: Option<Ends>,
    weight: u32,
}

#[derive(Clone, Copy)]
struct Ends {
    stale_from: Moment,
    gone_from: Moment,
    /// Whether these were made earlier at random, and moka knows the true end: then the time need
    /// not be known exactly.
    scattered: bool,
}

impl MapCache {
    pub(crate) fn new(spec: &CacheSpec, trusted: Arc<AtomicBool>) -> Self {
        let evictions = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&evictions);
        let mut builder = moka::sync::Cache::builder()
            .name(&spec.name)
            .eviction_listener(move |_, _, cause| {
                if matches!(cause, RemovalCause::Size | RemovalCause::Expired) {
                    counted.fetch_add(1, Ordering::Relaxed);
                }
            });
        if let Some(longest) = spec.longest {
            builder = builder.time_to_live(longest);
        }
        if let Some(tti) = spec.tti {
            builder = builder.time_to_idle(tti);
        }
        if let Some(weight) = spec.max_weight {
            builder = builder
                .max_capacity(weight)
                .weigher(|_, kept: &Kept| kept.weight);
        } else if let Some(entries) = spec.max_entries {
            builder = builder.max_capacity(entries);
        }
        let hasher = RandomState::default();
        Self {
            map: builder.build_with_hasher(hasher.clone()),
            hasher,
            tags: Tags::default(),
            stamps: (0..STAMPS).map(|_| AtomicU64::new(0)).collect(),
            all: AtomicU64::new(0),
            evictions,
            max_weight: spec.max_weight,
            longest: spec.longest,
            trusted,
        }
    }

    /// Puts an entry whatever was computed meanwhile; computations under way put nothing.
    pub(crate) fn replace(&self, key: &str, entry: CacheEntry) {
        self.advance(key);
        self.insert(key, entry);
    }

    fn insert(&self, key: &str, entry: CacheEntry) {
        // An entry that is over at once is none, and one that would need all the room and more.
        let over = entry.lifetime().is_some_and(|lifetime| lifetime.is_zero());
        let weight = entry.weight.unwrap_or(1);
        if over || self.max_weight.is_some_and(|max| u64::from(weight) > max) {
            self.map.invalidate(key);
            return;
        }
        let ends = self.ends(&entry);
        let kept = Kept {
            tags: self.tags.marks(&entry.tags),
            value: entry.value,
            ends,
            weight,
        };
        self.map.insert(key.into(), kept);
    }

    /// The end of an entry, where it is not the one that moka knows.
    fn ends(&self, entry: &CacheEntry) -> Option<Ends> {
        let (ttl, lifetime) = (entry.ttl?, entry.lifetime()?);
        if self.longest == Some(ttl) {
            return None;
        }
        let now = Moment::now();
        Some(Ends {
            stale_from: now.after(ttl),
            gone_from: now.after(lifetime),
            scattered: lifetime == ttl
                && entry.uncut_ttl.is_some()
                && entry.uncut_ttl == self.longest,
        })
    }

    fn stamp_of(&self, key: &str) -> &AtomicU64 {
        let hash = self.hasher.hash_one(key);
        #[allow(
            clippy::cast_possible_truncation,
            reason = "the low bits are what is wanted"
        )]
        let at = hash as usize & (STAMPS - 1);
        &self.stamps[at]
    }

    fn advance(&self, key: &str) {
        self.stamp_of(key).fetch_add(1, Ordering::AcqRel);
    }
}

impl LocalCache for MapCache {
    #[inline]
    fn get(&self, key: &str) -> Option<CacheHit> {
        if !self.trusted.load(Ordering::Acquire) {
            return None;
        }
        let kept = self.map.get(key)?;
        if kept.tags.is_some() && !hold(kept.tags.as_ref()) {
            return None;
        }
        let fresh = match kept.ends {
            None => true,
            Some(ends) => {
                let now = if ends.scattered {
                    Moment::lately()
                } else {
                    Moment::now()
                };
                if now >= ends.gone_from {
                    return None;
                }
                now < ends.stale_from
            }
        };
        Some(CacheHit {
            value: kept.value,
            fresh,
        })
    }

    fn has(&self, key: &str) -> bool {
        self.map.contains_key(key)
    }

    fn stamp(&self, key: &str) -> u64 {
        let all = self.all.load(Ordering::Acquire);
        all.wrapping_add(self.stamp_of(key).load(Ordering::Acquire))
    }

    fn put(&self, key: &str, entry: CacheEntry, since: Option<u64>) -> bool {
        let holds = || since.is_none_or(|since| self.stamp(key) == since);
        if !holds() {
            return false;
        }
        self.insert(key, entry);
        // An eviction between the look and the insertion would not have found the entry.
        if holds() {
            return true;
        }
        self.map.invalidate(key);
        false
    }

    fn evict(&self, key: &str) {
        self.advance(key);
        self.map.invalidate(key);
    }

    fn evict_tag(&self, tag: &str) {
        self.all.fetch_add(1, Ordering::AcqRel);
        self.tags.evict(tag);
    }

    fn clear(&self) {
        self.all.fetch_add(1, Ordering::AcqRel);
        self.map.invalidate_all();
    }

    fn len(&self) -> u64 {
        self.map.run_pending_tasks();
        self.map.entry_count()
    }

    fn evictions(&self) -> u64 {
        self.evictions.load(Ordering::Relaxed)
    }
}
