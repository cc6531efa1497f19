//! Columns that come, and columns that become others.

use super::table;
use crate::schema::diff::Path;
use crate::schema::model::{ColumnSchema, TableSchema};
use crate::schema::sql::checks::{self, NamedCheck};
use crate::schema::sql::fill::{Fill, Way};
use crate::schema::sql::writer::Writer;
use crate::schema::sql::{convert, literal, quote, types};
use crate::statement::Dialect;

/// Adds a column. Rows that are there get a value while the column may still be null, or by a
/// default that goes again.
pub(super) fn add(
    path: &Path,
    way: Way<'_>,
    table_name: &str,
    column: &ColumnSchema,
    writer: &mut Writer,
) {
    let (table, name) = (quote::name(table_name), quote::name(&column.name));
    let alter = format!("alter table {table}");
    let checks: String = checks_of(path.new.table(table_name), column)
        .iter()
        .map(|it| format!(" {}", constraint(it)))
        .collect();
    let fill = (!column.nullable && !column.identity && column.default.is_none())
        .then(|| Fill::of(path, way, table_name, column))
        .flatten();
    let Some(fill) = fill else {
        writer.statement(&format!(
            "{alter} add column {}{checks}",
            table::column(column)
        ));
        return;
    };
    let value = fill.sql(column, Dialect::Postgres, NUMBER);
    let is_constant = match &fill {
        Fill::Value(text) => literal::render(column.data_type, text, Dialect::Postgres).constant,
        _ => false,
    };
    if is_constant {
        let column = table::column(column);
        writer.statement(&format!(
            "{alter} add column {column} default {value}{checks}"
        ));
        writer.and(&format!("{alter} alter column {name} drop default"));
        return;
    }
    writer.statement(&format!(
        "{alter} add column {}{checks}",
        table::typed(column)
    ));
    writer.and(&update(&table, &name, &fill, &value, ""));
    writer.and(&format!("{alter} alter column {name} set not null"));
}

/// What tells the rows of a table apart, beside [`update`]'s second table.
const NUMBER: &str = "numbered.n";

/// Fills a column.
fn update(table: &str, name: &str, fill: &Fill, value: &str, and: &str) -> String {
    match fill {
        Fill::Numbered => format!(
            "update {table} set {name} = {value}\n\
             from (select ctid as place, row_number() over () as n from {table}) as numbered\n\
             where {table}.ctid = numbered.place{}",
            match and {
                "" => String::new(),
                and => format!(" and {table}.{and}"),
            }
        ),
        _ => format!(
            "update {table} set {name} = {value}{}",
            match and {
                "" => String::new(),
                and => format!(" where {and}"),
            }
        ),
    }
}

/// Makes a column another. What stands on its type goes first and comes back last.
pub(super) fn alter(
    path: &Path,
    way: Way<'_>,
    table_name: &str,
    (from, to): (&ColumnSchema, &ColumnSchema),
    writer: &mut Writer,
) {
    let (table, name) = (quote::name(table_name), quote::name(&to.name));
    let alter = format!("alter table {table}");
    let column = format!("{alter} alter column {name}");
    let before = checks_of(path.base.table(table_name), from);
    let after = checks_of(path.new.table(table_name), to);
    let changes_type = from.data_type != to.data_type;
    writer.gap();
    let mut statements = Vec::new();
    for check in before.iter().filter(|it| !after.contains(it)) {
        let check = quote::name(&check.name);
        statements.push(format!("{alter} drop constraint {check}"));
    }
    if from.identity && !to.identity {
        statements.push(format!("{column} drop identity"));
    }
    let changes_default = changes_type || from.default != to.default;
    if from.default.is_some() && (changes_type || to.default.is_none()) {
        statements.push(format!("{column} drop default"));
    }
    // An empty text becomes nothing.
    if !from.nullable && to.nullable {
        statements.push(format!("{column} drop not null"));
    }
    if changes_type {
        let using = convert::postgres(from.data_type, to.data_type, &name);
        let using = using.map(|it| format!(" using {it}")).unwrap_or_default();
        let data_type = types::postgres(to.data_type);
        statements.push(format!("{column} type {data_type}{using}"));
    }
    if let Some(default) = to.default.as_ref().filter(|_| changes_default) {
        let default = literal::render(to.data_type, default, Dialect::Postgres).sql;
        statements.push(format!("{column} set default {default}"));
    }
    if from.nullable && !to.nullable {
        if let Some(fill) = Fill::of(path, way, table_name, to) {
            let value = fill.sql(to, Dialect::Postgres, NUMBER);
            let is_null = format!("{name} is null");
            statements.push(update(&table, &name, &fill, &value, &is_null));
        }
        statements.push(format!("{column} set not null"));
    }
    if !from.identity && to.identity {
        statements.push(format!("{column} add generated by default as identity"));
        statements.push(format!(
            "select setval(pg_get_serial_sequence({}, {}), coalesce(max({name}), 0) + 1, false)\n\
             from {table}",
            quote::text(&table),
            quote::text(&to.name)
        ));
    }
    for check in after.iter().filter(|it| !before.contains(it)) {
        statements.push(format!("{alter} add {}", constraint(check)));
    }
    for (at, statement) in statements.iter().enumerate() {
        match at {
            0 => writer.statement(statement),
            _ => writer.and(statement),
        };
    }
}

fn checks_of(table: Option<&TableSchema>, column: &ColumnSchema) -> Vec<NamedCheck> {
    let checks = table.map(|it| checks::of_column(it, column, Dialect::Postgres));
    checks.unwrap_or_default()
}

fn constraint(check: &NamedCheck) -> String {
    format!(
        "constraint {} check ({})",
        quote::name(&check.name),
        check.sql
    )
}
