//! Caches on Redis, shared by all instances.

mod entry;
pub(crate) mod evictions;
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
use crate::store::Eviction;

pub(crate) use entry::Stored;
pub(crate) use evictions::Evictions;
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
    pub(crate) evictions: Arc<Evictions>,
    lease: Duration,
    longest: Duration,
    /// Whether there is a tier in the process before it, which keeps `tti` in its place.
    is_behind: bool,
}

/// What was found, with what a tier before it has to know.
pub(crate) struct Found {
    pub(crate) stored: Stored,
    /// The time after which it is gone.
    pub(crate) left: Option<Duration>,
}

impl RedisCache {
    /// Connects, also where Redis is away now. `is_behind` says that there is a tier in the process
    /// before it, in each instance, so that all are told of evictions.
    pub(crate) async fn open(
        client: redis::Client,
        prefix: &str,
        config: &RedisCacheConfig,
        is_behind: bool,
    ) -> Self {
        let keys = Keys::new(prefix);
        let evictions = Arc::new(Evictions::new(keys.clone(), is_behind));
        let told = Arc::clone(&evictions);
        Self {
            link: Link::open(client, config.timeout, config.connect_timeout, told).await,
            keys,
            evictions,
            lease: config.lease,
            longest: config.longest,
            is_behind,
        }
    }

    /// Takes entries out, here and, where there are tiers in processes, there. What Redis does not
    /// hear now it hears once it is back.
    async fn take_out(&self, cache: &CacheSpec, eviction: Eviction) -> Result<()> {
        let mut pipe = redis::pipe();
        self.evictions.commands(&mut pipe, &cache.name, &eviction);
        let intent = self.evictions.intend(&cache.name, eviction);
        let done = self.link.query::<()>(&pipe).await;
        done.map_err(CacheError::public)?;
        intent.done();
        Ok(())
    }

    /// After how long an entry goes here that nobody asks for.
    fn tti(&self, cache: &CacheSpec) -> Option<Duration> {
        cache.tti.filter(|_| !self.is_behind)
    }

    /// What is under the key, as bytes.
    pub(crate) async fn find(
        &self,
        spec: &CacheSpec,
        key: &str,
    ) -> Result<Option<Found>, CacheError> {
        let cache = spec.name.as_str();
        let (entry, version) = (self.keys.entry(cache, key), self.keys.version(cache));
        let (bytes, left, version): (Option<Vec<u8>>, i64, Option<String>) = match self.tti(spec) {
            Some(tti) => {
                let mut invocation = scripts::FIND_IDLE.prepare_invoke();
                invocation.key(entry).key(self.keys.end(cache, key));
                invocation.key(version).arg(millis(tti));
                self.link.script(&invocation).await?
            }
            None => {
                let mut pipe = redis::pipe();
                pipe.get(&entry).pttl(&entry).get(version);
                self.link.query(&pipe).await?
            }
        };
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
        match self.find(cache, key).await.map_err(CacheError::public)? {
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
        // Whatever becomes of the put, the old value is not the value any more.
        let old = Eviction::Key(key.to_owned());
        let intent = self.evictions.intend(&cache.name, old.clone());
        let taken = self.take(cache, key, &entry.tags, true).await;
        if let Some(permit) = taken.map_err(CacheError::public)? {
            permit.store(&entry, codec).await?;
        }
        if self.is_behind {
            let mut pipe = redis::pipe();
            self.evictions.tell(&mut pipe, &cache.name, &old);
            let told = self.link.query::<()>(&pipe).await;
            told.map_err(CacheError::public)?;
        }
        intent.done();
        Ok(())
    }

    async fn evict(&self, cache: &CacheSpec, key: &str) -> Result<()> {
        self.take_out(cache, Eviction::Key(key.to_owned())).await
    }

    async fn evict_tag(&self, cache: &CacheSpec, tag: &str) -> Result<()> {
        self.take_out(cache, Eviction::Tag(tag.to_owned())).await
    }

    async fn clear(&self, cache: &CacheSpec) -> Result<()> {
        self.take_out(cache, Eviction::All).await
    }

    async fn begin(&self, cache: &CacheSpec, key: &str, tags: &[String]) -> Result<Flight> {
        let taken = self.take(cache, key, tags, false).await;
        Ok(match taken.map_err(CacheError::public)? {
            Some(permit) => Flight::Guarded(Box::new(permit.renewed())),
            None => Flight::Elsewhere,
        })
    }
}
