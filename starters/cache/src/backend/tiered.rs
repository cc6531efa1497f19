//! Caches in the process before Redis.

mod news;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use savia_core::Result;
use savia_core::cache::{
    BaseCache, CacheCodec, CacheEntry, CacheHit, CacheSpec, Flight, FlightPermit, LocalCache,
};

use super::memory::{MapCache, MemoryCache};
use super::redis::{RedisCache, RedisPermit, decode};
use crate::config::TieredCacheConfig;
use crate::error::CacheError;

pub(crate) use news::News;

/// Caches in the process before Redis. What is put or evicted is told to all instances over
/// pub/sub, and they let go of what they have of it.
///
/// The news take as long as Redis takes to send them, mostly below a millisecond. While they cannot
/// arrive, because the subscription is lost, what is in the process is not trusted: it is asked of
/// Redis, and forgotten once the news arrive again.
#[derive(Clone)]
pub struct TieredCache {
    redis: RedisCache,
    local: Arc<MemoryCache>,
    news: Arc<News>,
    /// The longest that a value stays in the process; zero is as long as Redis keeps it.
    ttl: Duration,
}

impl TieredCache {
    pub(crate) async fn new(redis: RedisCache, config: &TieredCacheConfig) -> Self {
        let local = Arc::new(MemoryCache::new());
        let news = News::listen(&redis, Arc::clone(&local), config.stale_when_lost).await;
        Self {
            redis,
            local,
            news,
            ttl: config.ttl,
        }
    }

    fn map(&self, cache: &CacheSpec) -> Arc<MapCache> {
        self.local.map(cache)
    }

    /// As long as `left`, and no longer than `cache.tiered.ttl`; both count from now.
    fn bounded(&self, mut entry: CacheEntry) -> CacheEntry {
        if !self.ttl.is_zero() {
            entry.ttl = Some(entry.ttl.map_or(self.ttl, |ttl| ttl.min(self.ttl)));
        }
        entry
    }
}

#[async_trait]
impl BaseCache for TieredCache {
    fn name(&self) -> &str {
        "tiered"
    }

    async fn get(
        &self,
        cache: &CacheSpec,
        key: &str,
        codec: &dyn CacheCodec,
    ) -> Result<Option<CacheHit>> {
        let map = self.map(cache);
        if let Some(hit) = map.get(key).filter(|hit| hit.fresh) {
            return Ok(Some(hit));
        }
        let since = map.stamp(key);
        let found = self.redis.find(cache, key).await;
        let Some(found) = found.map_err(CacheError::public)? else {
            return Ok(None);
        };
        let hit = decode(&found, codec)?;
        let stale = found.stored.stale;
        let entry = CacheEntry {
            value: hit.value.clone(),
            ttl: found.left.map(|left| left.saturating_sub(stale)),
            uncut_ttl: None,
            stale: Some(stale),
            tags: found.stored.tags.into_iter().map(|(tag, _)| tag).collect(),
            weight: None,
        };
        if hit.fresh && self.news.is_trusted() {
            map.put(key, self.bounded(entry), Some(since));
        }
        Ok(Some(hit))
    }

    async fn put(
        &self,
        cache: &CacheSpec,
        key: &str,
        entry: CacheEntry,
        codec: &dyn CacheCodec,
    ) -> Result<()> {
        let map = self.map(cache);
        // Whatever becomes of the put, the old value is not the value any more.
        map.evict(key);
        let since = map.stamp(key);
        self.redis.put(cache, key, entry.clone(), codec).await?;
        map.put(key, self.bounded(entry), Some(since));
        Ok(())
    }

    async fn evict(&self, cache: &CacheSpec, key: &str) -> Result<()> {
        self.map(cache).evict(key);
        self.redis.evict(cache, key).await?;
        // What was read from Redis before, and put here meanwhile.
        self.map(cache).evict(key);
        Ok(())
    }

    async fn evict_tag(&self, cache: &CacheSpec, tag: &str) -> Result<()> {
        self.map(cache).evict_tag(tag);
        self.redis.evict_tag(cache, tag).await?;
        self.map(cache).evict_tag(tag);
        Ok(())
    }

    async fn clear(&self, cache: &CacheSpec) -> Result<()> {
        self.map(cache).clear();
        self.redis.clear(cache).await?;
        self.map(cache).clear();
        Ok(())
    }

    fn local(&self, cache: &CacheSpec) -> Option<Arc<dyn LocalCache>> {
        Some(self.map(cache))
    }

    async fn begin(&self, cache: &CacheSpec, key: &str, tags: &[String]) -> Result<Flight> {
        let map = self.map(cache);
        let since = map.stamp(key);
        let taken = self.redis.take(cache, key, tags, false).await;
        Ok(match taken.map_err(CacheError::public)? {
            Some(permit) => Flight::Guarded(Box::new(TieredPermit {
                tiered: self.clone(),
                permit: permit.renewed(),
                map,
                key: key.to_owned(),
                since,
            })),
            None => Flight::Elsewhere,
        })
    }
}

/// Puts what was computed into both tiers.
struct TieredPermit {
    tiered: TieredCache,
    permit: RedisPermit,
    map: Arc<MapCache>,
    key: String,
    since: u64,
}

#[async_trait]
impl FlightPermit for TieredPermit {
    async fn put(self: Box<Self>, entry: CacheEntry, codec: &dyn CacheCodec) -> Result<bool> {
        let put = self.permit.store(&entry, codec).await?;
        if put && self.tiered.news.is_trusted() {
            let entry = self.tiered.bounded(entry);
            self.map.put(&self.key, entry, Some(self.since));
        }
        Ok(put)
    }
}
