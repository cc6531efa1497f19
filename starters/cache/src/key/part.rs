//! What a key can be made of.

use std::borrow::Cow;
use std::fmt::Write;
use std::sync::Arc;

use super::KeyText;

/// A value that can be a key, or a part of one.
///
/// Numbers, `bool`, `char`, text, times, UUIDs, `Option`s, lists and tuples of them are. A type
/// that is `serde::Serialize` needs nothing more to be an argument of a `#[cached]` function: its
/// JSON stands in the key.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a cache's key",
    label = "not a part of a key",
    note = "derive `serde::Serialize` for it, or implement `savia::cache::CacheKey`",
    note = "or say which values the key is made of: `key = \"{{post.id}}\"`"
)]
pub trait CacheKey {
    /// Writes what tells this value from all others of its type.
    fn write(&self, key: &mut KeyText);
}

macro_rules! integers {
    ($($type:ty),*) => {
        $(impl CacheKey for $type {
            #[inline]
            fn write(&self, key: &mut KeyText) {
                key.push_str(itoa::Buffer::new().format(*self));
            }
        })*
    };
}

integers!(
    i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize
);

macro_rules! displayed {
    ($($type:ty),*) => {
        $(impl CacheKey for $type {
            fn write(&self, key: &mut KeyText) {
                // Writing to a key does not fail.
                let _ = write!(key, "{self}");
            }
        })*
    };
}

displayed!(
    char,
    f32,
    f64,
    uuid::Uuid,
    chrono::NaiveDate,
    chrono::NaiveTime,
    chrono::NaiveDateTime,
    std::net::IpAddr,
    std::num::NonZeroI64,
    std::num::NonZeroU32,
    std::num::NonZeroU64
);

impl<Z: chrono::TimeZone> CacheKey for chrono::DateTime<Z> {
    fn write(&self, key: &mut KeyText) {
        let _ = write!(key, "{:?}", self.naive_utc());
    }
}

impl CacheKey for bool {
    #[inline]
    fn write(&self, key: &mut KeyText) {
        key.push_str(if *self { "true" } else { "false" });
    }
}

impl CacheKey for () {
    #[inline]
    fn write(&self, _: &mut KeyText) {}
}

impl CacheKey for str {
    #[inline]
    fn write(&self, key: &mut KeyText) {
        key.push_text(self);
    }
}

impl CacheKey for String {
    #[inline]
    fn write(&self, key: &mut KeyText) {
        key.push_text(self);
    }
}

impl CacheKey for Cow<'_, str> {
    #[inline]
    fn write(&self, key: &mut KeyText) {
        key.push_text(self);
    }
}

impl CacheKey for KeyText {
    #[inline]
    fn write(&self, key: &mut KeyText) {
        key.push_str(self.as_str());
    }
}

macro_rules! pointers {
    ($($type:ty),*) => {
        $(impl<K: CacheKey + ?Sized> CacheKey for $type {
            #[inline]
            fn write(&self, key: &mut KeyText) {
                (**self).write(key);
            }
        })*
    };
}

pointers!(&K, &mut K, Box<K>, Arc<K>);

impl<K: CacheKey> CacheKey for Option<K> {
    #[inline]
    fn write(&self, key: &mut KeyText) {
        match self {
            Some(value) => value.write(key),
            None => key.push_str("~"),
        }
    }
}

impl<K: CacheKey> CacheKey for [K] {
    fn write(&self, key: &mut KeyText) {
        // A list's end is told by its length, so that what follows is no element of it.
        key.push_str("~");
        self.len().write(key);
        for element in self {
            key.next();
            element.write(key);
        }
    }
}

impl<K: CacheKey> CacheKey for Vec<K> {
    fn write(&self, key: &mut KeyText) {
        self.as_slice().write(key);
    }
}

impl<K: CacheKey, const N: usize> CacheKey for [K; N] {
    fn write(&self, key: &mut KeyText) {
        self.as_slice().write(key);
    }
}

macro_rules! tuples {
    ($(($first:ident $($rest:ident)*))*) => {
        $(impl<$first: CacheKey, $($rest: CacheKey),*> CacheKey for ($first, $($rest,)*) {
            #[inline]
            #[allow(non_snake_case, reason = "the parts are named after their types")]
            fn write(&self, key: &mut KeyText) {
                let ($first, $($rest,)*) = self;
                $first.write(key);
                $(key.next(); $rest.write(key);)*
            }
        })*
    };
}

tuples! { (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) }
