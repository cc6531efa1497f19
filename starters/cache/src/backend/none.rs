//! No cache at all.

use async_trait::async_trait;
use savia_core::Result;
use savia_core::cache::{BaseCache, CacheCodec, CacheEntry, CacheHit, CacheSpec};

/// Keeps nothing: every call computes. `cache.backend: none` says so at start.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoCache;

#[async_trait]
impl BaseCache for NoCache {
    fn name(&self) -> &str {
        "none"
    }

    async fn get(&self, _: &CacheSpec, _: &str, _: &dyn CacheCodec) -> Result<Option<CacheHit>> {
        Ok(None)
    }

    async fn put(&self, _: &CacheSpec, _: &str, _: CacheEntry, _: &dyn CacheCodec) -> Result<()> {
        Ok(())
    }

    async fn evict(&self, _: &CacheSpec, _: &str) -> Result<()> {
        Ok(())
    }

    async fn evict_tag(&self, _: &CacheSpec, _: &str) -> Result<()> {
        Ok(())
    }

    async fn clear(&self, _: &CacheSpec) -> Result<()> {
        Ok(())
    }

    fn is_shared(&self) -> bool {
        false
    }

    fn is_enabled(&self) -> bool {
        false
    }
}
