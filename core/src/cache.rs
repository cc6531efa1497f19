//! `BaseCache`: what every cache backend is, and the codec by which values leave the process.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::Result;

/// A value in a cache: shared, of a type that the caller knows.
pub type CacheValue = Arc<dyn Any + Send + Sync>;

/// A backend of caches: in process, Redis, both.
///
/// # What an implementor must keep
///
/// - Entries are found by `(cache, key)`; two caches never see each other's.
/// - [`get`](Self::get) after a [`put`](Self::put) that returned gives the value or nothing (an
///   entry may be evicted at any time), never an older value.
/// - [`evict`](Self::evict), [`evict_tag`](Self::evict_tag) and [`clear`](Self::clear) that
///   returned are seen by every later `get`, on this instance at once and on others as soon as the
///   backend promises.
/// - An entry is never given out after its `ttl`.
/// - A backend that is out of reach answers `get` with an error, and the caller computes; it must
///   do so within a time it documents, and never hang.
/// - In-process backends hand out the very `Arc` that was put; only others use the codec.
///
/// # What a caller may rely on
///
/// All methods may be called from any thread and be dropped half-way: a dropped `put` has put the
/// whole value or none. The `local_` methods never block and never leave the process.
#[async_trait]
pub trait BaseCache: Send + Sync {
    /// The value under the key, if there is one.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend cannot be reached.
    async fn get(
        &self,
        cache: &str,
        key: &str,
        codec: &dyn CacheCodec,
    ) -> Result<Option<CacheValue>>;

    /// Puts a value.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend cannot be reached; what the codec ran into.
    async fn put(
        &self,
        cache: &str,
        key: &str,
        value: CacheValue,
        options: &PutOptions,
        codec: &dyn CacheCodec,
    ) -> Result<()>;

    /// Takes an entry out.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend cannot be reached.
    async fn evict(&self, cache: &str, key: &str) -> Result<()>;

    /// Takes every entry out that was put with this tag.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend cannot be reached.
    async fn evict_tag(&self, cache: &str, tag: &str) -> Result<()>;

    /// Takes every entry of the cache out.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend cannot be reached.
    async fn clear(&self, cache: &str) -> Result<()>;

    /// The value under the key where it is in this process; what synchronous code on a worker's
    /// thread uses. A backend without a local tier has none.
    fn local_get(&self, cache: &str, key: &str) -> Option<CacheValue> {
        let _ = (cache, key);
        None
    }

    /// Puts a value in this process only; a backend without a local tier drops it.
    fn local_put(&self, cache: &str, key: &str, value: CacheValue, options: &PutOptions) {
        let _ = (cache, key, value, options);
    }

    /// Takes an entry out of this process only.
    fn local_evict(&self, cache: &str, key: &str) {
        let _ = (cache, key);
    }
}

/// How an entry is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PutOptions {
    /// The time it lives from now; without one the cache's own applies.
    pub ttl: Option<Duration>,
    /// Tags by which it can be evicted.
    pub tags: Vec<String>,
}

/// Turns a value of a cache into bytes and back; only backends outside the process call it.
pub trait CacheCodec: Send + Sync {
    /// The value as bytes.
    ///
    /// # Errors
    ///
    /// Where the value is of another type, or cannot be written.
    fn encode(&self, value: &CacheValue) -> Result<Vec<u8>>;

    /// The value the bytes stand for.
    ///
    /// # Errors
    ///
    /// Where they stand for none, such as bytes written by an older version of the type; the
    /// caller takes that for a miss.
    fn decode(&self, bytes: &[u8]) -> Result<CacheValue>;
}

/// The codec of every type that serde knows: JSON.
#[derive(Debug, Clone, Copy)]
pub struct JsonCodec<T>(std::marker::PhantomData<fn() -> T>);

impl<T> Default for JsonCodec<T> {
    fn default() -> Self {
        Self(std::marker::PhantomData)
    }
}

impl<T> CacheCodec for JsonCodec<T>
where
    T: serde::Serialize + serde::de::DeserializeOwned + Send + Sync + 'static,
{
    fn encode(&self, value: &CacheValue) -> Result<Vec<u8>> {
        let value = value.downcast_ref::<T>().ok_or_else(|| {
            crate::Error::internal(format!(
                "the cached value is no {}",
                std::any::type_name::<T>()
            ))
        })?;
        Ok(serde_json::to_vec(value)?)
    }

    fn decode(&self, bytes: &[u8]) -> Result<CacheValue> {
        Ok(Arc::new(serde_json::from_slice::<T>(bytes)?))
    }
}
