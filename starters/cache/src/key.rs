//! Keys: the text under which a value is found, written without a heap where it is short.

mod part;
mod probe;

use arrayvec::ArrayString;

pub use part::CacheKey;
#[doc(hidden)]
pub use probe::{KeyProbe, KeyProbeNothing, KeyProbeOwn, KeyProbeSerde};

/// How much of a key needs no heap.
const INLINE: usize = 64;

/// The key of an entry, as text.
///
/// A key is text wherever it is looked for, in the process and on Redis, so that `find(id: i64)`
/// and `delete(id: i32)` mean one entry, and an operator can name it. Integers are decimal; parts
/// are separated by `,`; a text's own `,`, `~` and `\` are preceded by `\`; `None` is `~`.
///
/// ```
/// use savia_starter_cache::{CacheKey, KeyText};
///
/// assert_eq!(KeyText::of(&7).as_str(), "7");
/// assert_eq!(KeyText::of(&("de", 7)).as_str(), "de,7");
/// assert_eq!(KeyText::of(&("a,b", None::<i64>)).as_str(), r"a\,b,~");
/// ```
#[derive(Clone, Default)]
pub struct KeyText {
    inline: ArrayString<INLINE>,
    /// The whole key, once it is longer.
    long: Option<String>,
}

impl KeyText {
    /// An empty key.
    #[inline]
    pub const fn new() -> Self {
        Self {
            inline: ArrayString::new_const(),
            long: None,
        }
    }

    /// The key that this is.
    pub fn of<K: CacheKey + ?Sized>(key: &K) -> Self {
        let mut text = Self::new();
        key.write(&mut text);
        text
    }

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        match &self.long {
            None => &self.inline,
            Some(long) => long,
        }
    }

    /// Adds text as it is.
    #[inline]
    pub fn push_str(&mut self, text: &str) {
        if self.long.is_some() || self.inline.try_push_str(text).is_err() {
            self.push_long(text);
        }
    }

    #[cold]
    fn push_long(&mut self, text: &str) {
        let inline = &self.inline;
        self.long
            .get_or_insert_with(|| inline.as_str().to_owned())
            .push_str(text);
    }

    /// Adds a text that a part of the key is: what would be taken for Savia's own is escaped.
    #[inline]
    pub fn push_text(&mut self, text: &str) {
        if text.bytes().any(|byte| matches!(byte, b',' | b'~' | b'\\')) {
            for character in text.chars() {
                if matches!(character, ',' | '~' | '\\') {
                    self.push_str("\\");
                }
                self.push_str(character.encode_utf8(&mut [0; 4]));
            }
        } else {
            self.push_str(text);
        }
    }

    /// Separates two parts.
    #[inline]
    pub fn next(&mut self) {
        self.push_str(",");
    }
}

impl std::fmt::Write for KeyText {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.push_text(text);
        Ok(())
    }
}

impl std::fmt::Debug for KeyText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self.as_str(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_goes_to_the_heap_whole() {
        let part = "0123456789";
        let mut key = KeyText::new();
        for _ in 0..9 {
            key.push_text(part);
        }
        assert_eq!(key.as_str(), part.repeat(9));
    }

    #[test]
    fn different_arguments_are_different_keys() {
        let keys = [
            KeyText::of(&("a", "b,c")),
            KeyText::of(&("a,b", "c")),
            KeyText::of(&("a", "b", "c")),
            KeyText::of(&(Some("~"), "b")),
            KeyText::of(&(None::<&str>, "b")),
            KeyText::of(&(Some(""), "b")),
            KeyText::of(&vec!["a", "b"]),
        ];
        for (at, key) in keys.iter().enumerate() {
            for other in &keys[at + 1..] {
                assert_ne!(key.as_str(), other.as_str());
            }
        }
    }
}
