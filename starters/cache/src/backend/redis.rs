//! Caches on Redis, shared by all instances.

mod entry;
pub(crate) mod keys;
pub(crate) mod link;
mod permit;
mod scripts;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use savia_core::Result;
use savia_core::cache::{BaseCache, CacheCodec, CacheEntry, CacheHit, CacheSpec, Flight};

use crate::config::RedisCacheConfig;
use crate::error::CacheError;

pub(crate) use entry::Stored;
pub(crate) use keys::Keys;
pub(crate) use link::Link;
pub(crate) use permit::RedisPermit;

/// Caches on Redis, shared by all instances of the application.
///
/// Every command is bounded by `cache.redis.timeout`; while there is no connection, every call
/// fails at once, and one task tries to connect again.
///
/// A key is computed by one instance: it takes a lock with a lease that it renews, and gives its
/// value up where the key, one of its tags or the cache was evicted meanwhile. Tags and whole
/// caches are evicted by forgetting a version that every entry bears, in one step.
#[derive(Clone)]
pub struct RedisCache {
    pub(crate) link: Arc<Link>,
    pub(crate) keys: Keys,
    lease: Duration,
    longest: Duration,
}

/// What was found, with what a tier before it has to know.
pub(crate) struct Found {
    pub(crate) stored: Stored,
    /// The time after which it is gone.
    pub(crate) left: Option<Duration>,
}

impl RedisCache {
    pub(crate) fn new(link: Arc<Link>, prefix: &str, config: &RedisCacheConfig) -> Self {
        Self {
            link,
            keys: Keys::new(prefix),
            lease: config.lease,
            longest: config.longest,
        }
    }

    /// What is under the key, as bytes.
    pub(crate) async fn find(&self, cache: &str, key: &str) -> Result<Option<Found>, CacheError> {
        let mut pipe = redis::pipe();
        pipe.get(self.keys.entry(cache, key))
            .pttl(self.keys.entry(cache, key))
            .get(self.keys.version(cache));
        let (bytes, left, version): (Option<Vec<u8>>, i64, Option<String>) =
            self.link.query(&pipe).await?;
        let (Some(bytes), Some(version)) = (bytes, version) else {
            return Ok(None);
        };
        let Some(stored) = Stored::read(&bytes) else {
            return Err(CacheError::Unreadable);
        };
        if stored.version != version || !self.tags_hold(cache, &stored).await? {
            return Ok(None);
        }
        // -1 is without an end, -2 is gone already.
        let left = match u64::try_from(left) {
            Ok(left) => Some(Duration::from_millis(left)),
            Err(_) if left == -1 => None,
            Err(_) => return Ok(None),
        };
        Ok(Some(Found { stored, left }))
    }

    async fn tags_hold(&self, cache: &str, stored: &Stored) -> Result<bool, CacheError> {
        if stored.tags.is_empty() {
            return Ok(true);
        }
        let mut pipe = redis::pipe();
        for (tag, _) in &stored.tags {
            pipe.get(self.keys.tag(cache, tag));
        }
        let versions: Vec<Option<String>> = self.link.query(&pipe).await?;
        let mut pairs = versions.iter().zip(&stored.tags);
        Ok(pairs.all(|(version, (_, expected))| version.as_ref() == Some(expected)))
    }

    /// Takes the lock of a key, or takes it from whoever has it.
    pub(crate) async fn take(
        &self,
        cache: &CacheSpec,
        key: &str,
        tags: &[String],
        force: bool,
    ) -> Result<Option<RedisPermit>, CacheError> {
        let versions_live = self.longest.max(cache.longest.unwrap_or_default());
        let token = uuid::Uuid::new_v4().simple().to_string();
        let mut invocation = scripts::TAKE.prepare_invoke();
        invocation
            .key(self.keys.entry(&cache.name, key))
            .key(self.keys.lock(&cache.name, key))
            .key(self.keys.version(&cache.name));
        for tag in tags {
            invocation.key(self.keys.tag(&cache.name, tag));
        }
        invocation
            .arg(&token)
            .arg(millis(self.lease))
            .arg(millis(versions_live))
            .arg(u8::from(force))
            .arg(self.keys.tag(&cache.name, ""));
        let versions: Option<Vec<String>> = self.link.script(&invocation).await?;
        Ok(versions.map(|versions| {
            RedisPermit::new(self.clone(), cache, key, token, tags, versions, self.lease)
        }))
    }

    pub(crate) fn longest(&self) -> Duration {
        self.longest
    }
}

pub(crate) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis())
        .unwrap_or(u64::MAX / 2)
        .clamp(1, u64::MAX / 2)
}

/// What an entry is to the caller; what cannot be read counts as an error, and is a miss.
pub(crate) fn decode(found: &Found, codec: &dyn CacheCodec) -> Result<CacheHit> {
    let value = match &found.stored.value {
        Some(bytes) => Some(codec.decode(bytes)?),
        None => None,
    };
    // It is fresh while more is left than the time in which it is stale.
    let stale = found.stored.stale;
    let fresh = found
        .left
        .is_none_or(|left| stale.is_zero() || left > stale);
    Ok(CacheHit { value, fresh })
}

#[async_trait]
impl BaseCache for RedisCache {
    fn name(&self) -> &str {
        "redis"
    }

    async fn get(
        &self,
        cache: &CacheSpec,
        key: &str,
        codec: &dyn CacheCodec,
    ) -> Result<Option<CacheHit>> {
        match self
            .find(&cache.name, key)
            .await
            .map_err(CacheError::public)?
        {
            Some(found) => decode(&found, codec).map(Some),
            None => Ok(None),
        }
    }

    async fn put(
        &self,
        cache: &CacheSpec,
        key: &str,
        entry: CacheEntry,
        codec: &dyn CacheCodec,
    ) -> Result<()> {
        let taken = self.take(cache, key, &entry.tags, true).await;
        if let Some(permit) = taken.map_err(CacheError::public)? {
            permit.store(&entry, codec).await?;
        }
        Ok(())
    }

    async fn evict(&self, cache: &CacheSpec, key: &str) -> Result<()> {
        let mut pipe = redis::pipe();
        pipe.unlink(self.keys.entry(&cache.name, key))
            .ignore()
            .unlink(self.keys.lock(&cache.name, key))
            .ignore();
        let done = self.link.query::<()>(&pipe).await;
        done.map_err(CacheError::public)
    }

    async fn evict_tag(&self, cache: &CacheSpec, tag: &str) -> Result<()> {
        let mut pipe = redis::pipe();
        pipe.unlink(self.keys.tag(&cache.name, tag)).ignore();
        let done = self.link.query::<()>(&pipe).await;
        done.map_err(CacheError::public)
    }

    async fn clear(&self, cache: &CacheSpec) -> Result<()> {
        let mut pipe = redis::pipe();
        pipe.unlink(self.keys.version(&cache.name)).ignore();
        let done = self.link.query::<()>(&pipe).await;
        done.map_err(CacheError::public)
    }

    async fn begin(&self, cache: &CacheSpec, key: &str, tags: &[String]) -> Result<Flight> {
        let taken = self.take(cache, key, tags, false).await;
        Ok(match taken.map_err(CacheError::public)? {
            Some(permit) => Flight::Guarded(Box::new(permit.renewed())),
            None => Flight::Elsewhere,
        })
    }
}
