//! An entry as bytes: a line of JSON with what it was put with, and the value.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// An entry as Redis holds it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    /// The cache's version at which it was put.
    pub(crate) version: String,
    /// Its tags, with their versions.
    pub(crate) tags: Vec<(String, String)>,
    /// For how long before its end it is stale.
    pub(crate) stale: Duration,
    /// The value; without one, the knowledge that there is none.
    pub(crate) value: Option<Vec<u8>>,
}

#[derive(Serialize, Deserialize)]
struct Head<'a> {
    v: &'a str,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    t: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "is_zero")]
    s: u64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    none: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Stored {
    pub(crate) fn write(&self) -> Result<Vec<u8>, serde_json::Error> {
        let head = Head {
            v: &self.version,
            t: self.tags.clone(),
            s: u64::try_from(self.stale.as_millis()).unwrap_or(u64::MAX),
            none: self.value.is_none(),
        };
        let mut bytes = serde_json::to_vec(&head)?;
        bytes.push(b'\n');
        bytes.extend_from_slice(self.value.as_deref().unwrap_or_default());
        Ok(bytes)
    }

    /// What the bytes stand for, if they were written by [`write`](Self::write).
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let (head, value) = bytes.split_at(end);
        let head: Head<'_> = serde_json::from_slice(head).ok()?;
        Some(Self {
            version: head.v.to_owned(),
            tags: head.t,
            stale: Duration::from_millis(head.s),
            value: (!head.none).then(|| value[1..].to_vec()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_read_as_it_was_written() {
        for value in [None, Some(Vec::new()), Some(b"\n{}\n".to_vec())] {
            let stored = Stored {
                version: "1".to_owned(),
                tags: vec![("a\nb".to_owned(), "2".to_owned())],
                stale: Duration::from_secs(3),
                value,
            };
            assert_eq!(Stored::read(&stored.write().unwrap()), Some(stored));
        }
        assert_eq!(Stored::read(b"\x00\x01"), None);
        assert_eq!(Stored::read(b"{}\nx"), None);
    }
}
