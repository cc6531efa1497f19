//! The types that both databases store as they are.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::sqlite::{Sqlite, SqliteValue};

use super::ColumnType;
use crate::metadata::ColumnKind;
use crate::sql_types as sql;
use crate::value::Value;

/// Reads a column that SQLite says holds an `St`.
pub(super) fn sqlite<St, T: FromSql<St, Sqlite>>(
    value: Option<SqliteValue<'_, '_, '_>>,
) -> deserialize::Result<T> {
    T::from_nullable_sql(value)
}

/// Reads a column that PostgreSQL says holds an `St`.
pub(super) fn postgres<St, T: FromSql<St, Pg>>(
    value: Option<PgValue<'_>>,
) -> deserialize::Result<T> {
    T::from_nullable_sql(value)
}

macro_rules! column_types {
    ($($rust:ty, $sql:ty, $kind:ident, $value:expr;)*) => {
        $(impl ColumnType for $rust {
            const KIND: ColumnKind = ColumnKind::$kind;

            fn to_value(&self) -> Value {
                $value(self)
            }

            fn from_sqlite(value: Option<SqliteValue<'_, '_, '_>>) -> deserialize::Result<Self> {
                sqlite::<$sql, _>(value)
            }

            fn from_postgres(value: Option<PgValue<'_>>) -> deserialize::Result<Self> {
                postgres::<$sql, _>(value)
            }
        })*
    };
}

column_types! {
    bool, sql::Bool, Boolean, |it: &bool| Value::Bool(*it);
    i16, sql::SmallInt, SmallInt, |it: &i16| Value::SmallInt(*it);
    i32, sql::Integer, Integer, |it: &i32| Value::Integer(*it);
    i64, sql::BigInt, BigInt, |it: &i64| Value::BigInt(*it);
    f32, sql::Float, Real, |it: &f32| Value::Real(*it);
    f64, sql::Double, Double, |it: &f64| Value::Double(*it);
    String, sql::Text, Text, |it: &String| Value::Text(it.clone());
    Vec<u8>, sql::Binary, Bytes, |it: &Vec<u8>| Value::Bytes(it.clone());
    DateTime<Utc>, sql::Timestamptz, Timestamp, |it: &DateTime<Utc>| Value::Timestamp(*it);
    NaiveDateTime, sql::Timestamp, DateTime, |it: &NaiveDateTime| Value::DateTime(*it);
    NaiveDate, sql::Date, Date, |it: &NaiveDate| Value::Date(*it);
    NaiveTime, sql::Time, Time, |it: &NaiveTime| Value::Time(*it);
    uuid::Uuid, sql::Uuid, Uuid, |it: &uuid::Uuid| Value::Uuid(*it);
    serde_json::Value, sql::Json, Json, |it: &serde_json::Value| Value::Json(it.clone());
}

impl<T: ColumnType> ColumnType for Option<T> {
    const KIND: ColumnKind = T::KIND;
    const NULLABLE: bool = true;
    const VALUES: Option<&'static [&'static str]> = T::VALUES;

    fn to_value(&self) -> Value {
        match self {
            Some(value) => value.to_value(),
            None => Value::Null(T::KIND),
        }
    }

    fn from_sqlite(value: Option<SqliteValue<'_, '_, '_>>) -> deserialize::Result<Self> {
        value.map(|value| T::from_sqlite(Some(value))).transpose()
    }

    fn from_postgres(value: Option<PgValue<'_>>) -> deserialize::Result<Self> {
        value.map(|value| T::from_postgres(Some(value))).transpose()
    }
}
