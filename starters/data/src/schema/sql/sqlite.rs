//! Steps as SQLite's SQL.
//!
//! `alter table` renames, and adds and drops simple columns; all else is a new table that takes the
//! place of the old one (<https://www.sqlite.org/lang_altertable.html#otheralter>).

mod indexes;
mod rebuild;
mod simple;
mod table;

use super::fill::Way;
use super::writer::Writer;
use super::{FOREIGN_KEYS_OFF, notes, quote};
use crate::schema::diff::{Path, Step};
use crate::schema::model::TableSchema;
use crate::statement::Dialect;

/// Writes the steps of a path.
pub(super) fn write(path: &Path, way: Way<'_>) -> String {
    let mut writer = Writer::default();
    renames(path, &mut writer);
    let works = works(path);
    let plan = indexes::Plan::of(path, &works);
    for name in &plan.dropped {
        writer.statement(&format!("drop index {}", quote::name(name)));
    }
    writer.gap();
    drop_tables(path, way, &mut writer);
    for step in &path.steps {
        if let Step::CreateTable { table, .. } = step {
            writer.statement(&table::create(&table.name, table));
        }
    }
    for work in &works {
        work.write(path, way, &mut writer);
    }
    writer.gap();
    for created in &plan.created {
        writer.statement(created);
    }
    let drops = path
        .steps
        .iter()
        .any(|it| matches!(it, Step::DropTable { .. }));
    let text = writer.finish();
    match drops || works.iter().any(|work| work.rebuilds) {
        true => format!("{FOREIGN_KEYS_OFF}\n\n{text}"),
        false => text,
    }
}

/// What happens to one table that stays.
struct Work<'a> {
    before: &'a TableSchema,
    after: &'a TableSchema,
    steps: Vec<&'a Step>,
    /// Whether `alter table` cannot do it.
    rebuilds: bool,
}

impl Work<'_> {
    fn write(&self, path: &Path, way: Way<'_>, writer: &mut Writer) {
        if self.rebuilds {
            let table = &self.after.name;
            writer.comment(&format!(
                "`alter table` of SQLite cannot do this: `{table}` is built anew."
            ));
            for note in self.notes(path, way) {
                writer.comment(&note);
            }
            rebuild::write(self, path, way, writer);
            return;
        }
        for step in &self.steps {
            let table = quote::name(step.table());
            let sql = match step {
                Step::DropColumn { column, .. } => {
                    format!(
                        "alter table {table} drop column {}",
                        quote::name(&column.name)
                    )
                }
                Step::AddColumn { column, .. } => {
                    let column = table::column(self.after, column);
                    format!("alter table {table} add column {column}")
                }
                // Indexes are seen to for all tables; the foreign key of a column goes and comes
                // with it.
                _ => continue,
            };
            for note in notes::of(path, way, step, Dialect::Sqlite) {
                writer.comment(&note);
            }
            writer.statement(&sql);
        }
        writer.gap();
    }

    fn notes(&self, path: &Path, way: Way<'_>) -> Vec<String> {
        let steps = self.steps.iter();
        steps
            .flat_map(|step| notes::of(path, way, step, Dialect::Sqlite))
            .collect()
    }
}

/// The work on tables that stay.
fn works(path: &Path) -> Vec<Work<'_>> {
    let tables = path.kept.iter().filter_map(|name| {
        let before = path.base.table(name)?;
        let after = path.new.table(name)?;
        let is_of_table = |step: &&Step| {
            step.table() == after.name
                && !matches!(step, Step::RenameTable { .. } | Step::RenameColumn { .. })
        };
        let steps: Vec<&Step> = path.steps.iter().filter(is_of_table).collect();
        let rebuilds = !steps
            .iter()
            .all(|step| simple::is_simple(step, &steps, before, after));
        Some(Work {
            before,
            after,
            steps,
            rebuilds,
        })
    });
    tables.collect()
}

fn renames(path: &Path, writer: &mut Writer) {
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
            _ => {}
        }
    }
    writer.gap();
}

fn drop_tables(path: &Path, way: Way<'_>, writer: &mut Writer) {
    for step in &path.steps {
        if let Step::DropTable { table } = step {
            for note in notes::of(path, way, step, Dialect::Sqlite) {
                writer.comment(&note);
            }
            writer.statement(&format!("drop table {}", quote::name(&table.name)));
        }
    }
    writer.gap();
}
