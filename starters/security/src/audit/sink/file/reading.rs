//! Reading files: the whole chain, and backwards from their ends.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use savia_core::{Error, Result};

use super::super::super::chain::{ChainKey, Head, Sealed};
use super::super::super::verify::Verifier;
use super::super::super::{AuditEvent, Fault, FaultKind, Verified};
use super::super::AuditQuery;
use super::head::HeadFile;
use super::names;

/// How much is read at once.
const CHUNK: usize = 1 << 20;

/// Reads the whole chain, from the first file that is there to the head.
pub(super) fn verify(
    path: &Path,
    key: &ChainKey,
    noted: Option<Head>,
) -> Result<std::result::Result<Verified, Fault>> {
    let file = HeadFile::existing(path)?;
    if let Some(file) = &file {
        file.lock_to_read()?;
    }
    // What is open is read to its end, whatever is rotated or removed meanwhile.
    let begun = files(path).and_then(|files| {
        let head = match &file {
            Some(file) => file.read(key)?,
            None => Ok(None),
        };
        Ok((files, head))
    });
    if let Some(file) = &file {
        file.unlock()?;
    }
    let (files, head) = begun?;
    let at_head = |seq, kind| Fault {
        place: names::head(path).display().to_string(),
        seq,
        kind,
    };
    let head = match head {
        Ok(Some(head)) => head,
        Ok(None) if files.is_empty() => {
            let head = Head::NONE;
            return Ok(Ok(Verified { first: None, head }));
        }
        Ok(None) => return Ok(Err(at_head(0, FaultKind::Head))),
        Err(why) => {
            tracing::error!("{}: {why}", path.display());
            return Ok(Err(at_head(0, FaultKind::Head)));
        }
    };
    let verified = match chained(files, head.anchor, key, noted)? {
        Ok(verified) => verified,
        Err(fault) => return Ok(Err(fault)),
    };
    Ok(if verified.head.seq < head.head.seq {
        Err(Fault {
            place: path.display().to_string(),
            seq: verified.head.seq + 1,
            kind: FaultKind::Truncated,
        })
    } else if verified.head.seq == head.head.seq && verified.head != head.head {
        Err(at_head(head.head.seq, FaultKind::Head))
    } else {
        Ok(verified)
    })
}

/// Reads one file that has no head beside it, from whatever record it begins with: an older one, or a copy.
pub(in crate::audit) fn verify_alone(
    path: &Path,
    key: &ChainKey,
    noted: Option<Head>,
) -> Result<std::result::Result<Verified, Fault>> {
    if HeadFile::existing(path)?.is_some() {
        return verify(path, key, noted);
    }
    let mut file = File::open(path)
        .map_err(|error| Error::bad_request(format!("{}: {error}", path.display())))?;
    let mut line = Vec::new();
    BufReader::new(&file).read_until(b'\n', &mut line)?;
    file.seek(SeekFrom::Start(0))?;
    let line = line.strip_suffix(b"\n").unwrap_or(&line);
    let anchor = match Sealed::of(line) {
        Some(first) => Head {
            seq: first.seq.saturating_sub(1),
            hash: first.prev,
        },
        None => Head::NONE,
    };
    chained(
        vec![(anchor.seq + 1, path.to_owned(), file)],
        anchor,
        key,
        noted,
    )
}

