//! What is wrong with migrations, held against what has been applied.

use savia_core::error::Diagnosis;

use super::code::Direction;
use super::history::Applied;
use super::plan::Planned;
use crate::statement::Dialect;

/// The most characters of a version in the database.
const LONGEST: usize = 50;

/// Migrations that were changed or deleted after they had been applied, that do not serve this
/// database, or whose names are too long.
pub(super) fn faults(
    planned: &[Planned],
    applied: &[Applied],
    dialect: Dialect,
    is_live: impl Fn(&str) -> bool,
) -> Vec<Diagnosis> {
    let mut faults = Vec::new();
    for planned in planned {
        let label = planned.label();
        let fault = |code, what| Diagnosis::new(code, what).at(planned.place());
        if planned.key().len() > LONGEST {
            faults.push(
                fault(
                    "data::migration_name",
                    format!(
                        "the version {} has more than {LONGEST} characters",
                        planned.key()
                    ),
                )
                .help("give the app a shorter name"),
            );
        }
        let is_applied = applied.iter().any(|applied| planned.is(applied));
        if !is_applied && !planned.goes(Direction::Up, dialect) {
            let word = match dialect {
                Dialect::Sqlite => "sqlite",
                Dialect::Postgres => "postgres",
            };
            faults.push(
                fault(
                    "data::migration_missing",
                    format!("the migration {label} has no text for this database"),
                )
                .help(format!(
                    "write its `up.{word}.sql`, or one `up.sql` for both databases"
                )),
            );
        }
    }
    faults.extend(changed(planned, applied, dialect));
    faults.extend(deleted(planned, applied, is_live));
    faults
}

/// Applied migrations whose text is another now. The way back is not asked: one that does not work
/// has to be mended.
pub(super) fn changed(
    planned: &[Planned],
    applied: &[Applied],
    dialect: Dialect,
) -> Vec<Diagnosis> {
    let is_changed = |planned: &&Planned| {
        let done = applied.iter().find(|applied| planned.is(applied));
        done.is_some_and(|done| done.checksum != planned.checksum(dialect))
    };
    let told = |planned: &Planned| {
        let what = format!(
            "the migration {} was changed after it had been applied",
            planned.label()
        );
        Diagnosis::new("data::migration_changed", what)
            .at(planned.place())
            .because("the database is as its former text made it")
            .help("give it its former text back, and write what is to change as a new migration")
    };
    planned.iter().filter(is_changed).map(told).collect()
}

/// Applied migrations of a live app that are gone. One that is later than all that are known comes
/// from a newer version of the application, which another instance may be: it is left alone.
pub(super) fn deleted(
    planned: &[Planned],
    applied: &[Applied],
    is_live: impl Fn(&str) -> bool,
) -> Vec<Diagnosis> {
    let mut faults = Vec::new();
    for applied in applied {
        let latest = planned
            .iter()
            .filter(|planned| planned.app == applied.app())
            .map(|planned| planned.version)
            .max();
        // Of an app that is not installed nothing is asked.
        if !is_live(applied.app()) {
            continue;
        }
        if planned.iter().any(|planned| planned.is(applied)) {
            continue;
        }
        if latest.is_some_and(|latest| applied.timestamp() > latest) {
            tracing::warn!(
                "the database has the migration {} of a newer version of the application",
                applied.label()
            );
            continue;
        }
        faults.push(
            Diagnosis::new(
                "data::migration_deleted",
                format!(
                    "the migration {} was deleted after it had been applied",
                    applied.label()
                ),
            )
            .at("savia_migrations")
            .because("the database has what it made, and nothing says so any more")
            .help("bring its folder back; what it made is taken away by a new migration"),
        );
    }
    faults
}
