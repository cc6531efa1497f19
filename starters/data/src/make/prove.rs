//! Whether the snapshots are what the SQL makes.

use savia_core::{Error, Result};

use super::draft::Draft;
use super::folder::OnDisk;
use crate::migrations::order::{Needs, sequence};
use crate::schema::Catalogue;
use crate::statement::Dialect;

/// What the SQL of all migrations makes of an empty SQLite in memory; nothing where one has no text
/// for SQLite.
///
/// # Errors
///
/// `Conflict` where one does not run.
pub(crate) fn catalogue(drafts: &[Draft], needs: &Needs) -> Result<Option<Catalogue>> {
    let mut scripts: Vec<(&str, &OnDisk, String)> = Vec::new();
    for draft in drafts {
        for migration in draft.migrations() {
            match migration.up() {
                Some(text) => scripts.push((draft.models.app, migration, text)),
                None => return Ok(None),
            }
        }
    }
    let scripts = sequence(scripts, |it| it.0, |it| &it.1.version, needs);
    let texts: Vec<&str> = scripts.iter().map(|(_, _, text)| text.as_str()).collect();
    Catalogue::of_scripts(&texts)
        .map(Some)
        .map_err(|error| Error::conflict(format!("the migrations: {error}")))
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
        let differences = is.clone().of_tables(schema).lacks(&expected);
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
