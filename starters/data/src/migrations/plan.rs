//! Which migrations there are, and in which order.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::Path;

use savia_core::app::{Apps, Owner};
use savia_core::error::Diagnosis;

use super::code::{CodeMigration, Direction};
use super::history::Applied;
use super::order::{PROJECT, needs, sequence};
use super::set::{Migration, MigrationSet};
use crate::statement::Dialect;

/// A migration and the app it belongs to: SQL, Rust, or both.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Planned {
    pub(crate) app: &'static str,
    pub(crate) version: &'static str,
    pub(crate) name: &'static str,
    sql: Option<(&'static MigrationSet, &'static Migration)>,
    up: Option<&'static CodeMigration>,
    down: Option<&'static CodeMigration>,
}

impl Planned {
    fn of(app: &'static str, version: &'static str, name: &'static str) -> Self {
        Self {
            app,
            version,
            name,
            sql: None,
            up: None,
            down: None,
        }
    }

    /// `posts/20261124080000_create_posts`.
    pub(crate) fn label(&self) -> String {
        format!("{}/{}_{}", self.app, self.version, self.name)
    }

    /// What the database knows it by: `posts:20261124080000`.
    pub(crate) fn key(&self) -> String {
        format!("{}:{}", self.app, self.version)
    }

    /// Its SQL in a direction; nothing where it is written in Rust alone.
    pub(crate) fn text(&self, direction: Direction, dialect: Dialect) -> Option<&'static str> {
        let (_, migration) = self.sql?;
        match direction {
            Direction::Up => migration.up.of(dialect),
            Direction::Down => migration.down.of(dialect),
        }
    }

    /// Its step in Rust.
    pub(crate) fn code(&self, direction: Direction) -> Option<&'static CodeMigration> {
        match direction {
            Direction::Up => self.up,
            Direction::Down => self.down,
        }
    }

    /// Whether it can go in a direction on this database.
    pub(crate) fn goes(&self, direction: Direction, dialect: Dialect) -> bool {
        let sql = self.sql.is_none() || self.text(direction, dialect).is_some();
        sql && (self.sql.is_some() || self.code(direction).is_some())
    }

    /// What its text comes to; of Rust, nothing is known.
    pub(crate) fn checksum(&self, dialect: Dialect) -> String {
        self.sql
            .map_or_else(String::new, |(_, migration)| migration.checksum(dialect))
    }

    /// Where it stands.
    pub(crate) fn place(&self) -> String {
        match (self.sql, self.up.or(self.down)) {
            (Some((set, _)), _) => {
                let folder = format!("{}_{}", self.version, self.name);
                Path::new(set.folder).join(folder).display().to_string()
            }
            (None, Some(code)) => code.location.to_string(),
            (None, None) => String::new(),
        }
    }

    pub(super) fn is(&self, applied: &Applied) -> bool {
        applied.version == self.key()
    }
}

/// The migrations of what is live, in the order in which they are applied: those of starters, then
/// those of the project and the apps, as [`sequence`] has it.
pub(crate) fn live(apps: &Apps) -> Vec<Planned> {
    let mut planned: BTreeMap<(&str, &str), Planned> = BTreeMap::new();
    for set in savia_core::__private::inventory::iter::<MigrationSet> {
        let Some(app) = owner(apps, set.module_path) else {
            continue;
        };
        for migration in set.migrations {
            let entry = planned
                .entry((app, migration.version))
                .or_insert(Planned::of(app, migration.version, migration.name));
            entry.name = migration.name;
            entry.sql = Some((set, migration));
        }
    }
    for code in savia_core::__private::inventory::iter::<CodeMigration> {
        let Some(app) = owner(apps, code.module_path) else {
            continue;
        };
        let entry =
            planned
                .entry((app, code.version))
                .or_insert(Planned::of(app, code.version, code.name));
        match code.direction {
            Direction::Up => entry.up = Some(code),
            Direction::Down => entry.down = Some(code),
        }
    }
    let is_starters = |planned: &Planned| !is_known(apps, planned.app);
    let (starters, ours): (Vec<_>, Vec<_>) = planned.into_values().partition(is_starters);
    let ours = sequence(ours, |it| it.app, |it| it.version, &needs(apps));
    starters.into_iter().chain(ours).collect()
}

/// Whether somebody who is live says `migrations!()`, though there may be none.
pub(super) fn has_places(apps: &Apps) -> bool {
    savia_core::__private::inventory::iter::<MigrationSet>
        .into_iter()
        .any(|set| owner(apps, set.module_path).is_some())
}

/// Whether it is the project or an app, and no starter.
fn is_known(apps: &Apps, app: &str) -> bool {
    app == PROJECT || apps.is_installed(app)
}

/// The live owner of a module, by the name its migrations bear.
pub(crate) fn owner(apps: &Apps, module_path: &str) -> Option<&'static str> {
    if !apps.is_live(module_path) {
        return None;
    }
    Some(match apps.owner_of(module_path) {
        Owner::App(name) | Owner::Starter(name) => name,
        _ => PROJECT,
    })
}

/// Those that have not been applied.
pub(super) fn pending(planned: &[Planned], applied: &[Applied]) -> Vec<Planned> {
    planned
        .iter()
        .filter(|planned| !applied.iter().any(|applied| planned.is(applied)))
        .copied()
        .collect()
}

/// Those that have been applied, the last one first.
pub(super) fn applied_last_first(planned: &[Planned], applied: &[Applied]) -> Vec<Planned> {
    let mut done: Vec<_> = planned
        .iter()
        .enumerate()
        .filter_map(|(at, planned)| {
            let applied = applied.iter().find(|applied| planned.is(applied))?;
            Some((applied.rank, at, *planned))
        })
        .collect();
    done.sort_by_key(|(rank, at, _)| Reverse((*rank, *at)));
    done.into_iter().map(|(_, _, planned)| planned).collect()
}

/// Folders that came after the build: the compiler notes a changed file by itself, and not a new
/// one.
pub(super) fn not_compiled(apps: &Apps) -> Vec<Diagnosis> {
    let mut faults = Vec::new();
    for set in savia_core::__private::inventory::iter::<MigrationSet> {
        let Ok(folders) = std::fs::read_dir(set.folder) else {
            continue;
        };
        let live = owner(apps, set.module_path).is_some();
        for folder in folders.flatten().filter(|_| live) {
            let name = folder.file_name().to_string_lossy().into_owned();
            let known = set.migrations.iter().any(|migration| {
                name.strip_prefix(migration.version)
                    .is_some_and(|rest| rest.strip_prefix('_') == Some(migration.name))
            });
            if !known && folder.path().is_dir() && !name.starts_with('.') {
                faults.push(
                    Diagnosis::new(
                        "data::migration_not_compiled",
                        format!("the migration {name} is not in this binary"),
                    )
                    .at(Path::new(set.folder).join(&name).display())
                    .help(format!("build again after `touch {}`", set.location.file)),
                );
            }
        }
    }
    faults
}
