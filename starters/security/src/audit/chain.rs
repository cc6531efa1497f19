//! The chain: every record holds the hash of the one before it.
//!
//! A record is one line of JSON: `{"seq":…,"prev":"…",` then the event, then `"hash":"…"`, which is the SHA-256
//! of everything before it (closed with `}`), and so also of `prev`, the hash before. With a key, `"mac":"…"`
//! follows, the HMAC-SHA-256 of the hash. What is hashed are the bytes that are written: no second spelling of
//! a record is the record.

use ring::digest::{Context as Digest, SHA256};
use ring::hmac;
use savia_core::{Error, Result};

use super::AuditEvent;
use super::json;

/// The SHA-256 of a record.
pub type Hash = [u8; 32];

/// What stands before the first record.
pub const NOTHING: Hash = [0; 32];

/// The last record of a chain: what the next one follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its number; the first record has 1.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
}

impl Head {
    /// Of a chain without records.
    pub const NONE: Self = Self {
        seq: 0,
        hash: NOTHING,
    };

    /// One that was noted, as `audit verify` says it: `1234:…`.
    ///
    /// # Errors
    ///
    /// `BadRequest` where it is written otherwise.
    pub fn noted(text: &str) -> Result<Self> {
        let parts = text.trim().split_once(':');
        let head = parts.and_then(|(seq, hash)| {
            Some(Self {
                seq: seq.parse().ok()?,
                hash: read_hex(hash.as_bytes())?,
            })
        });
        head.ok_or_else(|| Error::bad_request("a record is noted as `1234:` and its hash"))
    }
}

/// The key that authenticates records, where there is one.
#[derive(Clone, Default)]
pub struct ChainKey(Option<hmac::Key>);

impl ChainKey {
    /// Of a secret; without one, records are chained and not authenticated.
    pub fn new(secret: Option<&str>) -> Self {
        Self(secret.map(|it| hmac::Key::new(hmac::HMAC_SHA256, it.as_bytes())))
    }

    /// Whether there is one.
    pub fn is_there(&self) -> bool {
        self.0.is_some()
    }

    /// The code of a text; what it is of is part of it.
    pub(super) fn code(&self, of: &'static str, text: &[u8]) -> Option<Hash> {
        let mut context = hmac::Context::with_key(self.0.as_ref()?);
        context.update(of.as_bytes());
        context.update(text);
        context.sign().as_ref().try_into().ok()
    }
}

/// Makes lines of events, each a record behind the one before.
#[derive(Clone)]
pub struct Chain {
    /// The last record.
    pub head: Head,
    key: ChainKey,
}

impl Chain {
    /// One that goes on behind a record.
    pub fn new(head: Head, key: ChainKey) -> Self {
        Self { head, key }
    }

    /// Writes an event as the next record: a line without its end.
    ///
    /// # Errors
    ///
    /// The event cannot be written as JSON.
    pub fn seal(&mut self, event: &AuditEvent, line: &mut Vec<u8>) -> Result<()> {
        let (start, seq) = (line.len(), self.head.seq + 1);
        line.extend_from_slice(format!("{{\"seq\":{seq},\"prev\":\"").as_bytes());
        write_hex(&self.head.hash, line);
        line.extend_from_slice(b"\",");
        let event = json::written(event)?;
        line.extend_from_slice(&event[1..event.len() - 1]);
        let hash = hash_of(&line[start..]);
        line.extend_from_slice(HASH);
        write_hex(&hash, line);
        if let Some(code) = self.key.code(RECORD, &hash) {
            line.extend_from_slice(b"\"");
            line.extend_from_slice(MAC);
            write_hex(&code, line);
        }
        line.extend_from_slice(b"\"}");
        self.head = Head { seq, hash };
        Ok(())
    }
}

const RECORD: &str = "record:";
const HASH: &[u8] = b",\"hash\":\"";
const MAC: &[u8] = b",\"mac\":\"";

/// A line, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sealed<'a> {
    pub(super) seq: u64,
    pub(super) prev: Hash,
    pub(super) hash: Hash,
    mac: Option<Hash>,
    body: &'a [u8],
}

impl<'a> Sealed<'a> {
    /// Takes a line apart; nothing where it is no record.
    pub(super) fn of(line: &'a [u8]) -> Option<Self> {
        let rest = line.strip_prefix(b"{\"seq\":")?;
        let digits = rest.iter().position(|it| !it.is_ascii_digit())?;
        let seq = std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()?;
        let rest = rest[digits..].strip_prefix(b",\"prev\":\"")?;
        let prev = read_hex(rest.get(..64)?)?;
        let (before, mac) = match ended(line, MAC) {
            Some((before, mac)) => (before, Some(mac)),
            None => (line.strip_suffix(b"}")?, None),
        };
        let (body, hash) = member(before, HASH)?;
        Some(Self {
            seq,
            prev,
            hash,
            mac,
            body,
        })
    }

    /// The record itself.
    pub(super) fn head(&self) -> Head {
        Head {
            seq: self.seq,
            hash: self.hash,
        }
    }

    /// Whether the hash is the record's.
    pub(super) fn is_whole(&self) -> bool {
        hash_of(self.body) == self.hash
    }

    /// Whether the record is authentic, as far as the key can tell.
    pub(super) fn is_authentic(&self, key: &ChainKey) -> bool {
        match (key.code(RECORD, &self.hash), self.mac) {
            (None, _) => true,
            (Some(code), Some(mac)) => same(&code, &mac),
            (Some(_), None) => false,
        }
    }
}

/// Whether two codes are the same; how long that takes does not say where they differ.
pub(super) fn same(one: &Hash, other: &Hash) -> bool {
    one.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

/// Of a record without its hash, and without the brace that closes it.
fn hash_of(body: &[u8]) -> Hash {
    let mut digest = Digest::new(&SHA256);
    digest.update(body);
    digest.update(b"}");
    let mut hash = NOTHING;
    hash.copy_from_slice(digest.finish().as_ref());
    hash
}

/// What stands before a last member, and the member.
fn ended<'a>(line: &'a [u8], name: &[u8]) -> Option<(&'a [u8], Hash)> {
    member(line.strip_suffix(b"}")?, name)
}

fn member<'a>(text: &'a [u8], name: &[u8]) -> Option<(&'a [u8], Hash)> {
    let text = text.strip_suffix(b"\"")?;
    let (text, hex) = text.split_at_checked(text.len().checked_sub(64)?)?;
    Some((text.strip_suffix(name)?, read_hex(hex)?))
}

fn write_hex(bytes: &Hash, into: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        into.push(DIGITS[usize::from(byte >> 4)]);
        into.push(DIGITS[usize::from(byte & 15)]);
    }
}

/// As text.
pub(super) fn hex(bytes: &Hash) -> String {
    let mut text = Vec::with_capacity(64);
    write_hex(bytes, &mut text);
    String::from_utf8(text).unwrap_or_default()
}

/// Lower case alone: a hash has one spelling.
pub(super) fn read_hex(text: &[u8]) -> Option<Hash> {
    let digit = |c: u8| match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    };
    let mut bytes = NOTHING;
    if text.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}
