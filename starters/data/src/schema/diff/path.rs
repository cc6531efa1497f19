//! From one schema to another, step by step.
//!
//! What others stand in the way of goes first: names are given up before they are taken, foreign
//! keys go before what they refer to, and come last.

use std::collections::BTreeMap;

use super::columns::{Pair, is_same};
use super::foreign_keys::ForeignKeys;
use super::step::Step;
use crate::schema::model::{ColumnSchema, ReferenceSchema, Schema, TableSchema};
use crate::schema::order;
use crate::schema::renames::Renames;

/// A way from one schema to another.
#[derive(Debug, Clone)]
pub(in crate::schema) struct Path {
    /// What was.
    pub(in crate::schema) old: Schema,
    /// What was, under its new names.
    pub(in crate::schema) base: Schema,
    /// What is to be.
    pub(in crate::schema) new: Schema,
    pub(in crate::schema) renames: Renames,
    /// The tables that stay, each after those it cannot do without.
    pub(in crate::schema) kept: Vec<String>,
    pub(in crate::schema) steps: Vec<Step>,
}

impl Path {
    pub(super) fn between(old: &Schema, new: &Schema, renames: &Renames) -> Self {
        let renames = &renames.evicting(old);
        let mut path = Self {
            old: old.clone(),
            base: renames.apply(old),
            new: new.clone(),
            renames: renames.clone(),
            kept: Vec::new(),
            steps: Vec::new(),
        };
        let pairs = pairs(&path.base, &path.new);
        let steps = steps(&path, &pairs);
        path.kept = pairs.iter().map(|it| it.after.name.clone()).collect();
        path.steps = steps;
        path
    }
}

fn steps(path: &Path, pairs: &[Pair<'_>]) -> Vec<Step> {
    let Path { base, new, .. } = path;
    let keys = ForeignKeys { base, new };
    let mut steps = renames(path);
    let dropped = dropped(base, new);
    drop_foreign_keys(pairs, &dropped, keys, &mut steps);
    steps.extend(dropped.iter().map(|table| Step::DropTable {
        table: (*table).clone(),
    }));
    for pair in pairs {
        drop_keys(*pair, &mut steps);
    }
    let mut later = create_tables(keys, &mut steps);
    for pair in pairs {
        columns(*pair, &mut steps);
    }
    for pair in pairs {
        add_keys(*pair, &mut steps);
    }
    for pair in pairs {
        for (column, references) in pair.after.references() {
            let before = pair.before.column(&column.name);
            if !before.is_some_and(|before| keys.stays(before, column)) {
                later.push(Step::AddForeignKey {
                    table: pair.after.name.clone(),
                    column: column.name.clone(),
                    references: references.clone(),
                });
            }
        }
    }
    steps.extend(later);
    steps
}

fn renames(path: &Path) -> Vec<Step> {
    let Path { old, renames, .. } = path;
    let ordered = |pairs: &BTreeMap<String, String>| {
        let pairs: Vec<_> = pairs.iter().map(|(a, b)| (a.clone(), b.clone())).collect();
        order::renames(&pairs)
    };
    let tables = ordered(&renames.tables).into_iter();
    let mut steps: Vec<Step> = tables
        .map(|(from, to)| Step::RenameTable { from, to })
        .collect();
    for table in &old.tables {
        let table = renames.table(&table.name);
        let Some(columns) = renames.columns.get(table) else {
            continue;
        };
        steps.extend(
            ordered(columns)
                .into_iter()
                .map(|(from, to)| Step::RenameColumn {
                    table: table.to_owned(),
                    from,
                    to,
                }),
        );
    }
    steps
}

/// The tables that stay, each after those it will refer to with a column that is not null: where
/// rows need an id of another table, that table is done.
fn pairs<'a>(base: &'a Schema, new: &'a Schema) -> Vec<Pair<'a>> {
    let tables = new.tables.iter().filter_map(|after| {
        let before = base.table(&after.name)?;
        Some(Pair { before, after })
    });
    let pairs: Vec<_> = tables.collect();
    let after: Vec<_> = pairs.iter().map(|it| it.after).collect();
    let order = by_reference(&after, |column| !column.nullable).into_iter();
    order.filter_map(|at| pairs.get(at).copied()).collect()
}

/// The tables that go, each before those it refers to.
fn dropped<'a>(base: &'a Schema, new: &Schema) -> Vec<&'a TableSchema> {
    let tables = base
        .tables
        .iter()
        .filter(|it| new.table(&it.name).is_none());
    let tables: Vec<_> = tables.collect();
    let order = by_reference(&tables, |_| true).into_iter().rev();
    order.filter_map(|at| tables.get(at).copied()).collect()
}

