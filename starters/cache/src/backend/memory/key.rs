//! A key as it is kept.

use std::borrow::Borrow;
use std::hash::{Hash, Hasher};

use arrayvec::ArrayString;

/// So much of a key lies beside its entry: to compare it, nothing else has to be fetched.
const INLINE: usize = 36;

/// A key as it is kept; to the map it is the text that it holds.
pub(super) enum KeptKey {
    Short(ArrayString<INLINE>),
    Long(Box<str>),
}

impl KeptKey {
    fn as_str(&self) -> &str {
        match self {
            Self::Short(text) => text,
            Self::Long(text) => text,
        }
    }
}

impl From<&str> for KeptKey {
    fn from(text: &str) -> Self {
        match ArrayString::from(text) {
            Ok(short) => Self::Short(short),
            Err(_) => Self::Long(text.into()),
        }
    }
}

impl Borrow<str> for KeptKey {
    #[inline]
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

// As `str` does, because it is looked up by one.
impl Hash for KeptKey {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl PartialEq for KeptKey {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for KeptKey {}
