//! What rows that are there already get in a column that may not be null.

use super::answers::{Answer, Answers};
use super::{literal, quote};
use crate::schema::data_type::DataType;
use crate::schema::diff::Path;
use crate::schema::model::{ColumnSchema, ReferenceSchema};
use crate::statement::Dialect;

/// Which way a migration goes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Way<'a> {
    /// To the new schema: somebody was asked.
    Up(&'a Answers),
    /// Back: nobody is there to be asked, so values are made up.
    Down,
}

/// What rows that are there already get.
#[derive(Debug, Clone)]
pub(super) enum Fill {
    /// One value, as a default is written.
    Value(String),
    /// An expression over the row.
    Sql(String),
    /// Made up, each row its own.
    Numbered,
    /// The first id there is of what the column refers to.
    First(ReferenceSchema),
    /// The id of the row itself, which the column may refer to.
    Itself(ReferenceSchema),
}

impl Fill {
    /// What rows get in a column of the new schema that is not null.
    pub(super) fn of(
        path: &Path,
        way: Way<'_>,
        table: &str,
        column: &ColumnSchema,
    ) -> Option<Self> {
        if let Some(default) = &column.default {
            return Some(Self::Value(default.clone()));
        }
        match way {
            Way::Up(answers) => Some(match answers.of(table, &column.name)? {
                Answer::Sql(sql) => Self::Sql(sql.clone()),
                Answer::Value(text) => Self::Value(as_default(column.data_type, text)),
            }),
            Way::Down => Some(match &column.references {
                Some(to) if to.table == table => Self::Itself(to.clone()),
                Some(to) => Self::First(to.clone()),
                None if path.new.table(table)?.is_in_a_key(&column.name) => Self::Numbered,
                None => Self::Value(neutral(column)),
            }),
        }
    }

    /// It as an expression; `number` is one that tells rows apart.
    pub(super) fn sql(&self, column: &ColumnSchema, dialect: Dialect, number: &str) -> String {
        match self {
            Self::Value(text) => literal::render(column.data_type, text, dialect).sql,
            Self::Sql(sql) => sql.clone(),
            Self::Numbered => numbered(column, dialect, number),
            Self::First(to) => {
                let (table, id) = (quote::name(&to.table), quote::name(&to.column));
                format!("(select {id} from {table} order by {id} limit 1)")
            }
            Self::Itself(to) => quote::name(&to.column),
        }
    }

    /// What a reader is told of it, where nobody said it.
    pub(super) fn says(&self, column: &ColumnSchema, dialect: Dialect) -> String {
        match self {
            Self::Value(_) | Self::Sql(_) => self.sql(column, dialect, ""),
            Self::Numbered => "a number of their own".to_owned(),
            Self::First(to) => format!("the first `{}` of `{}`", to.column, to.table),
            Self::Itself(to) => format!("their own `{}`", to.column),
        }
    }
}

/// An answer as the macro reads a default: a text needs no quotes.
fn as_default(of: DataType, text: &str) -> String {
    let is_quoted = text.len() > 1 && text.starts_with('\'') && text.ends_with('\'');
    let is_said_in_text = matches!(
        of,
        DataType::Text { .. }
            | DataType::Uuid
            | DataType::Json
            | DataType::Timestamp
            | DataType::DateTime
            | DataType::Date
            | DataType::Time
    );
    let is_call = text.ends_with(')') || text.to_ascii_lowercase().starts_with("current_");
    match is_said_in_text && !is_quoted && (of.is_text() || !is_call) {
        true => quote::text(text),
        false => text.to_owned(),
    }
}

/// A value that is nothing much, as a default is written.
pub(in crate::schema) fn neutral(column: &ColumnSchema) -> String {
    if let Some(first) = column.values.as_ref().and_then(|it| it.first()) {
        return quote::text(first);
    }
    match column.data_type {
        DataType::SmallInt
        | DataType::Integer
        | DataType::BigInt
        | DataType::Real
        | DataType::Double
        | DataType::Decimal { .. } => "0",
        DataType::Boolean => "false",
        DataType::Text { .. } => "''",
        DataType::Bytes => "x''",
        DataType::Timestamp => "'1970-01-01T00:00:00.000000Z'",
        DataType::DateTime => "'1970-01-01 00:00:00'",
        DataType::Date => "'1970-01-01'",
        DataType::Time => "'00:00:00'",
        DataType::Uuid => "'00000000-0000-0000-0000-000000000000'",
        DataType::Json => "'{}'",
    }
    .to_owned()
}

/// A value made of a number.
fn numbered(column: &ColumnSchema, dialect: Dialect, n: &str) -> String {
    use DataType::*;
    use Dialect::{Postgres, Sqlite};
    if column.values.is_some() {
        return neutral(column);
    }
    match (dialect, column.data_type) {
        (_, SmallInt | Integer | BigInt | Real | Double | Decimal { .. }) => n.to_owned(),
        (_, Boolean) => format!("{n} % 2 = 1"),
        (Sqlite, Text { .. } | Json) => format!("cast({n} as text)"),
        (Sqlite, Bytes) => format!("cast(cast({n} as text) as blob)"),
        (Sqlite, Timestamp) => format!("strftime('%Y-%m-%dT%H:%M:%S.000000Z', {n}, 'unixepoch')"),
        (Sqlite, DateTime) => format!("datetime({n}, 'unixepoch')"),
        (Sqlite, Date) => format!("date({n} * 86400, 'unixepoch')"),
        (Sqlite, Time) => format!("time({n}, 'unixepoch')"),
        (Sqlite, Uuid) => format!("printf('00000000-0000-0000-0000-%012x', {n})"),
        (Postgres, Text { .. }) => format!("{n}::text"),
        (Postgres, Json) => format!("to_jsonb({n})"),
        (Postgres, Bytes) => format!("convert_to({n}::text, 'utf8')"),
        (Postgres, Timestamp) => format!("to_timestamp({n})"),
        (Postgres, DateTime) => format!("to_timestamp({n}) at time zone 'utc'"),
        (Postgres, Date) => format!("date '1970-01-01' + {n}::integer"),
        (Postgres, Time) => format!("time '00:00:00' + {n} * interval '1 second'"),
        (Postgres, Uuid) => {
            format!("('00000000-0000-0000-0000-' || lpad(to_hex({n}), 12, '0'))::uuid")
        }
    }
}