/// The files that are there, the oldest first, with their first records; that of the last is not known.
fn files(path: &Path) -> Result<Vec<(u64, PathBuf, File)>> {
    let mut all = match names::all_older(path) {
        Ok(older) => older,
        Err(error) if !path.parent().is_none_or(Path::exists) => {
            tracing::debug!("{error}");
            Vec::new()
        }
        Err(error) => return Err(error),
    };
    all.push((u64::MAX, path.to_owned()));
    let mut files = Vec::new();
    for (first, path) in all {
        match File::open(&path) {
            Ok(file) => files.push((first, path, file)),
            Err(error) if error.kind() == ErrorKind::NotFound && first == u64::MAX => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(files)
}

fn chained(
    files: Vec<(u64, PathBuf, File)>,
    anchor: Head,
    key: &ChainKey,
    noted: Option<Head>,
) -> Result<std::result::Result<Verified, Fault>> {
    let mut verifier = Verifier::behind(anchor, key).holding(noted);
    let newest = files.last().map(|(_, path, _)| path.display().to_string());
    let firsts: Vec<_> = files.iter().skip(1).map(|(first, ..)| *first).collect();
    for (at, (_, path, file)) in files.into_iter().enumerate() {
        // What retention was removing when it was interrupted.
        let follows = firsts.get(at).copied().filter(|it| *it != u64::MAX);
        if follows.is_some_and(|next| next <= anchor.seq + 1) {
            continue;
        }
        let (mut reader, mut text) = (BufReader::with_capacity(CHUNK, file), Vec::new());
        for number in 1_u64.. {
            text.clear();
            if reader.read_until(b'\n', &mut text)? == 0 {
                break;
            }
            // A line that is not finished is none yet: somebody writes it.
            let Some(line) = text.strip_suffix(b"\n") else {
                break;
            };
            let place = || format!("{} line {number}", path.display());
            if let Err(fault) = verifier.line(line, place) {
                return Ok(Err(fault));
            }
        }
    }
    Ok(verifier.end(|| newest.clone().unwrap_or_default()))
}

/// The newest events that are asked for, the oldest of them first.
pub(super) fn find(path: &Path, query: &AuditQuery) -> Result<Vec<AuditEvent>> {
    let mut found = Vec::new();
    let files = files(path)?;
    'files: for (.., file) in files.into_iter().rev() {
        let length = file.metadata()?.len();
        let mut lines = Backwards::new(file, length);
        while let Some(line) = lines.next()? {
            let Ok(event) = serde_json::from_slice::<AuditEvent>(&line) else {
                continue;
            };
            // An event is written a little after it was made.
            let slack = chrono::TimeDelta::minutes(5);
            if query.after.is_some_and(|after| event.time < after - slack) {
                break 'files;
            }
            if query.matches(&event) {
                found.push(event);
            }
            if found.len() >= query.most() {
                break 'files;
            }
        }
    }
    found.reverse();
    Ok(found)
}

/// The last record of a file, and when it was made.
pub(super) fn last(path: &Path) -> Result<Option<(Head, DateTime<Utc>)>> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let Some(line) = Backwards::new(file, length).next()? else {
        return Ok(None);
    };
    let event = serde_json::from_slice::<AuditEvent>(&line);
    Ok(Sealed::of(&line)
        .zip(event.ok())
        .map(|(record, event)| (record.head(), event.time)))
}

/// The last record before a place in a file, if it is whole.
pub(super) fn last_within(path: &Path, length: u64) -> Result<Option<Head>> {
    let line = Backwards::new(File::open(path)?, length).next()?;
    let record = line.as_deref().and_then(Sealed::of);
    Ok(record.filter(Sealed::is_whole).map(|it| it.head()))
}

/// The lines of a file from its end.
struct Backwards {
    file: File,
    /// What is not read yet.
    rest: u64,
    /// What was read and is not given yet.
    text: Vec<u8>,
}

impl Backwards {
    fn new(file: File, length: u64) -> Self {
        Self {
            file,
            rest: length,
            text: Vec::new(),
        }
    }

    fn next(&mut self) -> Result<Option<Vec<u8>>> {
        loop {
            let ended = self.text.strip_suffix(b"\n").unwrap_or(&self.text).len();
            if let Some(at) = self.text[..ended].iter().rposition(|it| *it == b'\n') {
                let mut line = self.text.split_off(at + 1);
                line.truncate(ended - at - 1);
                return Ok(Some(line));
            }
            if self.rest == 0 {
                let mut line = std::mem::take(&mut self.text);
                line.truncate(ended);
                return Ok((!line.is_empty()).then_some(line));
            }
            let size = self.rest.min(64 * 1024);
            self.rest -= size;
            self.file.seek(SeekFrom::Start(self.rest))?;
            let mut text = Vec::new();
            (&self.file).take(size).read_to_end(&mut text)?;
            text.append(&mut self.text);
            self.text = text;
        }
    }
}
