//! What `alter table` can do.

use crate::schema::diff::Step;
use crate::schema::model::{ColumnSchema, TableSchema};
use crate::schema::sql::literal;
use crate::schema::tokens::mentions;
use crate::statement::Dialect;

/// Whether SQLite does the step without a new table.
pub(super) fn is_simple(
    step: &Step,
    steps: &[&Step],
    before: &TableSchema,
    after: &TableSchema,
) -> bool {
    let comes = |name: &str| {
        steps
            .iter()
            .any(|it| matches!(it, Step::AddColumn { column, .. } if column.name == name))
    };
    let goes = |name: &str| {
        steps
            .iter()
            .any(|it| matches!(it, Step::DropColumn { column, .. } if column.name == name))
    };
    match step {
        Step::AddIndex { .. }
        | Step::AddUnique { .. }
        | Step::DropIndex { .. }
        | Step::DropUnique { .. } => true,
        Step::AddForeignKey { column, .. } => comes(column),
        Step::DropForeignKey { column, .. } => goes(column),
        Step::AddColumn { column, .. } => can_be_added(column, after),
        Step::DropColumn { column, .. } => can_be_dropped(column, before),
        _ => false,
    }
}

/// What SQLite can put into rows that are there: nothing, or one value. With foreign keys on it
/// puts nothing into a column that refers.
fn can_be_added(column: &ColumnSchema, after: &TableSchema) -> bool {
    let is_key = column.identity || after.primary_key.contains(&column.name);
    let default = column.default.as_ref();
    let default = default.map(|it| literal::render(column.data_type, it, Dialect::Sqlite));
    let holds_something = match &default {
        Some(default) if !default.constant => return false,
        Some(default) => default.sql != "null",
        None => false,
    };
    let may_refer = column.references.is_none() || !holds_something;
    !is_key && may_refer && (column.nullable || holds_something)
}

/// A column that nothing else stands on; its indexes are gone by then.
fn can_be_dropped(column: &ColumnSchema, before: &TableSchema) -> bool {
    let others = before.columns.iter().filter(|it| it.name != column.name);
    let mut checks = others
        .filter_map(|it| it.check.as_ref())
        .chain(&before.checks);
    !before.primary_key.contains(&column.name) && !checks.any(|it| mentions(it, &column.name))
}
