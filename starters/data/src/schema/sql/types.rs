//! The types of columns: what `sql_types` stores, in the words of each database.

use crate::schema::data_type::DataType;
use crate::schema::model::ColumnSchema;

/// On SQLite. Only `integer` itself is a row's own number, so what the database counts is one.
pub(super) fn sqlite(column: &ColumnSchema) -> &'static str {
    match column.data_type {
        _ if column.identity => "integer",
        DataType::SmallInt => "smallint",
        DataType::Integer => "integer",
        DataType::BigInt | DataType::Decimal { .. } => "bigint",
        DataType::Real => "real",
        DataType::Double => "double",
        DataType::Boolean => "boolean",
        DataType::Bytes => "blob",
        DataType::Text { .. }
        | DataType::Timestamp
        | DataType::DateTime
        | DataType::Date
        | DataType::Time
        | DataType::Uuid
        | DataType::Json => "text",
    }
}

/// On PostgreSQL.
pub(super) fn postgres(of: DataType) -> String {
    match of {
        DataType::SmallInt => "smallint",
        DataType::Integer => "integer",
        DataType::BigInt => "bigint",
        DataType::Real => "real",
        DataType::Double => "double precision",
        DataType::Boolean => "boolean",
        DataType::Text { length: None } => "text",
        DataType::Text {
            length: Some(length),
        } => return format!("varchar({length})"),
        DataType::Bytes => "bytea",
        DataType::Timestamp => "timestamptz",
        DataType::DateTime => "timestamp",
        DataType::Date => "date",
        DataType::Time => "time",
        DataType::Uuid => "uuid",
        DataType::Decimal { precision, scale } => return format!("numeric({precision}, {scale})"),
        DataType::Json => "jsonb",
    }
    .to_owned()
}
