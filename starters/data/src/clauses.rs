//! The parts that statements have in common.

use crate::metadata::{ColumnMetadata, ColumnRole, EntityMetadata, IdSource};
use crate::statement::{Dialect, SqlBuilder};

/// The id's column.
pub(crate) fn id(entity: &EntityMetadata) -> &'static ColumnMetadata {
    &entity.columns[entity.id_index()]
}

/// Whether the database gives the id.
pub(crate) fn is_counted(entity: &EntityMetadata) -> bool {
    id(entity).role == ColumnRole::Id(IdSource::Database)
}

/// `select` of all columns, in their order, `from` the table.
pub(crate) fn select(sql: &mut SqlBuilder, entity: &EntityMetadata) {
    sql.push("select ");
    sql.names(entity.columns.iter().map(|column| column.name));
    sql.push(" from ").name(entity.table);
}

/// Leaves out what was deleted softly; after other conditions.
pub(crate) fn and_live(sql: &mut SqlBuilder, entity: &EntityMetadata) {
    if let Some((_, column)) = entity.role(|role| role == ColumnRole::SoftDelete) {
        sql.push(" and ").name(column.name).push(" is null");
    }
}

/// Leaves out what was deleted softly; where there is no other condition.
pub(crate) fn where_live(sql: &mut SqlBuilder, entity: &EntityMetadata) {
    if let Some((_, column)) = entity.role(|role| role == ColumnRole::SoftDelete) {
        sql.push(" where ").name(column.name).push(" is null");
    }
}

/// The direction of a key of an order. Nulls stand first where small ones do, as SQLite has it.
pub(crate) fn direction(dialect: Dialect, descending: bool, nullable: bool) -> &'static str {
    match (dialect, descending, nullable) {
        (Dialect::Postgres, true, true) => " desc nulls last",
        (Dialect::Postgres, false, true) => " nulls first",
        (_, true, _) => " desc",
        (_, false, _) => "",
    }
}
