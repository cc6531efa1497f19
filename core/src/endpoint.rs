//! Operations endpoints: what a starter shows and lets do, knowing no HTTP.

use async_trait::async_trait;
use serde_json::Value;

use crate::Result;

/// An operations endpoint, such as `caches`.
///
/// The observability starter serves every component of it below `actuator.base_path`; the name
/// is its path there, and what it may show is decided there too.
#[async_trait]
pub trait Endpoint: Send + Sync {
    /// Its name: `caches`.
    fn id(&self) -> &'static str;

    /// Reads: the whole, or what `path` names within it.
    ///
    /// # Errors
    ///
    /// `NotFound` where `path` names nothing; what reading ran into.
    async fn read(&self, path: &[&str], query: &[(String, String)]) -> Result<Value>;

    /// Changes something; most endpoints only read.
    ///
    /// # Errors
    ///
    /// `NotFound` where there is nothing to change; what changing ran into.
    async fn write(&self, path: &[&str], body: Value) -> Result<Value> {
        let _ = (path, body);
        Err(crate::Error::bad_request("this endpoint only reads"))
    }

    /// Takes something away, such as a cache's entries.
    ///
    /// # Errors
    ///
    /// `NotFound` where there is nothing to delete; what deleting ran into.
    async fn delete(&self, path: &[&str]) -> Result<Value> {
        let _ = path;
        Err(crate::Error::bad_request("this endpoint deletes nothing"))
    }
}
