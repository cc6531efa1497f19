//! `create table`, and columns in it.

use crate::metadata::OnDelete;
use crate::schema::data_type::DataType;
use crate::schema::model::{ColumnSchema, ReferenceSchema, TableSchema};
use crate::schema::sql::{checks, literal, quote, types};
use crate::statement::Dialect;

/// Creates a table under a name, which is not always its own.
pub(super) fn create(name: &str, table: &TableSchema) -> String {
    let mut lines: Vec<(String, String)> = table
        .columns
        .iter()
        .map(|it| (column(table, it), unit(it)))
        .collect();
    if table.primary_key.len() > 1 {
        let columns = quote::names(&table.primary_key);
        lines.push((format!("primary key ({columns})"), String::new()));
    }
    for check in &table.checks {
        let check = checks::of_table(table, check, Dialect::Sqlite).sql;
        lines.push((format!("check ({check})"), String::new()));
    }
    let last = lines.len().saturating_sub(1);
    let lines = lines.iter().enumerate().map(|(at, (line, comment))| {
        let comma = if at < last { "," } else { "" };
        format!("    {line}{comma}{comment}\n")
    });
    let lines: String = lines.collect();
    format!("create table {} (\n{lines})", quote::name(name))
}

/// A column with all that is its own.
pub(super) fn column(table: &TableSchema, column: &ColumnSchema) -> String {
    let mut sql = format!("{} {}", quote::name(&column.name), types::sqlite(column));
    if column.identity {
        sql.push_str(" primary key autoincrement");
    } else {
        if !column.nullable {
            sql.push_str(" not null");
        }
        if matches!(&*table.primary_key, [key] if *key == column.name) {
            sql.push_str(" primary key");
        }
    }
    if let Some(default) = &column.default {
        sql.push_str(" default ");
        sql.push_str(&literal::render(column.data_type, default, Dialect::Sqlite).sql);
    }
    for check in checks::of_column(table, column, Dialect::Sqlite) {
        sql.push_str(&format!(" check ({})", check.sql));
    }
    if let Some(to) = &column.references {
        sql.push_str(&references(to));
    }
    sql
}

fn references(to: &ReferenceSchema) -> String {
    let (table, column) = (quote::name(&to.table), quote::name(&to.column));
    let on_delete = match to.on_delete {
        OnDelete::NoAction => String::new(),
        other => format!(" on delete {}", other.sql()),
    };
    format!(" references {table} ({column}){on_delete}")
}

/// What the numbers of a column count: a decimal is stored in its smallest unit.
fn unit(column: &ColumnSchema) -> String {
    match column.data_type {
        DataType::Decimal { scale: 1, .. } => " -- in tenths".to_owned(),
        DataType::Decimal { scale: 2, .. } => " -- in hundredths".to_owned(),
        DataType::Decimal { scale: 3, .. } => " -- in thousandths".to_owned(),
        DataType::Decimal { scale, .. } if scale > 3 => format!(" -- times 10^{scale}"),
        _ => String::new(),
    }
}