/// The places of tables, each after those it refers to with such columns, as far as there is no
/// circle.
fn by_reference(tables: &[&TableSchema], is: fn(&ColumnSchema) -> bool) -> Vec<usize> {
    let places: BTreeMap<&str, usize> = tables
        .iter()
        .enumerate()
        .map(|(at, it)| (it.name.as_str(), at))
        .collect();
    let needs: Vec<Vec<usize>> = tables
        .iter()
        .map(|table| {
            let to = table.references().filter(|(column, _)| is(column));
            to.filter_map(|(_, to)| places.get(to.table.as_str()).copied())
                .collect()
        })
        .collect();
    order::sort(&needs).order
}

fn drop_foreign_keys(
    pairs: &[Pair<'_>],
    dropped: &[&TableSchema],
    keys: ForeignKeys<'_>,
    steps: &mut Vec<Step>,
) {
    for pair in pairs {
        for (column, references) in pair.before.references() {
            let after = pair.kept().find(|(_, to)| to.name == column.name);
            let goes = match after {
                Some((from, to)) => !keys.stays(from, to),
                // With its column it goes by itself, but late.
                None => keys.changes(references),
            };
            if goes {
                steps.push(drop_foreign_key(
                    pair.before,
                    &column.name,
                    references.clone(),
                ));
            }
        }
    }
    // Of tables that refer to one another in a circle, one has to let go.
    for (at, table) in dropped.iter().enumerate() {
        for (column, references) in table.references() {
            let earlier = dropped.iter().take(at);
            if earlier.into_iter().any(|it| it.name == references.table) {
                steps.push(drop_foreign_key(table, &column.name, references.clone()));
            }
        }
    }
}

fn drop_foreign_key(table: &TableSchema, column: &str, references: ReferenceSchema) -> Step {
    Step::DropForeignKey {
        table: table.name.clone(),
        column: column.to_owned(),
        references,
    }
}

fn drop_keys(pair: Pair<'_>, steps: &mut Vec<Step>) {
    let table = || pair.before.name.clone();
    for columns in pair.keys(|it| &it.indexes).0 {
        steps.push(Step::DropIndex {
            table: table(),
            columns: columns.clone(),
        });
    }
    for columns in pair.keys(|it| &it.uniques).0 {
        steps.push(Step::DropUnique {
            table: table(),
            columns: columns.clone(),
        });
    }
    for check in pair.checks().0 {
        steps.push(Step::DropCheck {
            table: table(),
            check: check.clone(),
        });
    }
    if pair.changes_primary_key() {
        steps.push(Step::DropPrimaryKey {
            table: table(),
            columns: pair.before.primary_key.clone(),
        });
    }
}

/// Creates tables; gives the foreign keys that have to come later.
fn create_tables(keys: ForeignKeys<'_>, steps: &mut Vec<Step>) -> Vec<Step> {
    let tables = keys.new.tables.iter();
    let tables: Vec<_> = tables
        .filter(|it| keys.base.table(&it.name).is_none())
        .collect();
    let mut created: Vec<&str> = Vec::new();
    let mut foreign_keys = Vec::new();
    for at in by_reference(&tables, |_| true) {
        let Some(table) = tables.get(at) else {
            continue;
        };
        created.push(&table.name);
        let mut later = Vec::new();
        for (column, references) in table.references() {
            if !keys.is_ready(references, &created) {
                later.push(column.name.clone());
                foreign_keys.push(Step::AddForeignKey {
                    table: table.name.clone(),
                    column: column.name.clone(),
                    references: references.clone(),
                });
            }
        }
        steps.push(Step::CreateTable {
            table: (*table).clone(),
            later,
        });
    }
    foreign_keys
}

fn columns(pair: Pair<'_>, steps: &mut Vec<Step>) {
    let table = || pair.after.name.clone();
    for column in pair.dropped() {
        steps.push(Step::DropColumn {
            table: table(),
            column: column.clone(),
        });
    }
    for column in pair.added() {
        steps.push(Step::AddColumn {
            table: table(),
            column: column.clone(),
        });
    }
    for (from, to) in pair.kept().filter(|(from, to)| !is_same(from, to)) {
        steps.push(Step::AlterColumn {
            table: table(),
            from: from.clone(),
            to: to.clone(),
        });
    }
}

fn add_keys(pair: Pair<'_>, steps: &mut Vec<Step>) {
    let table = || pair.after.name.clone();
    if pair.changes_primary_key() {
        steps.push(Step::AddPrimaryKey {
            table: table(),
            columns: pair.after.primary_key.clone(),
        });
    }
    for columns in pair.keys(|it| &it.uniques).1 {
        steps.push(Step::AddUnique {
            table: table(),
            columns: columns.clone(),
        });
    }
    for check in pair.checks().1 {
        steps.push(Step::AddCheck {
            table: table(),
            check: check.clone(),
        });
    }
    for columns in pair.keys(|it| &it.indexes).1 {
        steps.push(Step::AddIndex {
            table: table(),
            columns: columns.clone(),
        });
    }
}
