//! Indexes: SQLite cannot rename one, and a table that is built anew loses its own.

use super::Work;
use crate::schema::diff::{Path, Step};
use crate::schema::model::TableSchema;
use crate::schema::names;
use crate::schema::sql::quote;

/// Which indexes go first, and which come last.
pub(super) struct Plan {
    /// Their names.
    pub(super) dropped: Vec<String>,
    /// The statements that create them.
    pub(super) created: Vec<String>,
}

/// A key or index of a table.
#[derive(PartialEq)]
struct Index<'a> {
    unique: bool,
    columns: &'a [String],
}

impl Plan {
    pub(super) fn of(path: &Path, works: &[Work<'_>]) -> Self {
        let mut plan = Self {
            dropped: Vec::new(),
            created: Vec::new(),
        };
        for step in &path.steps {
            if let Step::CreateTable { table, .. } = step {
                plan.created.extend(of(table).map(|it| it.create(table)));
            }
        }
        for work in works {
            match work.rebuilds {
                true => plan
                    .created
                    .extend(of(work.after).map(|it| it.create(work.after))),
                false => plan.alter(path, work),
            }
        }
        plan
    }

    fn alter(&mut self, path: &Path, work: &Work<'_>) {
        let before = work.before;
        let goes = |index: &Index<'_>| {
            work.steps.iter().any(|step| match step {
                Step::DropIndex { columns, .. } => !index.unique && index.columns == columns,
                Step::DropUnique { columns, .. } => index.unique && index.columns == columns,
                _ => false,
            })
        };
        for index in of(before) {
            let (was, is) = (
                index.name_before(path, before),
                index.name(&work.after.name),
            );
            let goes = goes(&index);
            if goes || was != is {
                self.dropped.push(was);
                if !goes {
                    self.created.push(index.create(work.after));
                }
            }
        }
        for step in &work.steps {
            let (unique, columns) = match step {
                Step::AddUnique { columns, .. } => (true, columns),
                Step::AddIndex { columns, .. } => (false, columns),
                _ => continue,
            };
            self.created
                .push(Index { unique, columns }.create(work.after));
        }
    }
}

/// The keys and indexes of a table.
fn of(table: &TableSchema) -> impl Iterator<Item = Index<'_>> {
    let uniques = table.uniques.iter().map(|columns| Index {
        unique: true,
        columns,
    });
    let indexes = table.indexes.iter().map(|columns| Index {
        unique: false,
        columns,
    });
    uniques.chain(indexes)
}

impl Index<'_> {
    fn name(&self, table: &str) -> String {
        match self.unique {
            true => names::unique(table, self.columns),
            false => names::index(table, self.columns),
        }
    }

    /// What it was called before its table and columns were renamed.
    fn name_before(&self, path: &Path, table: &TableSchema) -> String {
        let back = path.renames.reversed();
        let before = back.table(&table.name);
        let columns = self
            .columns
            .iter()
            .map(|it| back.column(before, it).to_owned());
        let columns: Vec<String> = columns.collect();
        let index = Index {
            unique: self.unique,
            columns: &columns,
        };
        index.name(before)
    }

    fn create(&self, table: &TableSchema) -> String {
        let unique = if self.unique { "unique " } else { "" };
        format!(
            "create {unique}index {} on {} ({})",
            quote::name(&self.name(&table.name)),
            quote::name(&table.name),
            quote::names(self.columns)
        )
    }
}
