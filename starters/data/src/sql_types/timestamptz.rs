//! A moment in time.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::deserialize::{self, FromSql};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Nullable;
use diesel::sqlite::{Sqlite, SqliteValue};

/// A moment: `timestamptz` on PostgreSQL; on SQLite RFC 3339 text in UTC with six fraction digits,
/// whose order as text is the order in time.
#[derive(
    Debug, Clone, Copy, Default, diesel::sql_types::SqlType, diesel::query_builder::QueryId,
)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Timestamptz;

as_expression!([] DateTime<Utc> => Timestamptz);

/// The form on SQLite.
const FORMAT: &str = "%Y-%m-%dT%H:%M:%S%.6fZ";

impl ToSql<Timestamptz, Sqlite> for DateTime<Utc> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.format(FORMAT).to_string());
        Ok(IsNull::No)
    }
}

impl FromSql<Timestamptz, Sqlite> for DateTime<Utc> {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let text = value.read_text();
        if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
            return Ok(moment.to_utc());
        }
        // What SQLite itself writes: `current_timestamp`.
        let naive = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f")
            .map_err(|_| format!("{text:?} is no moment in RFC 3339"))?;
        Ok(naive.and_utc())
    }
}

impl ToSql<Timestamptz, Pg> for DateTime<Utc> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<diesel::sql_types::Timestamptz, Pg>::to_sql(self, &mut out.reborrow())
    }
}

impl FromSql<Timestamptz, Pg> for DateTime<Utc> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        FromSql::<diesel::sql_types::Timestamptz, Pg>::from_sql(value)
    }
}
