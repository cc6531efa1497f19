//! Renames: what is called after a table or column is called after its new name.

use super::super::quote;
use super::super::writer::Writer;
use crate::schema::diff::{Path, Step};
use crate::schema::model::TableSchema;
use crate::schema::names;
use crate::schema::order;

/// A key, an index or a check under its names.
struct Named {
    table: String,
    /// Whether `alter index` renames it, instead of `alter table`.
    is_index: bool,
    from: String,
    to: String,
}

/// Renames tables and columns, and then what is called after them.
pub(super) fn write(path: &Path, writer: &mut Writer) {
    let mut renames = false;
    for step in &path.steps {
        match step {
            Step::RenameTable { from, to } => {
                let (from, to) = (quote::name(from), quote::name(to));
                writer.statement(&format!("alter table {from} rename to {to}"));
            }
            Step::RenameColumn { table, from, to } => {
                let (table, from, to) = (quote::name(table), quote::name(from), quote::name(to));
                writer.statement(&format!("alter table {table} rename column {from} to {to}"));
            }
            _ => continue,
        }
        renames = true;
    }
    if !renames {
        return;
    }
    // Keys and indexes have names of the whole schema, checks and foreign keys of their table.
    let mut relations = Vec::new();
    for old in &path.old.tables {
        let Some(new) = path.base.table(path.renames.table(&old.name)) else {
            continue;
        };
        relations.extend(keys(path, old, new));
        rename(&constraints(old, new), writer);
    }
    rename(&relations, writer);
}

/// In an order in which no two have one name.
fn rename(all: &[Named], writer: &mut Writer) {
    let pairs: Vec<_> = all
        .iter()
        .map(|it| (it.from.clone(), it.to.clone()))
        .collect();
    for (from, to) in order::renames(&pairs) {
        // On its way over a third name, one of the two is its own.
        let Some(of) = all.iter().find(|it| it.from == from || it.to == to) else {
            continue;
        };
        let (table, from, to) = (quote::name(&of.table), quote::name(&from), quote::name(&to));
        writer.statement(&match of.is_index {
            true => format!("alter index {from} rename to {to}"),
            false => format!("alter table {table} rename constraint {from} to {to}"),
        });
    }
}

fn keys(path: &Path, old: &TableSchema, new: &TableSchema) -> Vec<Named> {
    let named = |is_index: bool, from: String, to: String| Named {
        table: new.name.clone(),
        is_index,
        from,
        to,
    };
    let renamed = |columns: &[String]| -> Vec<String> {
        let columns = columns.iter();
        columns
            .map(|it| path.renames.column(&new.name, it).to_owned())
            .collect()
    };
    let key = named(
        false,
        names::primary_key(&old.name),
        names::primary_key(&new.name),
    );
    let uniques = old.uniques.iter().map(|it| {
        let to = names::unique(&new.name, &renamed(it));
        named(false, names::unique(&old.name, it), to)
    });
    let indexes = old.indexes.iter().map(|it| {
        let to = names::index(&new.name, &renamed(it));
        named(true, names::index(&old.name, it), to)
    });
    [key].into_iter().chain(uniques).chain(indexes).collect()
}

/// Columns and checks stand in the same order before and after a rename.
fn constraints(old: &TableSchema, new: &TableSchema) -> Vec<Named> {
    let mut all = Vec::new();
    let mut push = |from: String, to: String| {
        all.push(Named {
            table: new.name.clone(),
            is_index: false,
            from,
            to,
        });
    };
    for (before, after) in old.columns.iter().zip(&new.columns) {
        let of = |name: fn(&str, &str) -> String| {
            (name(&old.name, &before.name), name(&new.name, &after.name))
        };
        if before.references.is_some() {
            let (from, to) = of(names::foreign_key);
            push(from, to);
        }
        if before.values.is_some() {
            let (from, to) = of(names::values);
            push(from, to);
        }
        if before.check.is_some() {
            let (from, to) = of(names::column_check);
            push(from, to);
        }
    }
    for (before, after) in old.checks.iter().zip(&new.checks) {
        push(
            names::table_check(&old.name, before),
            names::table_check(&new.name, after),
        );
    }
    all
}
