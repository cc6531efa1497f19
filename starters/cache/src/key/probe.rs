//! Finds out, where a type is known, how it is written into a key.
//!
//! Method lookup tries fewer dereferences first: `(&&&KeyProbe(&argument)).write(key)` is the
//! first of these that exists for the argument's type.

use super::{CacheKey, KeyText};

/// An argument that may be part of a key.
pub struct KeyProbe<'a, T: ?Sized>(pub &'a T);

/// Of types that say it themselves.
pub trait KeyProbeOwn {
    /// Writes the value.
    fn write(&self, key: &mut KeyText);
}

impl<T: CacheKey + ?Sized> KeyProbeOwn for &&KeyProbe<'_, T> {
    #[inline]
    fn write(&self, key: &mut KeyText) {
        self.0.write(key);
    }
}

/// Of types that serde knows.
pub trait KeyProbeSerde {
    /// Writes the value.
    fn write(&self, key: &mut KeyText);
}

impl<T: serde::Serialize + ?Sized> KeyProbeSerde for &KeyProbe<'_, T> {
    fn write(&self, key: &mut KeyText) {
        match serde_json::to_string(self.0) {
            Ok(json) => key.push_text(&json),
            // What cannot be written is told apart from everything but its like.
            Err(error) => {
                crate::site::warn_key(&error);
                key.push_str("~~");
            }
        }
    }
}

/// Of other types: the compiler then says what is missing.
pub trait KeyProbeNothing<T: ?Sized> {
    /// Cannot be called.
    fn write(&self, key: &mut KeyText)
    where
        T: CacheKey;
}

impl<T: ?Sized> KeyProbeNothing<T> for KeyProbe<'_, T> {
    fn write(&self, key: &mut KeyText)
    where
        T: CacheKey,
    {
        self.0.write(key);
    }
}
