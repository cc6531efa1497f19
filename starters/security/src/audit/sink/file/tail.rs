//! Whether a file can be gone on with: what its end has to be.

use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom};
use std::path::Path;

use savia_core::{Error, Result};

use super::super::super::chain::ChainKey;
use super::super::super::verify::Verifier;
use super::head::{FileHead, HeadFile};
use super::{names, options, reading};

/// What the head is to be, after looking at the end of the file: records that follow what the head says were
/// written by a process that was killed before it could say so; of a line that it had not finished nobody was
/// told that it was written.
pub(super) fn recover(path: &Path, file: &HeadFile, key: &ChainKey) -> Result<FileHead> {
    let said = file.read(key)?.map_err(|why| changed(path, why))?;
    let length = std::fs::metadata(path).map_or(0, |it| it.len());
    let Some(mut head) = said else {
        if length > 0 || !names::all_older(path)?.is_empty() {
            return Err(changed(path, "there are records, and their head is gone"));
        }
        file.write(&FileHead::NONE, key)?;
        return Ok(FileHead::NONE);
    };
    // It was rotated, and the process killed before it could say so.
    if head.length > 0 && length == 0 {
        let older = std::fs::metadata(names::older(path, head.first));
        if older.is_ok_and(|it| it.len() == head.length) {
            head.length = 0;
            file.write(&head, key)?;
        }
    }
    if length < head.length {
        return Err(changed(path, "its end is missing"));
    }
    if head.length > 0 && reading::last_within(path, head.length)? != Some(head.head) {
        return Err(changed(
            path,
            "its last record is not the one that the head names",
        ));
    }
    if length > head.length {
        follow(path, &mut head, key)?;
        file.write(&head, key)?;
    }
    Ok(head)
}

/// Takes records up that follow the head, and cuts a line off that was not finished.
fn follow(path: &Path, head: &mut FileHead, key: &ChainKey) -> Result<()> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(head.length))?;
    let (mut reader, mut line) = (BufReader::new(file), Vec::new());
    let mut verifier = Verifier::behind(head.head, key);
    let begins = head.length == 0;
    loop {
        line.clear();
        let read = reader.read_until(b'\n', &mut line)?;
        if read == 0 {
            break;
        }
        let Some(record) = line.strip_suffix(b"\n") else {
            options().open(path)?.set_len(head.length)?;
            tracing::warn!(
                "{}: a record that was not finished is cut off",
                path.display()
            );
            break;
        };
        let wrong = |_| {
            changed(
                path,
                "what follows the last record that the head names is none",
            )
        };
        verifier.line(record, String::new).map_err(wrong)?;
        if begins && head.length == 0 {
            head.first = verifier.head().seq;
            head.began = chrono::Utc::now().timestamp_millis();
        }
        head.head = verifier.head();
        head.length += read as u64;
    }
    Ok(())
}

fn changed(path: &Path, why: &str) -> Error {
    Error::internal(format!(
        "{} was changed by somebody else: {why} (`audit verify` names the record)",
        path.display()
    ))
}
