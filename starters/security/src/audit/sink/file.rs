//! Records in a file, one a line.
//!
//! A batch is one write(2), done before anybody is answered: what the system has taken outlasts the process,
//! however it ends. It is not synchronised to the disk: what a machine had not written when it lost its power is
//! gone, which the head shows or, where that is older too, nothing does.

mod head;
mod names;
mod reading;
mod tail;

pub(in crate::audit) use reading::verify_alone;

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use savia_core::{Error, Result};

use self::head::{FileHead, HeadFile};
use super::super::chain::{Chain, ChainKey, Head};
use super::super::{AuditEvent, Fault, Verified};
use super::{AuditQuery, AuditSink};
use crate::config::AuditFileConfig;

/// Records in a file, one a line. Processes that share it take turns.
#[derive(Clone)]
pub struct FileAuditSink(Arc<Shared>);

struct Shared {
    path: PathBuf,
    max_size: u64,
    max_age: Duration,
    key: ChainKey,
    open: Mutex<Option<Open>>,
}

/// The file that is written to, and what this process knows of it.
struct Open {
    file: File,
    head: HeadFile,
    known: FileHead,
}

impl FileAuditSink {
    /// In a file of this path.
    pub fn new(path: PathBuf, config: &AuditFileConfig, key: ChainKey) -> Self {
        Self(Arc::new(Shared {
            path,
            max_size: config.max_size.bytes(),
            max_age: config.max_age,
            key,
            open: Mutex::new(None),
        }))
    }

    async fn beside<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: FnOnce(&Shared) -> Result<R> + Send + 'static,
    {
        let shared = Arc::clone(&self.0);
        let work = tokio::task::spawn_blocking(move || work(&shared));
        work.await
            .map_err(|error| Error::internal(error.to_string()))?
    }
}

#[async_trait]
impl AuditSink for FileAuditSink {
    fn name(&self) -> &'static str {
        "file"
    }

    fn is_local(&self) -> bool {
        true
    }

    async fn open(&self) -> Result<()> {
        self.beside(|it| it.turn(|_| Ok(()))).await
    }

    async fn append(&self, events: &[AuditEvent]) -> Result<()> {
        self.0.turn(|open| self.0.append(open, events))
    }

    async fn find(&self, query: &AuditQuery) -> Result<Vec<AuditEvent>> {
        let query = query.clone();
        self.beside(move |it| reading::find(&it.path, &query)).await
    }

    async fn verify(&self, noted: Option<Head>) -> Result<std::result::Result<Verified, Fault>> {
        self.beside(move |it| reading::verify(&it.path, &it.key, noted))
            .await
    }

    async fn prune(&self, before: DateTime<Utc>) -> Result<Option<u64>> {
        self.beside(move |it| it.turn(|open| it.prune(open, before)))
            .await
    }
}

impl Shared {
    /// Does something with the file while no other process does.
    fn turn<R>(&self, work: impl FnOnce(&mut Open) -> Result<R>) -> Result<R> {
        let mut held = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_none() {
            let head = HeadFile::open(&self.path)?;
            head.lock()?;
            let known = tail::recover(&self.path, &head, &self.key);
            let opened = known.and_then(|known| Ok((known, opened(&self.path)?)));
            head.unlock()?;
            let (known, file) = opened?;
            *held = Some(Open { file, head, known });
        }
        let Some(open) = held.as_mut() else {
            return Err(Error::internal("the file is not open"));
        };
        open.head.lock()?;
        let done = self.as_known(open).and_then(|()| work(open));
        open.head.unlock()?;
        if done.is_err() {
            // Whatever it was, the next one looks anew.
            *held = None;
        }
        done
    }

    /// Looks whether the file is as this process left it; another one may have gone on with it.
    fn as_known(&self, open: &mut Open) -> Result<()> {
        let length = std::fs::metadata(&self.path).map_or(0, |it| it.len());
        if open.head.is_unchanged()? && length == open.known.length {
            return Ok(());
        }
        open.known = tail::recover(&self.path, &open.head, &self.key)?;
        open.file = opened(&self.path)?;
        Ok(())
    }

    fn append(&self, open: &mut Open, events: &[AuditEvent]) -> Result<()> {
        let mut chain = Chain::new(open.known.head, self.key.clone());
        let mut lines = Vec::with_capacity(events.len() * 512);
        for event in events {
            chain.seal(event, &mut lines)?;
            lines.push(b'\n');
        }
        let size = u64::try_from(lines.len()).unwrap_or(u64::MAX);
        if self.is_full(&open.known, size) {
            self.rotate(open)?;
        }
        let before = open.known.length;
        let mut known = open.known;
        known.head = chain.head;
        known.length += size;
        if before == 0 {
            known.first = open.known.head.seq + 1;
            known.began = events.first().map_or(0, |it| it.time.timestamp_millis());
        }
        let file = &mut open.file;
        let written = file
            .seek(SeekFrom::Start(before))
            .and_then(|_| file.write_all(&lines));
        let written = written.map_err(Error::from);
        let written = written.and_then(|()| open.head.write(&known, &self.key));
        match written {
            Ok(()) => {
                open.known = known;
                Ok(())
            }
            Err(error) => {
                // Half a batch is none: who waits for it is told that it was not written.
                let _ = open.file.set_len(before);
                Err(unwritable(&self.path, &error))
            }
        }
    }

    fn is_full(&self, known: &FileHead, more: u64) -> bool {
        if known.length == 0 {
            return false;
        }
        let age = Utc::now().timestamp_millis().saturating_sub(known.began);
        known.length.saturating_add(more) > self.max_size
            || age >= crate::clock::millis(self.max_age)
    }

    fn rotate(&self, open: &mut Open) -> Result<()> {
        std::fs::rename(&self.path, names::older(&self.path, open.known.first))?;
        open.known.length = 0;
        open.file = opened(&self.path)?;
        open.head.write(&open.known, &self.key)
    }

    /// Removes older files whose last record is older, the oldest first. The head says beforehand where the
    /// chain begins then, so that what is missing there is not missed.
    fn prune(&self, open: &mut Open, before: DateTime<Utc>) -> Result<Option<u64>> {
        let mut gone = None;
        for (_, path) in names::all_older(&self.path)? {
            let Some((head, time)) = reading::last(&path)? else {
                break;
            };
            if time >= before {
                break;
            }
            // One whose removal was begun is behind the anchor already.
            if head.seq > open.known.anchor.seq {
                open.known.anchor = head;
                open.head.write(&open.known, &self.key)?;
            }
            std::fs::remove_file(&path)?;
            gone = Some(head.seq);
        }
        Ok(gone)
    }
}

fn opened(path: &Path) -> Result<File> {
    options()
        .open(path)
        .map_err(|error| unwritable(path, &error.into()))
}

/// A file that its owner reads and writes, and nobody else.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn unwritable(path: &Path, error: &Error) -> Error {
    Error::internal(format!("{} cannot be written: {error}", path.display()))
}
