//! Renames: what was said of them, and which are worth asking for.

mod candidates;
mod parse;

use std::collections::BTreeMap;

use super::error::SchemaError;
use super::model::{Schema, TableSchema};
use super::names;
use super::tokens::rename_columns;

pub use candidates::{Candidate, rename_candidates};

/// Which tables and columns were renamed: in two schemas it looks as if one went and another came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Renames {
    /// By their old names.
    pub(super) tables: BTreeMap<String, String>,
    /// By the new name of the table, and the old one of the column.
    pub(super) columns: BTreeMap<String, BTreeMap<String, String>>,
}

impl Renames {
    /// Reads `old:new` of a table, `table.old:new` of a column; `old:new` is also a column where
    /// only one can be meant.
    ///
    /// # Errors
    ///
    /// [`SchemaError::Renames`] where something said cannot be.
    pub fn parse(old: &Schema, new: &Schema, said: &[&str]) -> Result<Self, SchemaError> {
        parse::parse(old, new, said)
    }

    /// Takes what was asked and answered with yes.
    pub fn accept(&mut self, candidate: &Candidate) {
        match candidate {
            Candidate::Table { from, to } => {
                self.tables.insert(from.clone(), to.clone());
            }
            Candidate::Column { table, from, to } => {
                let columns = self.columns.entry(table.clone()).or_default();
                columns.insert(from.clone(), to.clone());
            }
        }
    }

    /// Whether nothing was renamed.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.columns.values().all(BTreeMap::is_empty)
    }

    /// The way back.
    pub(super) fn reversed(&self) -> Self {
        let turned = |pairs: &BTreeMap<String, String>| -> BTreeMap<String, String> {
            pairs
                .iter()
                .map(|(from, to)| (to.clone(), from.clone()))
                .collect()
        };
        let tables = turned(&self.tables);
        let columns = self.columns.iter().map(|(table, pairs)| {
            let before = tables.get(table).unwrap_or(table);
            (before.clone(), turned(pairs))
        });
        Self {
            columns: columns.collect(),
            tables,
        }
    }

    /// With another name for what goes, where its own is taken by what is renamed: the way back from
    /// a rename and something new of the old name.
    pub(super) fn evicting(&self, old: &Schema) -> Self {
        let mut all = self.clone();
        for to in self.tables.values() {
            if old.table(to).is_some() && !self.tables.contains_key(to) {
                all.tables.insert(to.clone(), names::between(to));
            }
        }
        for (table, columns) in &self.columns {
            let before = self.tables.iter().find(|(_, to)| *to == table);
            let before = old.table(before.map_or(table, |(from, _)| from));
            let had = |name: &str| before.is_some_and(|it| it.column(name).is_some());
            for to in columns.values() {
                if had(to) && !columns.contains_key(to) {
                    let all = all.columns.entry(table.clone()).or_default();
                    all.insert(to.clone(), names::between(to));
                }
            }
        }
        all
    }

    /// The new name of a table.
    pub(super) fn table<'a>(&'a self, old: &'a str) -> &'a str {
        self.tables.get(old).map_or(old, String::as_str)
    }

    /// The new name of a column, by the new name of its table.
    pub(super) fn column<'a>(&'a self, table: &str, old: &'a str) -> &'a str {
        let of = self.columns.get(table).and_then(|it| it.get(old));
        of.map_or(old, String::as_str)
    }

    /// The old schema as it is after the renames and before anything else.
    pub(super) fn apply(&self, old: &Schema) -> Schema {
        let tables = old.tables.iter().map(|table| self.applied(old, table));
        Schema::new(tables.collect())
    }

    fn applied(&self, old: &Schema, table: &TableSchema) -> TableSchema {
        let none = BTreeMap::new();
        let mut table = TableSchema {
            name: self.table(&table.name).to_owned(),
            ..table.clone()
        };
        let columns = self.columns.get(&table.name).unwrap_or(&none);
        for column in &mut table.columns {
            if let Some(new) = columns.get(&column.name) {
                column.name.clone_from(new);
            }
            if let Some(check) = &mut column.check {
                *check = rename_columns(check, columns);
            }
            // What another app's table is called is told by that app.
            if let Some(to) = &mut column.references
                && old.table(&to.table).is_some()
            {
                to.table = self.table(&to.table).to_owned();
                to.column = self.column(&to.table, &to.column).to_owned();
            }
        }
        let keys = [&mut table.primary_key];
        for key in keys
            .into_iter()
            .chain(&mut table.uniques)
            .chain(&mut table.indexes)
        {
            for name in key {
                if let Some(new) = columns.get(name) {
                    name.clone_from(new);
                }
            }
        }
        for check in &mut table.checks {
            *check = rename_columns(check, columns);
        }
        table
    }

    /// What cannot be: a name that nothing has, or that something else has already.
    pub(super) fn faults(&self, old: &Schema, new: &Schema) -> Vec<String> {
        let mut faults = Vec::new();
        let mut rename = |what: &str, from: &str, to: &str, was: bool, is: bool, taken: bool| {
            if !was {
                faults.push(format!("there was no {what} `{from}`"));
            } else if !is {
                faults.push(format!("there is no {what} `{to}` now"));
            } else if taken {
                faults.push(format!(
                    "`{from}` cannot become `{to}`: there was a {what} `{to}` already. Say what \
                     became of it, or let it go in a migration of its own first"
                ));
            }
        };
        for (from, to) in &self.tables {
            let taken = old.table(to).is_some() && !self.tables.contains_key(to)
                || self
                    .tables
                    .iter()
                    .any(|(other, it)| it == to && other != from);
            rename(
                "table",
                from,
                to,
                old.table(from).is_some(),
                new.table(to).is_some(),
                taken,
            );
        }
        for (table, columns) in &self.columns {
            let before = self.tables.iter().find(|(_, to)| *to == table);
            let before = before.map_or(table.as_str(), |(from, _)| from.as_str());
            let has = |schema: &Schema, table: &str, column: &str| {
                let table = schema.table(table);
                table.is_some_and(|it| it.column(column).is_some())
            };
            for (from, to) in columns {
                let taken = has(old, before, to) && !columns.contains_key(to)
                    || columns.iter().any(|(other, it)| it == to && other != from);
                rename(
                    "column",
                    &format!("{table}.{from}"),
                    &format!("{table}.{to}"),
                    has(old, before, from),
                    has(new, table, to),
                    taken,
                );
            }
        }
        faults
    }
}
