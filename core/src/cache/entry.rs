//! What is put, and what is found.

use std::time::Duration;

use super::CacheValue;

/// What is put into a cache, and for how long.
#[derive(Clone, Default)]
pub struct CacheEntry {
    /// The value; without one, the knowledge that there is none, such as a row that is not there.
    pub value: Option<CacheValue>,
    /// The time for which it is fresh; without one, for as long as there is room.
    pub ttl: Option<Duration>,
    /// What `ttl` was before it was made shorter at random, so that what was put together does not
    /// end together; a backend may take the one for the other.
    pub uncut_ttl: Option<Duration>,
    /// The time after `ttl` for which it may still be given out while it is computed anew.
    pub stale: Option<Duration>,
    /// Tags by which it can be evicted.
    pub tags: Vec<String>,
    /// What it counts towards the cache's `max_weight`; 1 where nothing else is said.
    pub weight: Option<u32>,
}

impl CacheEntry {
    /// An entry of this value that stays until there is no room.
    pub fn new(value: CacheValue) -> Self {
        Self {
            value: Some(value),
            ..Self::default()
        }
    }

    /// The time after which nobody is given it any more.
    pub fn lifetime(&self) -> Option<Duration> {
        self.ttl
            .map(|ttl| ttl.saturating_add(self.stale.unwrap_or_default()))
    }
}

impl std::fmt::Debug for CacheEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CacheEntry")
            .field("has_value", &self.value.is_some())
            .field("ttl", &self.ttl)
            .field("uncut_ttl", &self.uncut_ttl)
            .field("stale", &self.stale)
            .field("tags", &self.tags)
            .field("weight", &self.weight)
            .finish()
    }
}

/// What was found under a key.
#[derive(Clone)]
pub struct CacheHit {
    /// The value, or the knowledge that there is none.
    pub value: Option<CacheValue>,
    /// Whether it is within its `ttl`. What is not is computed anew, by one for all.
    pub fresh: bool,
}

impl std::fmt::Debug for CacheHit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CacheHit")
            .field("has_value", &self.value.is_some())
            .field("fresh", &self.fresh)
            .finish()
    }
}
