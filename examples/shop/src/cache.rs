//! A cache of our own: a map with times. It stands outside every app and belongs to the project.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use savia::cache::{CacheCodec, CacheValue, PutOptions};
use savia::prelude::*;

/// A cache in this process. Whoever asks for `Arc<dyn BaseCache>` gets it, because it is the
/// project's; a starter's would yield to it.
#[service(provides(dyn BaseCache))]
pub struct MapCache {
    #[init]
    entries: Mutex<HashMap<(String, String), Entry>>,
}

struct Entry {
    value: CacheValue,
    tags: Vec<String>,
    until: Option<Instant>,
}

impl MapCache {
    fn entries(&self) -> MutexGuard<'_, HashMap<(String, String), Entry>> {
        // Nothing panics while the lock is held, so a poisoned map would still be whole.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn retain(&self, keep: impl Fn(&str, &Entry) -> bool) {
        self.entries()
            .retain(|(cache, _), entry| keep(cache, entry));
    }
}

// The codec is for backends outside the process; this one hands out the very values it was given.
#[async_trait]
impl BaseCache for MapCache {
    async fn get(&self, cache: &str, key: &str, _: &dyn CacheCodec) -> Result<Option<CacheValue>> {
        Ok(self.local_get(cache, key))
    }

    async fn put(
        &self,
        cache: &str,
        key: &str,
        value: CacheValue,
        options: &PutOptions,
        _: &dyn CacheCodec,
    ) -> Result<()> {
        self.local_put(cache, key, value, options);
        Ok(())
    }

    async fn evict(&self, cache: &str, key: &str) -> Result<()> {
        self.local_evict(cache, key);
        Ok(())
    }

    async fn evict_tag(&self, cache: &str, tag: &str) -> Result<()> {
        self.retain(|name, entry| name != cache || !entry.tags.iter().any(|own| own == tag));
        Ok(())
    }

    async fn clear(&self, cache: &str) -> Result<()> {
        self.retain(|name, _| name != cache);
        Ok(())
    }

    fn local_get(&self, cache: &str, key: &str) -> Option<CacheValue> {
        let mut entries = self.entries();
        let place = (cache.to_owned(), key.to_owned());
        let entry = entries.get(&place)?;
        if entry.until.is_some_and(|until| until <= Instant::now()) {
            entries.remove(&place);
            return None;
        }
        Some(Arc::clone(&entry.value))
    }

    fn local_put(&self, cache: &str, key: &str, value: CacheValue, options: &PutOptions) {
        let until = options.ttl.and_then(|ttl| Instant::now().checked_add(ttl));
        let entry = Entry {
            value,
            tags: options.tags.clone(),
            until,
        };
        self.entries()
            .insert((cache.to_owned(), key.to_owned()), entry);
    }

    fn local_evict(&self, cache: &str, key: &str) {
        self.entries().remove(&(cache.to_owned(), key.to_owned()));
    }
}
