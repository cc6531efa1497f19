//! JSON: values, and types that are stored as it.

use diesel::deserialize::{self, FromSql};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Nullable;
use diesel::sqlite::{Sqlite, SqliteValue};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// JSON: `jsonb` on PostgreSQL, text on SQLite.
#[derive(
    Debug, Clone, Copy, Default, diesel::sql_types::SqlType, diesel::query_builder::QueryId,
)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Json;

as_expression!([] serde_json::Value => Json);

impl ToSql<Json, Sqlite> for serde_json::Value {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.to_string());
        Ok(IsNull::No)
    }
}

impl FromSql<Json, Sqlite> for serde_json::Value {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(serde_json::from_str(value.read_text())?)
    }
}

impl ToSql<Json, Pg> for serde_json::Value {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<diesel::sql_types::Jsonb, Pg>::to_sql(self, &mut out.reborrow())
    }
}

impl FromSql<Json, Pg> for serde_json::Value {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        FromSql::<diesel::sql_types::Jsonb, Pg>::from_sql(value)
    }
}

/// A type that is stored as JSON, as diesel reads it: `.0` is what was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, diesel::deserialize::FromSqlRow)]
pub struct Embedded<T>(pub T);

impl<T: DeserializeOwned> FromSql<Json, Sqlite> for Embedded<T> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(serde_json::from_str(value.read_text())?))
    }
}

impl<T: DeserializeOwned> FromSql<Json, Pg> for Embedded<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let json = <serde_json::Value as FromSql<Json, Pg>>::from_sql(value)?;
        Ok(Self(serde_json::from_value(json)?))
    }
}

/// A type that is stored as JSON, as diesel binds it.
#[derive(Debug)]
pub struct EmbeddedRef<'a, T>(pub &'a T);

impl<T> Clone for EmbeddedRef<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for EmbeddedRef<'_, T> {}

impl<T> AsExpression<Json> for EmbeddedRef<'_, T> {
    type Expression = Bound<Json, Self>;

    fn as_expression(self) -> Self::Expression {
        Bound::new(self)
    }
}

impl<T> AsExpression<Nullable<Json>> for EmbeddedRef<'_, T> {
    type Expression = Bound<Nullable<Json>, Option<Self>>;

    fn as_expression(self) -> Self::Expression {
        Bound::new(Some(self))
    }
}

impl<T: Serialize + std::fmt::Debug> ToSql<Json, Sqlite> for EmbeddedRef<'_, T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(self.0)?);
        Ok(IsNull::No)
    }
}

impl<T: Serialize + std::fmt::Debug> ToSql<Json, Pg> for EmbeddedRef<'_, T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let value = serde_json::to_value(self.0)?;
        ToSql::<diesel::sql_types::Jsonb, Pg>::to_sql(&value, &mut out.reborrow())
    }
}
