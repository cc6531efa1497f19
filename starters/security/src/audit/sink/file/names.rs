//! What the files beside the audit log are called.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use savia_core::Result;

fn with(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

/// The file of the head.
pub(super) fn head(path: &Path) -> PathBuf {
    with(path, ".head")
}

/// An older file, by its first record. Names sort as records do.
pub(super) fn older(path: &Path, first: u64) -> PathBuf {
    with(path, &format!(".{first:012}"))
}

/// The older files with their first records, the oldest first.
pub(super) fn all_older(path: &Path) -> Result<Vec<(u64, PathBuf)>> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let other = entry.file_name().to_string_lossy().into_owned();
        let number = other
            .strip_prefix(&name)
            .and_then(|it| it.strip_prefix('.'));
        if let Some(number) = number.filter(|it| it.len() >= 12)
            && let Ok(first) = number.parse()
        {
            found.push((first, entry.path()));
        }
    }
    found.sort();
    Ok(found)
}
