//! The folders of migrations on the disk.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{NaiveDateTime, TimeDelta, Utc};
use savia_core::{Error, Result};

use super::draft::Planned;
use super::snapshot::Snapshot;
use crate::schema::SqlScript;

/// How a version is written: year to second, in UTC.
const VERSION: &str = "%Y%m%d%H%M%S";

/// A migration on the disk, which may be newer than this binary.
#[derive(Debug, Clone)]
pub(crate) struct OnDisk {
    pub(crate) version: String,
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) snapshot: Option<Snapshot>,
}

impl OnDisk {
    /// What it does to SQLite.
    pub(crate) fn up(&self) -> Option<String> {
        let read = |name| fs::read_to_string(self.path.join(name)).ok();
        read("up.sqlite.sql").or_else(|| read("up.sql"))
    }

    /// `20261124080000_create_posts`.
    pub(crate) fn label(&self) -> String {
        format!("{}_{}", self.version, self.name)
    }
}

/// What is in an app's folder, by version; nothing where there is none.
///
/// # Errors
///
/// `BadRequest` where a snapshot cannot be read.
pub(crate) fn read(folder: &Path) -> Result<Vec<OnDisk>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some((version, rest)) = name.split_once('_') else {
            continue;
        };
        if !entry.path().is_dir() || !version.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let path = entry.path();
        let snapshot = match fs::read_to_string(path.join("schema.json")) {
            Ok(text) => Some(Snapshot::parse(&text).map_err(|error| {
                let place = path.join("schema.json");
                Error::bad_request(format!("{}: {error}", place.display()))
            })?),
            Err(_) => None,
        };
        found.push(OnDisk {
            version: version.to_owned(),
            name: rest.to_owned(),
            path,
            snapshot,
        });
    }
    found.sort_by(|a, b| a.version.cmp(&b.version));
    Ok(found)
}

/// A version of now, later than all of these.
pub(crate) fn next_version<'a>(taken: impl Iterator<Item = &'a str>) -> String {
    let now = Utc::now().format(VERSION).to_string();
    match taken.max().filter(|latest| *latest >= now.as_str()) {
        None => now,
        Some(latest) => match NaiveDateTime::parse_from_str(latest, VERSION) {
            Ok(time) => (time + TimeDelta::seconds(1)).format(VERSION).to_string(),
            // Somebody counts in another way: one more, at the same length.
            Err(_) => match latest.parse::<u128>() {
                Ok(number) => format!("{:0width$}", number + 1, width = latest.len()),
                Err(_) => now,
            },
        },
    }
}

/// Writes migrations, of one app or several: all of them, or none.
///
/// # Errors
///
/// Where a folder cannot be written.
pub(crate) fn write_all(planned: &[Planned]) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for planned in planned {
        match write(planned) {
            Ok(path) => paths.push(path),
            Err(error) => {
                for path in &paths {
                    // The first error is the one to tell.
                    let _ = fs::remove_dir_all(path);
                }
                return Err(error);
            }
        }
    }
    Ok(paths)
}

/// All files of a migration, or none.
fn write(planned: &Planned) -> Result<PathBuf> {
    let name = format!("{}_{}", planned.version, planned.name);
    let home = planned.folder.join(&name);
    // What begins with a dot is no migration: nobody sees it half written.
    let draft = planned.folder.join(format!(".{name}"));
    let cannot = |error: std::io::Error| {
        Error::unavailable(format!("{} cannot be written: {error}", home.display()))
    };
    let written = fill(&draft, planned).and_then(|()| fs::rename(&draft, &home).map_err(cannot));
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_dir_all(&draft);
    }
    written.map(|()| home)
}

fn fill(draft: &Path, planned: &Planned) -> Result<()> {
    let cannot = |error: std::io::Error| {
        Error::unavailable(format!("{} cannot be written: {error}", draft.display()))
    };
    fs::create_dir_all(draft).map_err(cannot)?;
    for (database, SqlScript { up, down }) in
        [("sqlite", &planned.sqlite), ("postgres", &planned.postgres)]
    {
        for (direction, text) in [("up", up), ("down", down)] {
            fs::write(draft.join(format!("{direction}.{database}.sql")), text).map_err(cannot)?;
        }
    }
    if let Some(snapshot) = &planned.snapshot {
        fs::write(draft.join("schema.json"), snapshot.to_json()?).map_err(cannot)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::next_version;

    #[test]
    fn a_version_is_later_than_those_there_are() {
        let now = next_version(std::iter::empty());
        assert_eq!(now.len(), 14);
        assert!(next_version(["20260101000000"].into_iter()) >= now);
        let check = |latest: &str, next: &str| {
            assert_eq!(next_version([latest, "1"].into_iter()), next);
        };
        check("29991231235959", "30000101000000");
        check("9999", "10000");
    }
}
