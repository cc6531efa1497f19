//! A cache in this process.

use super::{CacheEntry, CacheHit};

/// One cache in this process. Nothing in it blocks, waits or is serialised.
///
/// [`stamp`](Self::stamp) tells the order of a computation and an eviction: whoever computes takes
/// the key's stamp first, and what was evicted meanwhile is not put.
pub trait LocalCache: Send + Sync {
    /// What is under the key.
    fn get(&self, key: &str) -> Option<CacheHit>;

    /// Whether something may be under the key; asking does not make the key a wanted one.
    fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// A number that changes whenever the key, one of its tags or the whole cache is evicted.
    fn stamp(&self, key: &str) -> u64;

    /// Puts an entry, unless the key's stamp is another than `since`. Says whether it was put.
    fn put(&self, key: &str, entry: CacheEntry, since: Option<u64>) -> bool;

    /// Takes an entry out.
    fn evict(&self, key: &str);

    /// Takes every entry out that was put with this tag.
    fn evict_tag(&self, tag: &str);

    /// Takes everything out.
    fn clear(&self);

    /// About how many entries there are.
    fn len(&self) -> u64;

    /// Whether there are no entries, as far as is known.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many entries have gone for want of room or because their time was over.
    fn evictions(&self) -> u64 {
        0
    }
}
