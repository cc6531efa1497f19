//! Whether the snapshots are what the SQL makes.

use savia_core::{Error, Result};

use super::draft::Draft;
use super::folder::OnDisk;
use crate::schema::{Catalogue, SchemaError};
use crate::statement::Dialect;

/// What the SQL of all migrations makes of an empty SQLite in memory; nothing where one has no text
/// for SQLite.
///
/// # Errors
///
/// `Conflict` where one does not run.
pub(crate) fn catalogue(drafts: &[Draft]) -> Result<Option<Catalogue>> {
    let mut scripts: Vec<(&OnDisk, String)> = Vec::new();
    for migration in drafts.iter().flat_map(Draft::migrations) {
        match migration.up() {
            Some(text) => scripts.push((migration, text)),
            None => return Ok(None),
        }
    }
    let run = |scripts: &[(&OnDisk, String)]| {
        let texts: Vec<&str> = scripts.iter().map(|(_, text)| text.as_str()).collect();
        Catalogue::of_scripts(&texts)
    };
    let is = match run(&scripts) {
        // Apps come in their order; those that need one another, by time.
        Err(SchemaError::Script(_)) => {
            scripts.sort_by(|(a, _), (b, _)| a.version.cmp(&b.version));
            run(&scripts)
        }
        done => done,
    };
    let is = is.map_err(|error| Error::conflict(format!("the migrations: {error}")))?;
    Ok(Some(is))
}

/// Holds what the SQL makes against each app's snapshot. Migrations that somebody wrote by hand from
/// the first have none to be held against.
///
/// # Errors
///
/// `Conflict` with every difference.
pub(crate) fn prove(is: &Catalogue, drafts: &[Draft]) -> Result<()> {
    let mut faults = Vec::new();
    for draft in drafts.iter().filter(|it| !it.is_by_hand()) {
        let schema = draft.before();
        let expected = Catalogue::expected(schema, Dialect::Sqlite);
        let differences = is.clone().of_tables(schema).differences(&expected);
        let app = draft.models.app;
        faults.extend(differences.into_iter().map(|it| format!("{app}: {it}")));
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(Error::conflict(format!(
        "the SQL of the migrations does not make what their schema.json says\n{}",
        faults.join("\n")
    )))
}
