//! One computation a key, across instances.

use async_trait::async_trait;

use super::{CacheCodec, CacheEntry};
use crate::Result;

/// Who computes a missing key.
#[non_exhaustive]
pub enum Flight {
    /// The caller, and nobody else meanwhile.
    Guarded(Box<dyn FlightPermit>),
    /// Another instance computes it; look again soon.
    Elsewhere,
    /// The caller; the backend keeps no order among instances.
    Unguarded,
}

impl std::fmt::Debug for Flight {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Guarded(_) => "Guarded",
            Self::Elsewhere => "Elsewhere",
            Self::Unguarded => "Unguarded",
        })
    }
}

/// The right to compute a key. Dropped, it lets another instance do it.
#[async_trait]
pub trait FlightPermit: Send + Sync {
    /// Puts what was computed, unless the key, one of its tags or the cache was evicted meanwhile.
    /// Says whether it was put.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend cannot be reached; what the codec ran into.
    async fn put(self: Box<Self>, entry: CacheEntry, codec: &dyn CacheCodec) -> Result<bool>;
}
