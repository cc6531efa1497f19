//! The right to compute a key, held as a lock on Redis.

use std::time::Duration;

use async_trait::async_trait;
use savia_core::Result;
use savia_core::cache::{CacheCodec, CacheEntry, CacheSpec, FlightPermit};
use tokio::task::AbortHandle;

use crate::error::CacheError;

use super::{RedisCache, Stored, millis, scripts};

/// The lock of a key. Dropped, it is given back.
pub(crate) struct RedisPermit {
    redis: RedisCache,
    cache: String,
    key: String,
    token: String,
    tags: Vec<String>,
    /// Of the cache, then of each tag.
    versions: Vec<String>,
    lease: Duration,
    /// After how long an entry goes that nobody asks for.
    tti: Option<Duration>,
    renewal: Option<AbortHandle>,
    settled: bool,
}

impl RedisPermit {
    pub(super) fn new(
        redis: RedisCache,
        cache: &CacheSpec,
        key: &str,
        token: String,
        tags: &[String],
        versions: Vec<String>,
        lease: Duration,
    ) -> Self {
        Self {
            tti: redis.tti(cache),
            redis,
            cache: cache.name.clone(),
            key: key.to_owned(),
            token,
            tags: tags.to_vec(),
            versions,
            lease,
            renewal: None,
            settled: false,
        }
    }

    /// The same, which keeps its lock for as long as it lives.
    pub(crate) fn renewed(mut self) -> Self {
        let (redis, lock, token) = (self.redis.clone(), self.lock(), self.token.clone());
        let lease = self.lease;
        let renewal = self.redis.link.spawn(async move {
            loop {
                tokio::time::sleep(lease / 3).await;
                let mut invocation = scripts::RENEW.prepare_invoke();
                invocation.key(&lock).arg(&token).arg(millis(lease));
                // Where Redis is gone, so is the lock; there is nothing to be done about it.
                let _ = redis.link.script::<i64>(&invocation).await;
            }
        });
        self.renewal = Some(renewal.abort_handle());
        self
    }

    fn lock(&self) -> String {
        self.redis.keys.lock(&self.cache, &self.key)
    }

    /// Puts the entry, unless it is out of date. Says whether it was put.
    pub(crate) async fn store(
        mut self,
        entry: &CacheEntry,
        codec: &dyn CacheCodec,
    ) -> Result<bool> {
        let value = match &entry.value {
            Some(value) => Some(codec.encode(value)?),
            None => None,
        };
        let mut versions = self.versions.iter();
        let stored = Stored {
            version: versions.next().cloned().unwrap_or_default(),
            tags: self.tags.iter().cloned().zip(versions.cloned()).collect(),
            stale: entry
                .stale
                .filter(|_| entry.ttl.is_some())
                .unwrap_or_default(),
            value,
        };
        let keys = &self.redis.keys;
        let mut invocation = scripts::STORE.prepare_invoke();
        invocation
            .key(keys.entry(&self.cache, &self.key))
            .key(keys.lock(&self.cache, &self.key))
            .key(keys.end(&self.cache, &self.key))
            .key(keys.version(&self.cache));
        for tag in &self.tags {
            invocation.key(keys.tag(&self.cache, tag));
        }
        let lifetime = entry.lifetime().unwrap_or(self.redis.longest());
        invocation
            .arg(&self.token)
            .arg(stored.write()?)
            .arg(millis(lifetime))
            .arg(self.tti.map_or(0, millis));
        for version in &self.versions {
            invocation.arg(version);
        }
        let answer = self.redis.link.script::<i64>(&invocation).await;
        let put = answer.map_err(CacheError::public)?;
        // The script has given the lock back; whatever failed before has not.
        self.settled = true;
        Ok(put == 1)
    }
}

#[async_trait]
impl FlightPermit for RedisPermit {
    async fn put(self: Box<Self>, entry: CacheEntry, codec: &dyn CacheCodec) -> Result<bool> {
        self.store(&entry, codec).await
    }
}

impl Drop for RedisPermit {
    fn drop(&mut self) {
        if let Some(renewal) = &self.renewal {
            renewal.abort();
        }
        if self.settled {
            return;
        }
        let (redis, lock, token) = (self.redis.clone(), self.lock(), self.token.clone());
        self.redis.link.spawn(async move {
            let mut invocation = scripts::RELEASE.prepare_invoke();
            invocation.key(&lock).arg(&token);
            // Without an answer the lease ends the lock.
            let _ = redis.link.script::<i64>(&invocation).await;
        });
    }
}
