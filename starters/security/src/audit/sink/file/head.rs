//! The head: what the last record of a file is, so that a missing end is missed.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Mutex;

use savia_core::{Error, Result};
use serde::{Deserialize, Serialize};

use super::super::super::chain::{ChainKey, Head, hex, read_hex, same};
use super::{names, options};

/// What the head says. It is written after the records: where a process is killed in between, records follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileHead {
    /// The last record.
    pub(super) head: Head,
    /// The last record that retention has removed.
    pub(super) anchor: Head,
    /// The first record of the file.
    pub(super) first: u64,
    /// How long the file is, in bytes.
    pub(super) length: u64,
    /// When its first record was made, in milliseconds since 1970.
    pub(super) began: i64,
}

impl FileHead {
    pub(super) const NONE: Self = Self {
        head: Head::NONE,
        anchor: Head::NONE,
        first: 0,
        length: 0,
        began: 0,
    };
}

#[derive(Serialize, Deserialize)]
struct Written {
    seq: u64,
    hash: String,
    anchor_seq: u64,
    anchor_hash: String,
    first: u64,
    length: u64,
    began: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    mac: Option<String>,
}

/// How long the file of a head is: one block, so that it is written as one.
const SIZE: usize = 512;

/// The file of a head; who holds its lock writes records.
pub(super) struct HeadFile {
    file: File,
    /// What was read or written last.
    last: Mutex<Vec<u8>>,
}

impl HeadFile {
    /// Makes it where it is not there.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let head = names::head(path);
        let make = || -> std::io::Result<File> {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            options().open(&head)
        };
        let file = make().map_err(|error| {
            Error::internal(format!("{} cannot be written: {error}", head.display()))
        })?;
        Ok(Self {
            file,
            last: Mutex::default(),
        })
    }

    /// Where it is there, and only to read.
    pub(super) fn existing(path: &Path) -> Result<Option<Self>> {
        match File::open(names::head(path)) {
            Ok(file) => Ok(Some(Self {
                file,
                last: Mutex::default(),
            })),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn lock(&self) -> Result<()> {
        Ok(self.file.lock()?)
    }

    pub(super) fn lock_to_read(&self) -> Result<()> {
        Ok(self.file.lock_shared()?)
    }

    pub(super) fn unlock(&self) -> Result<()> {
        Ok(self.file.unlock()?)
    }

    /// Whether it is as it was read or written last.
    pub(super) fn is_unchanged(&self) -> Result<bool> {
        let text = self.text()?;
        Ok(self.last.lock().is_ok_and(|last| *last == text))
    }

    fn text(&self) -> Result<Vec<u8>> {
        let (mut text, mut file) = (Vec::with_capacity(SIZE), &self.file);
        file.seek(SeekFrom::Start(0))?;
        file.take(SIZE as u64).read_to_end(&mut text)?;
        Ok(text)
    }

    /// What it says; nothing where it is new. `Ok(Err(_))` says what is wrong with it.
    pub(super) fn read(
        &self,
        key: &ChainKey,
    ) -> Result<std::result::Result<Option<FileHead>, &'static str>> {
        let text = self.text()?;
        let said = said(&text, key);
        if let Ok(mut last) = self.last.lock() {
            *last = text;
        }
        Ok(said)
    }

    pub(super) fn write(&self, head: &FileHead, key: &ChainKey) -> Result<()> {
        let mut written = Written {
            seq: head.head.seq,
            hash: hex(&head.head.hash),
            anchor_seq: head.anchor.seq,
            anchor_hash: hex(&head.anchor.hash),
            first: head.first,
            length: head.length,
            began: head.began,
            mac: None,
        };
        written.mac = key
            .code(CODE, &serde_json::to_vec(&written)?)
            .as_ref()
            .map(hex);
        let mut text = serde_json::to_vec(&written)?;
        text.resize(SIZE - 1, b' ');
        text.push(b'\n');
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&text)?;
        if let Ok(mut last) = self.last.lock() {
            *last = text;
        }
        Ok(())
    }
}

const CODE: &str = "head:";

fn said(text: &[u8], key: &ChainKey) -> std::result::Result<Option<FileHead>, &'static str> {
    if text.is_empty() {
        return Ok(None);
    }
    let unreadable = "the head cannot be read: it was altered";
    let mut written: Written = serde_json::from_slice(text.trim_ascii()).map_err(|_| unreadable)?;
    let mac = written.mac.take();
    let code = key.code(CODE, &serde_json::to_vec(&written).map_err(|_| unreadable)?);
    match (code, mac) {
        (None, None) => {}
        (None, Some(_)) => {
            return Err("the records were written with a key, and `security.audit.key` is not set");
        }
        (Some(_), None) => {
            return Err(
                "the records were begun without `security.audit.key`: move them away to begin anew",
            );
        }
        (Some(code), Some(mac)) => {
            let mac = read_hex(mac.as_bytes()).ok_or(unreadable)?;
            if !same(&code, &mac) {
                return Err("the head was altered, or written with another `security.audit.key`");
            }
        }
    }
    let hash = |text: &str| read_hex(text.as_bytes()).ok_or(unreadable);
    Ok(Some(FileHead {
        head: Head {
            seq: written.seq,
            hash: hash(&written.hash)?,
        },
        anchor: Head {
            seq: written.anchor_seq,
            hash: hash(&written.anchor_hash)?,
        },
        first: written.first,
        length: written.length,
        began: written.began,
    }))
}
