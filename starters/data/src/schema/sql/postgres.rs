//! Steps as PostgreSQL's SQL.

mod columns;
mod constraints;
mod renames;
mod table;

use super::fill::Way;
use super::writer::Writer;
use super::{notes, quote};
use crate::schema::diff::{Path, Step};
use crate::schema::names;
use crate::statement::Dialect;

/// Writes the steps of a path.
pub(super) fn write(path: &Path, way: Way<'_>) -> String {
    let mut writer = Writer::default();
    renames::write(path, &mut writer);
    writer.gap();
    for step in &path.steps {
        for note in notes::of(path, way, step, Dialect::Postgres) {
            writer.comment(&note);
        }
        one(path, way, step, &mut writer);
    }
    create_indexes(path, &mut writer);
    writer.finish()
}

fn one(path: &Path, way: Way<'_>, step: &Step, writer: &mut Writer) {
    let alter = format!("alter table {}", quote::name(step.table()));
    let drop = |name: String| format!("{alter} drop constraint {}", quote::name(&name));
    let sql = match step {
        Step::RenameTable { .. } | Step::RenameColumn { .. } => return,
        Step::DropForeignKey { table, column, .. } => drop(names::foreign_key(table, column)),
        Step::DropTable { table } => format!("drop table {}", quote::name(&table.name)),
        Step::DropIndex { table, columns } => {
            format!("drop index {}", quote::name(&names::index(table, columns)))
        }
        Step::DropUnique { table, columns } => drop(names::unique(table, columns)),
        Step::DropCheck { table, check } => drop(names::table_check(table, check)),
        Step::DropPrimaryKey { table, .. } => drop(names::primary_key(table)),
        Step::CreateTable { table, later } => table::create(table, later),
        Step::DropColumn { column, .. } => {
            format!("{alter} drop column {}", quote::name(&column.name))
        }
        Step::AddColumn { table, column } => {
            return columns::add(path, way, table, column, writer);
        }
        Step::AlterColumn { table, from, to } => {
            return columns::alter(path, way, table, (from, to), writer);
        }
        Step::AddPrimaryKey { table, columns } => {
            format!("{alter} add {}", constraints::primary_key(table, columns))
        }
        Step::AddUnique { table, columns } => {
            format!("{alter} add {}", constraints::unique(table, columns))
        }
        Step::AddCheck { table, check } => {
            let name = quote::name(&names::table_check(table, check));
            format!("{alter} add constraint {name} check ({check})")
        }
        Step::AddIndex { table, columns } => constraints::index(table, columns),
        Step::AddForeignKey {
            table,
            column,
            references,
        } => format!(
            "{alter} add {}",
            constraints::foreign_key(table, column, references)
        ),
    };
    writer.statement(&sql);
}

/// The indexes of tables that came: a statement each.
fn create_indexes(path: &Path, writer: &mut Writer) {
    writer.gap();
    for step in &path.steps {
        if let Step::CreateTable { table, .. } = step {
            for columns in &table.indexes {
                writer.statement(&constraints::index(&table.name, columns));
            }
        }
    }
}
