//! Which Rust types a column may have, and how a column stores them.

mod types;

use std::marker::PhantomData;

use diesel::deserialize;
use diesel::pg::PgValue;
use diesel::sqlite::SqliteValue;
use rust_decimal::Decimal;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::metadata::ColumnKind;
use crate::sql_types::{self, ScaledDecimal};
use crate::value::Value;

/// A Rust type that a column may have as it is.
///
/// Beside the types in [`sql_types`], enums with `#[entity]` are ones, and
/// `Option` of each. Decimals and embedded JSON are stored as their field's attributes say.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no type of a column",
    label = "not a type that both databases store",
    note = "enums of texts are made columns by `#[entity]`; other types are embedded with `#[json]`"
)]
pub trait ColumnType: Clone + Send + Sync + 'static {
    /// What the column holds.
    const KIND: ColumnKind;
    /// Whether it may hold nothing.
    const NULLABLE: bool = false;
    /// The only texts it may hold: an enum's.
    const VALUES: Option<&'static [&'static str]> = None;

    /// As it is bound.
    fn to_value(&self) -> Value;

    /// From SQLite's column.
    ///
    /// # Errors
    ///
    /// Where the column holds something else.
    fn from_sqlite(value: Option<SqliteValue<'_, '_, '_>>) -> deserialize::Result<Self>;

    /// From PostgreSQL's column.
    ///
    /// # Errors
    ///
    /// Where the column holds something else.
    fn from_postgres(value: Option<PgValue<'_>>) -> deserialize::Result<Self>;
}

/// How a column stores a `T`.
pub trait Codec<T>: 'static {
    /// What the column holds.
    const KIND: ColumnKind;
    /// Whether it may hold nothing.
    const NULLABLE: bool;
    /// The only texts it may hold: an enum's.
    const VALUES: Option<&'static [&'static str]> = None;

    /// As it is bound.
    fn to_value(value: &T) -> Value;

    /// From SQLite's column.
    ///
    /// # Errors
    ///
    /// Where the column holds something else.
    fn from_sqlite(value: Option<SqliteValue<'_, '_, '_>>) -> deserialize::Result<T>;

    /// From PostgreSQL's column.
    ///
    /// # Errors
    ///
    /// Where the column holds something else.
    fn from_postgres(value: Option<PgValue<'_>>) -> deserialize::Result<T>;
}

/// As the type itself says.
#[derive(Debug, Clone, Copy)]
pub struct Plain;

impl<T: ColumnType> Codec<T> for Plain {
    const KIND: ColumnKind = T::KIND;
    const NULLABLE: bool = T::NULLABLE;
    const VALUES: Option<&'static [&'static str]> = T::VALUES;

    fn to_value(value: &T) -> Value {
        value.to_value()
    }

    fn from_sqlite(value: Option<SqliteValue<'_, '_, '_>>) -> deserialize::Result<T> {
        T::from_sqlite(value)
    }

    fn from_postgres(value: Option<PgValue<'_>>) -> deserialize::Result<T> {
        T::from_postgres(value)
    }
}

/// A decimal with `SCALE` digits after the point.
#[derive(Debug, Clone, Copy)]
pub struct Scaled<const SCALE: u32>;

impl<const SCALE: u32> Scaled<SCALE> {
    const DECIMAL: ColumnKind = ColumnKind::Decimal {
        precision: ColumnKind::DECIMAL_PRECISION,
        scale: SCALE,
    };
}

impl<const SCALE: u32> Codec<Decimal> for Scaled<SCALE> {
    const KIND: ColumnKind = Self::DECIMAL;
    const NULLABLE: bool = false;

    fn to_value(value: &Decimal) -> Value {
        Value::Decimal(ScaledDecimal {
            value: *value,
            scale: SCALE,
        })
    }

    fn from_sqlite(value: Option<SqliteValue<'_, '_, '_>>) -> deserialize::Result<Decimal> {
        types::sqlite::<sql_types::Numeric<SCALE>, _>(value)
    }

    fn from_postgres(value: Option<PgValue<'_>>) -> deserialize::Result<Decimal> {
        types::postgres::<sql_types::Numeric<SCALE>, _>(value)
    }
}

impl<const SCALE: u32> Codec<Option<Decimal>> for Scaled<SCALE> {
    const KIND: ColumnKind = Self::DECIMAL;
    const NULLABLE: bool = true;

    fn to_value(value: &Option<Decimal>) -> Value {
        match value {
            Some(value) => <Self as Codec<Decimal>>::to_value(value),
            None => Value::Null(Self::DECIMAL),
        }
    }

    fn from_sqlite(value: Option<SqliteValue<'_, '_, '_>>) -> deserialize::Result<Option<Decimal>> {
        value
            .map(|value| <Self as Codec<Decimal>>::from_sqlite(Some(value)))
            .transpose()
    }

    fn from_postgres(value: Option<PgValue<'_>>) -> deserialize::Result<Option<Decimal>> {
        value
            .map(|value| <Self as Codec<Decimal>>::from_postgres(Some(value)))
            .transpose()
    }
}

/// A type that is stored as JSON. Of an `Option`, `None` is JSON's `null`, in a column that is
/// never null itself; [`AsOptionalJson`] keeps it as SQL's.
#[derive(Debug, Clone, Copy)]
pub struct AsJson;

