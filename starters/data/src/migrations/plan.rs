//! Which migrations there are, and what is wrong with them.

use std::path::Path;

use savia_core::app::{Apps, Owner};
use savia_core::error::Diagnosis;

use super::history::Applied;
use super::set::{Migration, MigrationSet};
use crate::statement::Dialect;

/// A migration and the app it belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Planned {
    pub(super) app: &'static str,
    pub(super) migration: &'static Migration,
    pub(super) set: &'static MigrationSet,
}

impl Planned {
    /// `posts/20261124080000_create_posts`.
    pub(super) fn label(&self) -> String {
        let Migration { version, name, .. } = self.migration;
        format!("{}/{version}_{name}", self.app)
    }

    fn is(&self, applied: &Applied) -> bool {
        self.app == applied.app && self.migration.version == applied.version
    }
}

/// The migrations of what is live: the project's own, then those of the apps in the order of
/// `installed_apps`, each by version.
pub(super) fn live(apps: &Apps) -> Vec<Planned> {
    let rank = |owner: Owner| match owner {
        Owner::App(name) => apps
            .installed()
            .position(|app| app.name == name)
            .map(|at| at + 2),
        Owner::Starter(_) => Some(0),
        _ => Some(1),
    };
    let mut planned = Vec::new();
    for set in savia_core::__private::inventory::iter::<MigrationSet> {
        let owner = apps.owner_of(set.module_path);
        // An app that is not installed has no rank, and no table.
        let Some(rank) = rank(owner) else { continue };
        let app = match owner {
            Owner::App(name) | Owner::Starter(name) => name,
            _ => "project",
        };
        planned.extend(set.migrations.iter().map(|migration| {
            (
                rank,
                Planned {
                    app,
                    migration,
                    set,
                },
            )
        }));
    }
    planned.sort_by(|(rank, a), (other, b)| {
        (rank, a.app, a.migration.version).cmp(&(other, b.app, b.migration.version))
    });
    planned.into_iter().map(|(_, planned)| planned).collect()
}

/// Those that have not been applied.
pub(super) fn pending(planned: &[Planned], applied: &[Applied]) -> Vec<Planned> {
    planned
        .iter()
        .filter(|planned| !applied.iter().any(|applied| planned.is(applied)))
        .copied()
        .collect()
}

/// Migrations that were changed after they had been applied, and those that do not serve this
/// database.
pub(super) fn faults(planned: &[Planned], applied: &[Applied], dialect: Dialect) -> Vec<Diagnosis> {
    let mut faults = Vec::new();
    for planned in planned {
        let label = planned.label();
        match applied.iter().find(|applied| planned.is(applied)) {
            Some(applied) if applied.checksum != planned.migration.checksum(dialect) => {
                faults.push(
                    Diagnosis::new(
                        "data::migration_changed",
                        format!("the migration {label} was changed after it had been applied"),
                    )
                    .at(planned.set.folder)
                    .because("the database is as its former text made it")
                    .help("give it its former text back, and write what is to change as a new migration"),
                );
            }
            None if planned.migration.up.of(dialect).is_none() => {
                let word = match dialect {
                    Dialect::Sqlite => "sqlite",
                    Dialect::Postgres => "postgres",
                };
                faults.push(
                    Diagnosis::new(
                        "data::migration_missing",
                        format!("the migration {label} has no text for this database"),
                    )
                    .at(planned.set.folder)
                    .help(format!(
                        "write its `up.{word}.sql`, or one `up.sql` for both databases"
                    )),
                );
            }
            _ => {}
        }
    }
    faults
}

/// Folders that came after the build: the compiler notes a changed file by itself, and not a new
/// one.
pub(super) fn not_compiled(planned: &[Planned]) -> Vec<Diagnosis> {
    let mut faults = Vec::new();
    for set in savia_core::__private::inventory::iter::<MigrationSet> {
        let is_live = set.migrations.is_empty()
            || planned.iter().any(|planned| std::ptr::eq(planned.set, set));
        let Ok(folders) = std::fs::read_dir(set.folder) else {
            continue;
        };
        for folder in folders.flatten().filter(|_| is_live) {
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
