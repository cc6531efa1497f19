//! Decimals: exact on both databases.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, HasSqlType, Nullable, SingleValue, SqlType, is_nullable};
use diesel::sqlite::{Sqlite, SqliteType, SqliteValue};
use rust_decimal::Decimal;

/// A decimal with `SCALE` digits after the point: `numeric` on PostgreSQL; on SQLite, whose own
/// numbers would round it, the 64-bit integer of its smallest unit.
#[derive(Debug, Clone, Copy, Default)]
pub struct Numeric<const SCALE: u32>;

impl<const SCALE: u32> SqlType for Numeric<SCALE> {
    type IsNull = is_nullable::NotNull;
}

impl<const SCALE: u32> SingleValue for Numeric<SCALE> {}

impl<const SCALE: u32> QueryId for Numeric<SCALE> {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<const SCALE: u32> HasSqlType<Numeric<SCALE>> for Sqlite {
    fn metadata(_: &mut ()) -> SqliteType {
        SqliteType::Long
    }
}

impl<const SCALE: u32> HasSqlType<Numeric<SCALE>> for Pg {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        <Self as HasSqlType<diesel::sql_types::Numeric>>::metadata(lookup)
    }
}

as_expression!([const SCALE: u32] Decimal => Numeric<SCALE>);

impl<const SCALE: u32> ToSql<Numeric<SCALE>, Sqlite> for Decimal {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(scaled(self, SCALE)?);
        Ok(IsNull::No)
    }
}

impl<const SCALE: u32> FromSql<Numeric<SCALE>, Sqlite> for Decimal {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let scaled = <i64 as FromSql<BigInt, Sqlite>>::from_sql(value)?;
        Ok(Self::try_new(scaled, SCALE)?)
    }
}

impl<const SCALE: u32> ToSql<Numeric<SCALE>, Pg> for Decimal {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<diesel::sql_types::Numeric, Pg>::to_sql(self, &mut out.reborrow())
    }
}

impl<const SCALE: u32> FromSql<Numeric<SCALE>, Pg> for Decimal {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let mut decimal = <Self as FromSql<diesel::sql_types::Numeric, Pg>>::from_sql(value)?;
        // The same digits on both databases, whatever the server leaves out.
        decimal.rescale(SCALE);
        Ok(decimal)
    }
}

/// A decimal whose scale is known when it is bound.
#[derive(Debug, Clone, Copy, Default)]
pub struct DynamicNumeric;

impl SqlType for DynamicNumeric {
    type IsNull = is_nullable::NotNull;
}

impl SingleValue for DynamicNumeric {}

impl HasSqlType<DynamicNumeric> for Sqlite {
    fn metadata(_: &mut ()) -> SqliteType {
        SqliteType::Long
    }
}

impl HasSqlType<DynamicNumeric> for Pg {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        <Self as HasSqlType<diesel::sql_types::Numeric>>::metadata(lookup)
    }
}

/// A decimal, and how many digits after the point its column keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScaledDecimal {
    /// The decimal.
    pub value: Decimal,
    /// Digits after the point.
    pub scale: u32,
}

impl<DB> ToSql<DynamicNumeric, DB> for ScaledDecimal
where
    DB: Backend + BindDecimal,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        DB::bind_decimal(self, out)
    }
}

/// How a backend binds a decimal.
pub trait BindDecimal: Backend {
    /// Binds it.
    ///
    /// # Errors
    ///
    /// Where it has more digits than its column keeps.
    fn bind_decimal<'b>(
        decimal: &'b ScaledDecimal,
        out: &mut Output<'b, '_, Self>,
    ) -> serialize::Result;
}

impl BindDecimal for Sqlite {
    fn bind_decimal<'b>(
        decimal: &'b ScaledDecimal,
        out: &mut Output<'b, '_, Self>,
    ) -> serialize::Result {
        out.set_value(scaled(&decimal.value, decimal.scale)?);
        Ok(IsNull::No)
    }
}

impl BindDecimal for Pg {
    fn bind_decimal<'b>(
        decimal: &'b ScaledDecimal,
        out: &mut Output<'b, '_, Self>,
    ) -> serialize::Result {
        // The same refusal as SQLite's, instead of PostgreSQL's silent rounding.
        scaled(&decimal.value, decimal.scale)?;
        ToSql::<diesel::sql_types::Numeric, Pg>::to_sql(&decimal.value, &mut out.reborrow())
    }
}

/// The integer of its smallest unit; digits that would be lost are refused, not rounded.
fn scaled(decimal: &Decimal, scale: u32) -> Result<i64, Box<dyn std::error::Error + Send + Sync>> {
    let normal = decimal.normalize();
    if normal.scale() > scale {
        return Err(format!("{decimal} has more than {scale} digits after the point").into());
    }
    let mut fitting = normal;
    fitting.rescale(scale);
    i64::try_from(fitting.mantissa())
        .ok()
        .filter(|_| fitting.scale() == scale)
        .ok_or_else(|| format!("{decimal} has more digits than its column holds").into())
}