impl<T: Serialize + DeserializeOwned> Codec<T> for AsJson {
    const KIND: ColumnKind = ColumnKind::Json;
    const NULLABLE: bool = false;

    fn to_value(value: &T) -> Value {
        json(value)
    }

    fn from_sqlite(value: Option<SqliteValue<'_, '_, '_>>) -> deserialize::Result<T> {
        let value: sql_types::Embedded<T> = types::sqlite::<sql_types::Json, _>(value)?;
        Ok(value.0)
    }

    fn from_postgres(value: Option<PgValue<'_>>) -> deserialize::Result<T> {
        let value: sql_types::Embedded<T> = types::postgres::<sql_types::Json, _>(value)?;
        Ok(value.0)
    }
}

/// An `Option` of a type that is stored as JSON.
#[derive(Debug, Clone, Copy)]
pub struct AsOptionalJson;

impl<T: Serialize + DeserializeOwned> Codec<Option<T>> for AsOptionalJson {
    const KIND: ColumnKind = ColumnKind::Json;
    const NULLABLE: bool = true;

    fn to_value(value: &Option<T>) -> Value {
        match value {
            Some(value) => json(value),
            None => Value::Null(ColumnKind::Json),
        }
    }

    fn from_sqlite(value: Option<SqliteValue<'_, '_, '_>>) -> deserialize::Result<Option<T>> {
        value
            .map(|value| <AsJson as Codec<T>>::from_sqlite(Some(value)))
            .transpose()
    }

    fn from_postgres(value: Option<PgValue<'_>>) -> deserialize::Result<Option<T>> {
        value
            .map(|value| <AsJson as Codec<T>>::from_postgres(Some(value)))
            .transpose()
    }
}

fn json<T: Serialize>(value: &T) -> Value {
    match serde_json::to_value(value) {
        Ok(value) => Value::Json(value),
        Err(error) => Value::Unwritable(format!("it cannot be written as JSON: {error}")),
    }
}

/// What a column is of; it holds none of them.
type Of<E, T, C> = fn() -> (E, T, C);

/// A column of the entity `E` that holds a `T`; `#[entity]` makes one of each field.
pub struct Column<E, T, C = Plain> {
    index: usize,
    name: &'static str,
    of: PhantomData<Of<E, T, C>>,
}

impl<E, T, C> Column<E, T, C> {
    /// The column of this place and name.
    pub const fn new(index: usize, name: &'static str) -> Self {
        Self {
            index,
            name,
            of: PhantomData,
        }
    }

    /// Its place among the entity's columns.
    pub const fn index(&self) -> usize {
        self.index
    }

    /// Its name in the table.
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

impl<E, T, C> Clone for Column<E, T, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E, T, C> Copy for Column<E, T, C> {}

impl<E, T, C> std::fmt::Debug for Column<E, T, C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Column").field("name", &self.name).finish()
    }
}

/// What can be compared with a column of `T`.
#[diagnostic::on_unimplemented(
    message = "a parameter of type `{Self}` cannot be compared with a column of type `{T}`",
    label = "the column holds `{T}`",
    note = "take `{T}`, or a reference to it"
)]
pub trait Argument<T> {
    /// As the column's type.
    fn into_column(self) -> T;
}

impl<T> Argument<T> for T {
    fn into_column(self) -> T {
        self
    }
}

impl<T: Clone> Argument<T> for &T {
    fn into_column(self) -> T {
        self.clone()
    }
}

impl<T> Argument<Option<T>> for T {
    fn into_column(self) -> Option<T> {
        Some(self)
    }
}

impl Argument<String> for &str {
    fn into_column(self) -> String {
        self.to_owned()
    }
}

impl Argument<Option<String>> for &str {
    fn into_column(self) -> Option<String> {
        Some(self.to_owned())
    }
}

impl Argument<Option<String>> for Option<&str> {
    fn into_column(self) -> Option<String> {
        self.map(str::to_owned)
    }
}

impl Argument<Vec<u8>> for &[u8] {
    fn into_column(self) -> Vec<u8> {
        self.to_owned()
    }
}

/// An argument as it is bound beside its column.
pub fn argument<E, T, C: Codec<T>, A: Argument<T>>(_: Column<E, T, C>, argument: A) -> Value {
    C::to_value(&argument.into_column())
}

/// The arguments of `in`.
pub fn arguments<E, T, C: Codec<T>, A: Argument<T>>(
    _: Column<E, T, C>,
    arguments: impl IntoIterator<Item = A>,
) -> Vec<Value> {
    arguments
        .into_iter()
        .map(|argument| C::to_value(&argument.into_column()))
        .collect()
}

/// A field as it is bound.
pub fn value<T, C: Codec<T>>(field: &T) -> Value {
    C::to_value(field)
}

/// Asks what a column holds that stores a `T` as `C` says. Where it does not, which is told where
/// the column is read, it is anything, so that one mistake is one error.
#[doc(hidden)]
#[derive(Debug)]
pub struct KindOf<T, C>(PhantomData<fn() -> (T, C)>);

impl<T, C> KindOf<T, C> {
    #[allow(clippy::new_without_default, reason = "it is written by a macro")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T, C: Codec<T>> KindOf<T, C> {
    pub fn get(&self) -> ColumnKind {
        C::KIND
    }
}

#[doc(hidden)]
pub trait NoKind {
    fn get(&self) -> ColumnKind {
        ColumnKind::Text
    }
}

impl<T, C> NoKind for KindOf<T, C> {}
