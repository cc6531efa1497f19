//! `Value`: what is bound to a statement, in one type for both databases.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use diesel::query_builder::AstPass;
use diesel::result::{Error as DieselError, QueryResult};
use diesel::sql_types::{
    BigInt, Binary, Bool, Date, Double, Float, Integer, Nullable, SmallInt, Text, Time, Timestamp,
};
use diesel::sqlite::Sqlite;
use uuid::Uuid;

use crate::metadata::ColumnKind;
use crate::sql_types::{self, ScaledDecimal};

/// A value of a column, ready to be bound.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// No value, of a column of this kind: PostgreSQL asks for the type of what is not there.
    Null(ColumnKind),
    /// True or false.
    Bool(bool),
    /// 16 bits.
    SmallInt(i16),
    /// 32 bits.
    Integer(i32),
    /// 64 bits.
    BigInt(i64),
    /// 32 bits, floating.
    Real(f32),
    /// 64 bits, floating.
    Double(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A moment.
    Timestamp(DateTime<Utc>),
    /// A date and time of no zone.
    DateTime(NaiveDateTime),
    /// A date.
    Date(NaiveDate),
    /// A time of day.
    Time(NaiveTime),
    /// A UUID.
    Uuid(Uuid),
    /// A decimal with the digits after the point that its column keeps.
    Decimal(ScaledDecimal),
    /// JSON.
    Json(serde_json::Value),
    /// What serde could not write as JSON, and why: the statement is refused, nothing is stored.
    Unwritable(String),
}

impl Value {
    /// Whether there is none.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null(_))
    }

    /// The kind of column it belongs to.
    pub fn kind(&self) -> ColumnKind {
        match self {
            Self::Null(kind) => *kind,
            Self::Bool(_) => ColumnKind::Boolean,
            Self::SmallInt(_) => ColumnKind::SmallInt,
            Self::Integer(_) => ColumnKind::Integer,
            Self::BigInt(_) => ColumnKind::BigInt,
            Self::Real(_) => ColumnKind::Real,
            Self::Double(_) => ColumnKind::Double,
            Self::Text(_) => ColumnKind::Text,
            Self::Bytes(_) => ColumnKind::Bytes,
            Self::Timestamp(_) => ColumnKind::Timestamp,
            Self::DateTime(_) => ColumnKind::DateTime,
            Self::Date(_) => ColumnKind::Date,
            Self::Time(_) => ColumnKind::Time,
            Self::Uuid(_) => ColumnKind::Uuid,
            Self::Decimal(it) => ColumnKind::Decimal {
                precision: ColumnKind::DECIMAL_PRECISION,
                scale: it.scale,
            },
            Self::Json(_) | Self::Unwritable(_) => ColumnKind::Json,
        }
    }
}

/// Binds values on a backend; the SQL types and their forms are the backend's own.
pub(crate) trait Bind: diesel::backend::Backend {
    fn bind<'b>(out: &mut AstPass<'_, 'b, Self>, value: &'b Value) -> QueryResult<()>;
}

/// One body for both backends: the arms differ in what diesel makes of the types.
macro_rules! bind {
    ($backend:ty) => {
        impl Bind for $backend {
            fn bind<'b>(out: &mut AstPass<'_, 'b, Self>, value: &'b Value) -> QueryResult<()> {
                match value {
                    Value::Bool(it) => out.push_bind_param::<Bool, _>(it),
                    Value::SmallInt(it) => out.push_bind_param::<SmallInt, _>(it),
                    Value::Integer(it) => out.push_bind_param::<Integer, _>(it),
                    Value::BigInt(it) => out.push_bind_param::<BigInt, _>(it),
                    Value::Real(it) => out.push_bind_param::<Float, _>(it),
                    Value::Double(it) => out.push_bind_param::<Double, _>(it),
                    // PostgreSQL has no such character, and what SQLite took could not be moved there.
                    Value::Text(it) if it.contains('\0') => Err(DieselError::SerializationError(
                        "a text cannot hold the character U+0000".into(),
                    )),
                    Value::Text(it) => out.push_bind_param::<Text, _>(it),
                    Value::Bytes(it) => out.push_bind_param::<Binary, _>(it),
                    Value::Timestamp(it) => out.push_bind_param::<sql_types::Timestamptz, _>(it),
                    Value::DateTime(it) => out.push_bind_param::<Timestamp, _>(it),
                    Value::Date(it) => out.push_bind_param::<Date, _>(it),
                    Value::Time(it) => out.push_bind_param::<Time, _>(it),
                    Value::Uuid(it) => out.push_bind_param::<sql_types::Uuid, _>(it),
                    Value::Decimal(it) => out.push_bind_param::<sql_types::DynamicNumeric, _>(it),
                    Value::Json(it) => out.push_bind_param::<sql_types::Json, _>(it),
                    Value::Unwritable(why) => {
                        Err(DieselError::SerializationError(why.clone().into()))
                    }
                    Value::Null(kind) => match kind {
                        ColumnKind::Boolean => null::<Bool, bool, Self>(out, &None),
                        ColumnKind::SmallInt => null::<SmallInt, i16, Self>(out, &None),
                        ColumnKind::Integer => null::<Integer, i32, Self>(out, &None),
                        ColumnKind::BigInt => null::<BigInt, i64, Self>(out, &None),
                        ColumnKind::Real => null::<Float, f32, Self>(out, &None),
                        ColumnKind::Double => null::<Double, f64, Self>(out, &None),
                        ColumnKind::Text => null::<Text, String, Self>(out, &None),
                        ColumnKind::Bytes => null::<Binary, Vec<u8>, Self>(out, &None),
                        ColumnKind::Timestamp => {
                            null::<sql_types::Timestamptz, DateTime<Utc>, Self>(out, &None)
                        }
                        ColumnKind::DateTime => null::<Timestamp, NaiveDateTime, Self>(out, &None),
                        ColumnKind::Date => null::<Date, NaiveDate, Self>(out, &None),
                        ColumnKind::Time => null::<Time, NaiveTime, Self>(out, &None),
                        ColumnKind::Uuid => null::<sql_types::Uuid, Uuid, Self>(out, &None),
                        ColumnKind::Decimal { .. } => {
                            null::<sql_types::DynamicNumeric, ScaledDecimal, Self>(out, &None)
                        }
                        ColumnKind::Json => {
                            null::<sql_types::Json, serde_json::Value, Self>(out, &None)
                        }
                    },
                }
            }
        }
    };
}

bind!(Sqlite);
bind!(diesel::pg::Pg);

fn null<'b, St, T, DB>(out: &mut AstPass<'_, 'b, DB>, none: &'static Option<T>) -> QueryResult<()>
where
    DB: diesel::backend::Backend + diesel::sql_types::HasSqlType<Nullable<St>>,
    St: diesel::sql_types::SqlType<IsNull = diesel::sql_types::is_nullable::NotNull> + 'static,
    Option<T>: diesel::serialize::ToSql<Nullable<St>, DB>,
{
    out.push_bind_param::<Nullable<St>, Option<T>>(none)
}
