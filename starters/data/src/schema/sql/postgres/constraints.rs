//! Keys and indexes, each under its name.

use crate::metadata::OnDelete;
use crate::schema::model::ReferenceSchema;
use crate::schema::names;
use crate::schema::sql::quote;

pub(super) fn primary_key(table: &str, columns: &[String]) -> String {
    let name = quote::name(&names::primary_key(table));
    format!("constraint {name} primary key ({})", quote::names(columns))
}

pub(super) fn unique(table: &str, columns: &[String]) -> String {
    let name = quote::name(&names::unique(table, columns));
    format!("constraint {name} unique ({})", quote::names(columns))
}

pub(super) fn foreign_key(table: &str, column: &str, to: &ReferenceSchema) -> String {
    let name = quote::name(&names::foreign_key(table, column));
    let on_delete = match to.on_delete {
        OnDelete::NoAction => String::new(),
        other => format!(" on delete {}", other.sql()),
    };
    format!(
        "constraint {name} foreign key ({}) references {} ({}){on_delete}",
        quote::name(column),
        quote::name(&to.table),
        quote::name(&to.column)
    )
}

pub(super) fn index(table: &str, columns: &[String]) -> String {
    format!(
        "create index {} on {} ({})",
        quote::name(&names::index(table, columns)),
        quote::name(table),
        quote::names(columns)
    )
}
