//! What the migrations of an app say of its tables: the snapshot at their end, or two, where branches
//! came together.

use std::collections::BTreeSet;

use savia_core::{Error, Result};

use super::folder::OnDisk;
use super::merge::merge;
use super::snapshot::Snapshot;
use crate::schema::Schema;

/// What the tables are after the last migration.
#[derive(Debug)]
pub(crate) struct Head {
    /// The versions it is made from.
    pub(crate) follows: Vec<String>,
    pub(crate) schema: Schema,
}

impl Head {
    /// Of an app's migrations.
    ///
    /// # Errors
    ///
    /// `Conflict` where branches came together and `merging` was not asked for, or they changed the
    /// same in two ways.
    pub(crate) fn of(app: &str, migrations: &[OnDisk], merging: bool) -> Result<Self> {
        let ends = ends(migrations);
        match &ends[..] {
            [] => Ok(Self {
                follows: Vec::new(),
                schema: Schema::default(),
            }),
            [(one, snapshot)] => Ok(Self {
                follows: vec![one.version.clone()],
                schema: snapshot.schema.clone(),
            }),
            _ if merging => together(app, migrations, &ends),
            _ => {
                let names: Vec<_> = ends.iter().map(|(it, _)| it.label()).collect();
                Err(Error::conflict(format!(
                    "the migrations of `{app}` have {} ends, each of a branch of its own: {}\n\
                     `savia db make-migration --merge` brings them together",
                    names.len(),
                    names.join(", ")
                )))
            }
        }
    }
}

/// The migrations that none follows, by version.
fn ends(migrations: &[OnDisk]) -> Vec<(&OnDisk, &Snapshot)> {
    let with: Vec<_> = migrations
        .iter()
        .filter_map(|it| Some((it, it.snapshot.as_ref()?)))
        .collect();
    let followed: BTreeSet<&str> = with
        .iter()
        .flat_map(|(_, snapshot)| snapshot.follows.iter().map(String::as_str))
        .collect();
    with.into_iter()
        .filter(|(it, _)| !followed.contains(it.version.as_str()))
        .collect()
}

/// One schema with what each branch changed since they parted.
fn together(app: &str, migrations: &[OnDisk], ends: &[(&OnDisk, &Snapshot)]) -> Result<Head> {
    let mut follows = Vec::new();
    let mut merged: Option<(Schema, BTreeSet<&str>)> = None;
    for (end, snapshot) in ends {
        follows.push(end.version.clone());
        let before = ancestors(migrations, &end.version);
        merged = Some(match merged {
            None => (snapshot.schema.clone(), before),
            Some((schema, others)) => {
                let base = common(migrations, &others, &before);
                let merged = merge(&base, &schema, &snapshot.schema).map_err(|faults| {
                    Error::conflict(format!(
                        "the branches of `{app}` changed the same in two ways; take one of them \
                         back\n{}",
                        faults.join("\n")
                    ))
                })?;
                (merged, &others | &before)
            }
        });
    }
    let schema = merged.map(|(schema, _)| schema).unwrap_or_default();
    Ok(Head { follows, schema })
}

/// A version and all that it was made after.
fn ancestors<'a>(migrations: &'a [OnDisk], version: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open = vec![version];
    while let Some(version) = open.pop() {
        let Some(it) = migrations.iter().find(|it| it.version == version) else {
            continue;
        };
        if found.insert(it.version.as_str())
            && let Some(snapshot) = &it.snapshot
        {
            open.extend(snapshot.follows.iter().map(String::as_str));
        }
    }
    found
}

/// What the tables were where two branches parted: after the last migration that both have.
fn common(migrations: &[OnDisk], one: &BTreeSet<&str>, other: &BTreeSet<&str>) -> Schema {
    let last = one.intersection(other).max();
    let found = migrations
        .iter()
        .find(|it| Some(&it.version.as_str()) == last);
    let snapshot = found.and_then(|it| it.snapshot.as_ref());
    snapshot.map(|it| it.schema.clone()).unwrap_or_default()
}
