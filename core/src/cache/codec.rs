//! Codecs: how values leave the process and come back.

use std::marker::PhantomData;
use std::sync::Arc;

use super::CacheValue;
use crate::{Error, Result};

/// Turns a value of a cache into bytes and back; only backends outside the process call it.
pub trait CacheCodec: Send + Sync {
    /// Whether its values can leave the process at all.
    fn is_portable(&self) -> bool {
        true
    }

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
pub struct JsonCodec<T>(PhantomData<fn() -> T>);

impl<T> JsonCodec<T> {
    /// The codec.
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> Default for JsonCodec<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> CacheCodec for JsonCodec<T>
where
    T: serde::Serialize + serde::de::DeserializeOwned + Send + Sync + 'static,
{
    fn encode(&self, value: &CacheValue) -> Result<Vec<u8>> {
        let value = value.downcast_ref::<T>().ok_or_else(|| {
            Error::internal(format!(
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

/// The codec of types that stay in the process: it has no bytes for them.
#[derive(Debug, Clone, Copy, Default)]
pub struct LocalCodec;

impl CacheCodec for LocalCodec {
    fn is_portable(&self) -> bool {
        false
    }

    fn encode(&self, _: &CacheValue) -> Result<Vec<u8>> {
        Err(Error::internal("the cached value stays in this process"))
    }

    fn decode(&self, _: &[u8]) -> Result<CacheValue> {
        Err(Error::internal("the cached value stays in this process"))
    }
}
