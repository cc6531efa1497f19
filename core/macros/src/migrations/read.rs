//! What is in the folder: `20261124080000_create_posts/up.sql`, and so on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A folder with a migration.
pub(super) struct Migration {
    pub(super) version: String,
    pub(super) name: String,
    pub(super) up: Scripts,
    pub(super) down: Scripts,
}

/// The files of one direction: one for both databases, or one each.
#[derive(Default)]
pub(super) struct Scripts {
    pub(super) sqlite: Option<PathBuf>,
    pub(super) postgres: Option<PathBuf>,
}

/// The migrations of a folder, by version.
///
/// # Errors
///
/// Everything in it that is no migration, a line each.
pub(super) fn migrations(folder: &Path) -> Result<Vec<Migration>, String> {
    let entries = match names(folder) {
        Ok(entries) => entries,
        // An app that has no table yet.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => {
            let folder = folder.display();
            return Err(format!("the folder {folder} cannot be read: {error}"));
        }
    };
    let mut by_version: BTreeMap<String, Migration> = BTreeMap::new();
    let mut faults = Vec::new();
    for name in entries {
        let path = folder.join(&name);
        if !path.is_dir() {
            continue;
        }
        match migration(&name, &path) {
            Ok(migration) => {
                if let Some(other) = by_version.get(&migration.version) {
                    faults.push(format!(
                        "`{}_{}` and `{name}` have one version: give one a later time",
                        other.version, other.name
                    ));
                }
                by_version.insert(migration.version.clone(), migration);
            }
            Err(mut more) => faults.append(&mut more),
        }
    }
    if faults.is_empty() {
        Ok(by_version.into_values().collect())
    } else {
        Err(faults.join("\n"))
    }
}

fn migration(folder: &str, path: &Path) -> Result<Migration, Vec<String>> {
    let (version, name) = folder
        .split_once('_')
        .filter(|(version, name)| {
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            digits(version) && !name.is_empty()
        })
        .ok_or_else(|| {
            vec![format!(
                "`{folder}` is no name of a migration: write its time and what it does, such as \
                 `20261124080000_create_posts`"
            )]
        })?;
    let files = names(path).map_err(|error| vec![format!("`{folder}`: {error}")])?;
    let (mut up, mut down) = (Scripts::default(), Scripts::default());
    let mut faults = Vec::new();
    // The file for both comes first, so that one for a single database stands in its place there.
    for shared in [true, false] {
        for file in files.iter().filter(|file| file.ends_with(".sql")) {
            let at = path.join(file);
            match file.as_str() {
                "up.sql" if shared => up = Scripts::both(&at),
                "down.sql" if shared => down = Scripts::both(&at),
                "up.sql" | "down.sql" => {}
                "up.sqlite.sql" => up.sqlite = Some(at),
                "up.postgres.sql" => up.postgres = Some(at),
                "down.sqlite.sql" => down.sqlite = Some(at),
                "down.postgres.sql" => down.postgres = Some(at),
                _ if shared => faults.push(format!(
                    "`{folder}/{file}` is no part of a migration: there are `up.sql` and \
                     `down.sql`, and each for one database alone, such as `up.sqlite.sql`"
                )),
                _ => {}
            }
        }
    }
    if up.sqlite.is_none() && up.postgres.is_none() {
        faults.push(format!("`{folder}` has no `up.sql`"));
    }
    if faults.is_empty() {
        Ok(Migration {
            version: version.to_owned(),
            name: name.to_owned(),
            up,
            down,
        })
    } else {
        Err(faults)
    }
}

impl Scripts {
    fn both(path: &Path) -> Self {
        Self {
            sqlite: Some(path.to_owned()),
            postgres: Some(path.to_owned()),
        }
    }
}

/// The rows that the app begins with: the YAML files of a folder, by name.
///
/// # Errors
///
/// Where the folder is there and cannot be read.
pub(super) fn seeds(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let names = match names(folder) {
        Ok(names) => names,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => {
            return Err(format!(
                "the folder {} cannot be read: {error}",
                folder.display()
            ));
        }
    };
    let files = names.iter().filter(|name| name.ends_with(".yaml"));
    Ok(files.map(|name| folder.join(name)).collect())
}

/// What is in a folder, by name; what begins with a dot is somebody else's.
fn names(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
