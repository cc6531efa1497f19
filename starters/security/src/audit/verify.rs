//! Whether a chain is whole: the first record that was altered, removed, put in or moved.

use super::chain::{ChainKey, Head, Sealed, hex};

/// What was found in a chain that is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// The first record, if there is any.
    pub first: Option<u64>,
    /// The last record.
    pub head: Head,
}

/// The first thing that is wrong with a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where: a file and its line, or a row.
    pub place: String,
    /// The number of the record that it is about.
    pub seq: u64,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The record does not have the hash that it says, or is none.
    Altered,
    /// The record is whole and was not made with the key.
    Forged,
    /// The record is not there; it is not known behind its place either.
    Missing,
    /// The record stands behind its place.
    Moved,
    /// The record does not follow the one before it: that one was altered and hashed anew, or this one was
    /// put in its place.
    Unchained,
    /// There is one record more of this number.
    Inserted,
    /// The records from this one on are gone, of which the head knows.
    Truncated,
    /// It is not the record that was noted elsewhere: the chain was written anew.
    Rewritten,
    /// What the head says was not written with the key, or cannot be read.
    Head,
}

impl FaultKind {
    fn text(self) -> &'static str {
        match self {
            Self::Altered => "was altered",
            Self::Forged => "was not written with `security.audit.key`",
            Self::Missing => "is missing",
            Self::Moved => "stands behind its place: records were reordered",
            Self::Unchained => {
                "does not follow the record before it: one of the two was replaced, with a hash of its own"
            }
            Self::Inserted => "is there once more: a record was put in",
            Self::Truncated => "and what may follow it are missing at the end",
            Self::Rewritten => "is not the one that was noted: the chain was written anew",
            Self::Head => "is the last by the head, which was altered",
        }
    }
}

impl Verified {
    /// The last record as `--head` of `audit verify` takes it.
    pub fn noted(&self) -> String {
        format!("{}:{}", self.head.seq, hex(&self.head.hash))
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}: record {} {}",
            self.place,
            self.seq,
            self.kind.text()
        )
    }
}

/// Reads a chain line by line.
pub(super) struct Verifier<'a> {
    key: &'a ChainKey,
    head: Head,
    first: Option<u64>,
    /// A record that was not where it should be, and is looked for.
    awaited: Option<Fault>,
    /// A record that the chain has to hold.
    noted: Option<Head>,
}

impl<'a> Verifier<'a> {
    /// Of what follows a record.
    pub(super) fn behind(head: Head, key: &'a ChainKey) -> Self {
        Self {
            key,
            head,
            first: None,
            awaited: None,
            noted: None,
        }
    }

    /// The same, where the chain has to hold a record.
    pub(super) fn holding(self, noted: Option<Head>) -> Self {
        // What retention has removed cannot be asked for.
        let noted = noted.filter(|it| it.seq > self.head.seq || *it == self.head);
        Self { noted, ..self }
    }

    /// Looks at the next line; `Err` where it is wrong. What is missing shows only later whether it was moved.
    pub(super) fn line(&mut self, line: &[u8], place: impl Fn() -> String) -> Result<(), Fault> {
        if let Some(awaited) = &self.awaited {
            let found = Sealed::of(line).is_some_and(|it| it.seq == awaited.seq);
            return match found {
                true => Err(Fault {
                    kind: FaultKind::Moved,
                    ..awaited.clone()
                }),
                false => Ok(()),
            };
        }
        let expected = self.head.seq + 1;
        let fault = |seq, kind| Fault {
            place: place(),
            seq,
            kind,
        };
        let Some(record) = Sealed::of(line) else {
            return Err(fault(expected, FaultKind::Altered));
        };
        if !record.is_whole() {
            return Err(fault(expected, FaultKind::Altered));
        }
        if record.seq > expected {
            self.awaited = Some(fault(expected, FaultKind::Missing));
            return Ok(());
        }
        if record.seq < expected {
            return Err(fault(record.seq, FaultKind::Inserted));
        }
        if !record.is_authentic(self.key) {
            return Err(fault(expected, FaultKind::Forged));
        }
        if record.prev != self.head.hash {
            return Err(fault(expected, FaultKind::Unchained));
        }
        if (self.noted).is_some_and(|noted| noted.seq == record.seq && noted != record.head()) {
            return Err(fault(expected, FaultKind::Rewritten));
        }
        self.first.get_or_insert(record.seq);
        self.head = record.head();
        Ok(())
    }

    /// The last record that was looked at.
    pub(super) fn head(&self) -> Head {
        self.head
    }

    /// There are no more lines.
    pub(super) fn end(self, place: impl Fn() -> String) -> Result<Verified, Fault> {
        match (self.awaited, self.noted) {
            (Some(fault), _) => Err(fault),
            (None, Some(noted)) if noted.seq > self.head.seq => Err(Fault {
                place: place(),
                seq: self.head.seq + 1,
                kind: FaultKind::Truncated,
            }),
            (None, _) => Ok(Verified {
                first: self.first,
                head: self.head,
            }),
        }
    }
}

#[cfg(test)]
mod tests;
