//! What a database holds that has exactly a schema.

use super::{Catalogue, Check, Column, ForeignKey, Index, Key, Table};
use crate::metadata::OnDelete;
use crate::schema::data_type::DataType;
use crate::schema::model::{ColumnSchema, Schema, TableSchema};
use crate::schema::names;
use crate::schema::sql;
use crate::statement::Dialect;

pub(super) fn of(schema: &Schema, dialect: Dialect) -> Catalogue {
    let tables = schema.tables.iter();
    Catalogue {
        dialect,
        tables: tables
            .map(|it| (it.name.clone(), table(it, dialect)))
            .collect(),
    }
}

fn table(of: &TableSchema, dialect: Dialect) -> Table {
    // SQLite's keys and checks have names in the text of the table at most.
    let named = |name: String| (dialect == Dialect::Postgres).then_some(name);
    let columns = of.columns.iter();
    let of_columns = columns
        .clone()
        .flat_map(|it| sql::column_checks(of, it, dialect));
    let of_table = of.checks.iter().map(|it| sql::table_check(of, it, dialect));
    Table {
        columns: columns.map(|it| column(it, dialect)).collect(),
        primary_key: Some(Key {
            name: named(names::primary_key(&of.name)),
            columns: of.primary_key.clone(),
        }),
        uniques: of
            .uniques
            .iter()
            .map(|columns| Key {
                name: Some(names::unique(&of.name, columns)),
                columns: columns.clone(),
            })
            .collect(),
        indexes: of
            .indexes
            .iter()
            .map(|columns| Index {
                name: names::index(&of.name, columns),
                unique: false,
                columns: columns.clone(),
                definition: None,
            })
            .collect(),
        foreign_keys: of
            .references()
            .map(|(column, to)| ForeignKey {
                name: named(names::foreign_key(&of.name, &column.name)),
                columns: vec![column.name.clone()],
                table: to.table.clone(),
                to: vec![to.column.clone()],
                on_delete: to.on_delete.sql().to_owned(),
                on_update: OnDelete::NoAction.sql().to_owned(),
            })
            .collect(),
        checks: of_columns
            .chain(of_table)
            .map(|it| Check {
                name: named(it.name),
                sql: it.sql,
            })
            .collect(),
    }
}

fn column(of: &ColumnSchema, dialect: Dialect) -> Column {
    Column {
        name: of.name.clone(),
        data_type: match dialect {
            Dialect::Sqlite => sql::type_of(of, dialect),
            Dialect::Postgres => postgres_type(of.data_type),
        },
        nullable: of.nullable,
        default: sql::default_of(of, dialect),
        identity: of.identity,
        generated: false,
    }
}

/// A type as `format_type` writes it.
fn postgres_type(of: DataType) -> String {
    match of {
        DataType::Text {
            length: Some(length),
        } => format!("character varying({length})"),
        DataType::Timestamp => "timestamp with time zone".to_owned(),
        DataType::DateTime => "timestamp without time zone".to_owned(),
        DataType::Time => "time without time zone".to_owned(),
        DataType::Decimal { precision, scale } => format!("numeric({precision},{scale})"),
        DataType::SmallInt => "smallint".to_owned(),
        DataType::Integer => "integer".to_owned(),
        DataType::BigInt => "bigint".to_owned(),
        DataType::Real => "real".to_owned(),
        DataType::Double => "double precision".to_owned(),
        DataType::Boolean => "boolean".to_owned(),
        DataType::Text { length: None } => "text".to_owned(),
        DataType::Bytes => "bytea".to_owned(),
        DataType::Date => "date".to_owned(),
        DataType::Uuid => "uuid".to_owned(),
        DataType::Json => "jsonb".to_owned(),
    }
}
