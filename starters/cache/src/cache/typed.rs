//! A cache of one type of values.

use std::marker::PhantomData;
use std::sync::Arc;

use savia_core::cache::CacheHit;
use savia_core::{Context, Error, Result};

use crate::CacheKey;
use crate::key::KeyText;
use crate::private::{
    Call, Failure, FailureProbe, FailureProbeClone, IsResult, IsResultOption, Kept, Rules,
};
use crate::site::Bound;
use crate::stats::count;
use crate::store::Eviction;

/// A cache of values of one type; made by [`Cache::typed`](crate::Cache::typed).
///
/// It is a handle: keep it, or ask for it each time.
pub struct TypedCache<V> {
    bound: Arc<Bound>,
    kept: Kept<V>,
    tags: Vec<String>,
    values: PhantomData<fn() -> V>,
}

impl<V> Clone for TypedCache<V> {
    fn clone(&self) -> Self {
        Self {
            bound: Arc::clone(&self.bound),
            kept: self.kept,
            tags: self.tags.clone(),
            values: PhantomData,
        }
    }
}

impl<V: Clone + Send + Sync + 'static> TypedCache<V> {
    pub(crate) fn new(bound: Bound, kept: Kept<V>) -> Self {
        Self {
            bound: Arc::new(bound),
            kept,
            tags: Vec::new(),
            values: PhantomData,
        }
    }

    /// The same cache, of which what is put from here on bears these tags.
    #[must_use]
    pub fn with_tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.tags = tags.into_iter().map(Into::into).collect();
        self
    }

    /// The value under the key, if there is one. A cache that is out of reach has none.
    pub async fn get<K: CacheKey + ?Sized>(&self, key: &K) -> Option<V> {
        let key = KeyText::of(key);
        let store = &self.bound.store;
        if let Some(hit) = store.look(key.as_str()).filter(|hit| hit.fresh) {
            return self.take(hit);
        }
        let codec = self.kept.info.codec;
        let found = if store.shared && codec.is_portable() {
            match store.backend.get(&store.spec, key.as_str(), codec).await {
                Ok(found) => found,
                Err(error) => {
                    store.failed(&error);
                    None
                }
            }
        } else {
            None
        };
        let value = found.and_then(|hit| self.take(hit));
        match &value {
            Some(_) => store.stats.hits.add(),
            None => count(&store.stats.misses),
        }
        value
    }

    /// The value under the key, or what `load` gives, which then is kept. One call of several
    /// computes, and the others wait for it. Errors are not kept.
    ///
    /// # Errors
    ///
    /// Those of `load`.
    pub async fn get_or_load<K, F>(&self, key: &K, load: F) -> Result<V>
    where
        K: CacheKey + ?Sized,
        F: AsyncFnOnce() -> Result<V>,
    {
        let key = KeyText::of(key);
        let store = &self.bound.store;
        if !store.is_enabled() {
            return load().await;
        }
        let hit = store.look(key.as_str());
        if let Some(hit) = hit.clone().filter(|hit| hit.fresh)
            && let Some(value) = self.take(hit)
        {
            return Ok(value);
        }
        let call = Call {
            bound: Arc::clone(&self.bound),
            in_transaction: Context::with_current(|it| it.is_some_and(Context::is_in_transaction)),
            stale: hit.filter(|hit| !hit.fresh),
        };
        let tags = self.tags.clone();
        call.load::<IsResult, Result<V>>(key, tags, self.rules(), load(), || None)
            .await
    }

    /// The same of a value that may not be there, which is remembered too.
    ///
    /// # Errors
    ///
    /// Those of `load`.
    pub async fn find_or_load<K, F>(&self, key: &K, load: F) -> Result<Option<V>>
    where
        K: CacheKey + ?Sized,
        F: AsyncFnOnce() -> Result<Option<V>>,
    {
        let key = KeyText::of(key);
        let store = &self.bound.store;
        if !store.is_enabled() {
            return load().await;
        }
        let hit = store.look(key.as_str());
        if let Some(hit) = hit.clone().filter(|hit| hit.fresh) {
            if hit.value.is_none() {
                return Ok(None);
            }
            if let Some(value) = self.take(hit) {
                return Ok(Some(value));
            }
        }
        let call = Call {
            bound: Arc::clone(&self.bound),
            in_transaction: Context::with_current(|it| it.is_some_and(Context::is_in_transaction)),
            stale: hit.filter(|hit| !hit.fresh),
        };
        let tags = self.tags.clone();
        call.load::<IsResultOption, Result<Option<V>>>(key, tags, self.rules(), load(), || None)
            .await
    }

    /// Puts a value, at once also inside a transaction.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    pub async fn put<K: CacheKey + ?Sized>(&self, key: &K, value: V) -> Result<()> {
        let key = KeyText::of(key);
        let value = (self.kept.store)(&value);
        let entry = self.bound.terms.entry(Some(value), self.tags.clone(), None);
        let store = &self.bound.store;
        store.put(key.as_str(), entry, self.kept.info.codec).await
    }

    /// Takes an entry out, at once also inside a transaction.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    pub async fn evict<K: CacheKey + ?Sized>(&self, key: &K) -> Result<()> {
        let key = KeyText::of(key).as_str().to_owned();
        self.bound.store.evict(&Eviction::Key(key)).await
    }

    fn take(&self, hit: CacheHit) -> Option<V> {
        (self.kept.take)(hit.value?).ok()
    }

    fn rules(&self) -> Rules<V, Error> {
        let failure: Failure<Error> = (&FailureProbe::<Error>::new()).failure();
        Rules {
            kept: self.kept,
            failure,
            unless: None,
            weight: None,
        }
    }
}

impl<V> std::fmt::Debug for TypedCache<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TypedCache")
            .field("name", &self.bound.store.spec.name)
            .field("type", &self.kept.info.type_name)
            .finish()
    }
}
