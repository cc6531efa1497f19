//! `BaseCache`: what every cache backend is, and the codec by which values leave the process.

mod codec;
mod entry;
mod flight;
mod local;

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::Result;

pub use codec::{CacheCodec, JsonCodec, LocalCodec};
pub use entry::{CacheEntry, CacheHit};
pub use flight::{Flight, FlightPermit};
pub use local::LocalCache;

/// A value in a cache: shared, of a type that the caller knows.
pub type CacheValue = Arc<dyn Any + Send + Sync>;

/// One cache by its name, and how it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CacheSpec {
    /// Its name; two caches never see each other's entries.
    pub name: String,
    /// The most entries in a process; without it there is no bound.
    pub max_entries: Option<u64>,
    /// The most that the weights of its entries may sum up to in a process. It takes the place of
    /// `max_entries`.
    pub max_weight: Option<u64>,
    /// The time after which an entry goes where nobody asked for it, in a process.
    pub tti: Option<Duration>,
    /// The longest time for which an entry of it is kept; without it, some are kept for as long as
    /// there is room.
    pub longest: Option<Duration>,
}

/// A backend of caches: in process, Redis, both. One serves all caches of an application.
///
/// `#[cached]` and the typed `Cache` that applications inject stand on it. A component of the
/// application's own (`#[service(provides(dyn BaseCache))]`) takes the place of the one that
/// `cache.backend` names.
///
/// # What an implementor must keep
///
/// - Entries are found by `(cache, key)`; two caches never see each other's.
/// - [`get`](Self::get) after a [`put`](Self::put) that returned gives the value or nothing (an
///   entry may be evicted at any time), never an older value.
/// - [`evict`](Self::evict), [`evict_tag`](Self::evict_tag) and [`clear`](Self::clear) that
///   returned are seen by every later `get`, on this instance at once and on others as soon as the
///   backend promises.
/// - An entry is never given out after its `ttl` and `stale` time, and between the two only as one
///   that is not fresh.
/// - A backend that is out of reach answers with an error, and the caller computes; it must do so
///   within a time it documents, and never hang.
/// - In-process backends hand out the very `Arc` that was put; only others use the codec.
///
/// # What a caller may rely on
///
/// All methods may be called from any thread and be dropped half-way: a dropped `put` has put the
/// whole value or none. What [`local`](Self::local) gives never blocks and never leaves the process.
///
/// Only five methods are required; without the others a cache has no tier in the process, and
/// every instance computes a missing key for itself.
#[async_trait]
pub trait BaseCache: Send + Sync {
    /// Its name in listings: `memory`, `redis`.
    fn name(&self) -> &str {
        let name = std::any::type_name::<Self>();
        name.rsplit("::").next().unwrap_or(name)
    }

    /// The value under the key, if there is one.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend cannot be reached.
    async fn get(
        &self,
        cache: &CacheSpec,
        key: &str,
        codec: &dyn CacheCodec,
    ) -> Result<Option<CacheHit>>;

    /// Puts a value. A computation of the same key that is under way puts nothing any more.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend cannot be reached; what the codec ran into.
    async fn put(
        &self,
        cache: &CacheSpec,
        key: &str,
        entry: CacheEntry,
        codec: &dyn CacheCodec,
    ) -> Result<()>;

    /// Takes an entry out.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend cannot be reached.
    async fn evict(&self, cache: &CacheSpec, key: &str) -> Result<()>;

    /// Takes every entry out that was put with this tag.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend cannot be reached.
    async fn evict_tag(&self, cache: &CacheSpec, tag: &str) -> Result<()>;

    /// Takes every entry of the cache out.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend cannot be reached.
    async fn clear(&self, cache: &CacheSpec) -> Result<()>;

    /// The tier of the cache in this process: what is asked first, by synchronous code on a
    /// worker's thread too. It is asked for once a cache; a backend without one has none.
    fn local(&self, cache: &CacheSpec) -> Option<Arc<dyn LocalCache>> {
        let _ = cache;
        None
    }

    /// Whether values leave the process, so that they need a codec and `get` has to wait.
    fn is_shared(&self) -> bool {
        true
    }

    /// Whether it keeps anything at all.
    fn is_enabled(&self) -> bool {
        true
    }

    /// Asks for the right to compute a missing key, with the tags it is to be put with, so that
    /// one instance of several computes it. It does not wait.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend cannot be reached; the caller then computes.
    async fn begin(&self, cache: &CacheSpec, key: &str, tags: &[String]) -> Result<Flight> {
        let _ = (cache, key, tags);
        Ok(Flight::Unguarded)
    }
}
