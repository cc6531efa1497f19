//! Caches in this process, on moka.

mod key;
mod map;
mod moment;
mod tags;

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use savia_core::Result;
use savia_core::cache::{BaseCache, CacheCodec, CacheEntry, CacheHit, CacheSpec, LocalCache};

pub(crate) use map::MapCache;

/// Caches in this process: W-TinyLFU, bounded by entries or by weight.
///
/// It hands out the very values it was given; nothing is serialised. Memory of what was evicted by
/// a tag goes once its time is over, or room is wanted.
pub struct MemoryCache {
    caches: Mutex<HashMap<String, Arc<MapCache>>>,
    /// Whether what is here may be given out.
    trusted: Arc<AtomicBool>,
}

impl Default for MemoryCache {
    fn default() -> Self {
        Self {
            caches: Mutex::default(),
            trusted: Arc::new(AtomicBool::new(true)),
        }
    }
}

impl MemoryCache {
    /// No caches so far: each is made when it is first named.
    pub fn new() -> Self {
        Self::default()
    }

    /// The switch by which nothing of it is given out.
    pub(crate) fn trusted(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.trusted)
    }

    pub(crate) fn map(&self, cache: &CacheSpec) -> Arc<MapCache> {
        let mut caches = self.caches.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = caches.get(&cache.name) {
            return Arc::clone(found);
        }
        let made = Arc::new(MapCache::new(cache, Arc::clone(&self.trusted)));
        caches.insert(cache.name.clone(), Arc::clone(&made));
        made
    }

    /// Those that have been made.
    pub(crate) fn all(&self) -> Vec<Arc<MapCache>> {
        let caches = self.caches.lock().unwrap_or_else(PoisonError::into_inner);
        caches.values().cloned().collect()
    }

    /// The cache of this name, if it has been made.
    pub(crate) fn find(&self, name: &str) -> Option<Arc<MapCache>> {
        let caches = self.caches.lock().unwrap_or_else(PoisonError::into_inner);
        caches.get(name).cloned()
    }
}

#[async_trait]
impl BaseCache for MemoryCache {
    fn name(&self) -> &str {
        "memory"
    }

    async fn get(
        &self,
        cache: &CacheSpec,
        key: &str,
        _: &dyn CacheCodec,
    ) -> Result<Option<CacheHit>> {
        Ok(self.map(cache).get(key))
    }

    async fn put(
        &self,
        cache: &CacheSpec,
        key: &str,
        entry: CacheEntry,
        _: &dyn CacheCodec,
    ) -> Result<()> {
        self.map(cache).replace(key, entry);
        Ok(())
    }

    async fn evict(&self, cache: &CacheSpec, key: &str) -> Result<()> {
        self.map(cache).evict(key);
        Ok(())
    }

    async fn evict_tag(&self, cache: &CacheSpec, tag: &str) -> Result<()> {
        self.map(cache).evict_tag(tag);
        Ok(())
    }

    async fn clear(&self, cache: &CacheSpec) -> Result<()> {
        self.map(cache).clear();
        Ok(())
    }

    fn local(&self, cache: &CacheSpec) -> Option<Arc<dyn LocalCache>> {
        Some(self.map(cache))
    }

    fn is_shared(&self) -> bool {
        false
    }
}
