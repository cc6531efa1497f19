//! `Table`: what `#[entity]` implements, and rows.

use chrono::{DateTime, Utc};
use diesel::deserialize;
use diesel::pg::Pg;
use diesel::row::{Field, Row};
use diesel::sqlite::Sqlite;
use futures_util::future::BoxFuture;
use savia_core::Result;
use savia_core::repository::Entity;

use crate::association::Loader;
use crate::column::Codec;
use crate::metadata::{ColumnKind, EntityMetadata};
use crate::value::Value;

/// An entity that has a table; `#[entity]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no entity",
    label = "has no table",
    note = "put `#[entity]` on the struct"
)]
pub trait Table: Entity + Clone {
    /// The columns as constants, named like the fields.
    type Columns;

    /// What is known of it.
    fn metadata() -> &'static EntityMetadata;

    /// Reads it from a row that has its columns in their order.
    ///
    /// # Errors
    ///
    /// Where a column holds something else than the field.
    fn from_row<R: RowView>(row: &R) -> deserialize::Result<Self>;

    /// The fields as they are bound, in the order of the columns.
    fn values(&self) -> Vec<Value>;

    /// An id as it is bound.
    fn id_value(id: &Self::Id) -> Value;

    /// Fills in what Savia knows before an insert: id, version, times.
    fn before_insert(&mut self, now: DateTime<Utc>);

    /// Fills in what Savia knows before an update: times.
    fn before_update(&mut self, now: DateTime<Utc>);

    /// The version it was read with, where it has one.
    fn version(&self) -> Option<i64>;

    /// Loads one of its associations into the entities.
    fn load<'a>(
        entities: &'a mut [Self],
        association: &'a str,
        loader: &'a Loader<'a>,
    ) -> BoxFuture<'a, Result<()>>;
}

/// A row of either database.
pub trait RowView {
    /// The column at this place, stored as `C` says.
    ///
    /// # Errors
    ///
    /// Where it holds something else.
    fn get<T, C: Codec<T>>(&self, index: usize) -> deserialize::Result<T>;

    /// The place of a column.
    fn position(&self, name: &str) -> Option<usize>;
}

/// A type that a row can be read as: an entity, a `#[projection]`, or the value of one column.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a row",
    label = "not an entity, a projection or the type of a column",
    note = "put `#[projection]` on the struct"
)]
pub trait FromRow: Sized + Send + 'static {
    /// The columns it is read from, by name; `None` where it is the first column, whatever its
    /// name.
    fn columns() -> Option<Vec<&'static str>>;

    /// What these columns hold, in the same order; none where that is not known.
    fn kinds() -> Vec<ColumnKind> {
        Vec::new()
    }

    /// Reads it from a row whose columns stand in the order of [`columns`](Self::columns).
    ///
    /// # Errors
    ///
    /// Where a column holds something else.
    fn from_row<R: RowView>(row: &R) -> deserialize::Result<Self>;
}

impl<T: crate::column::ColumnType> FromRow for T {
    fn columns() -> Option<Vec<&'static str>> {
        None
    }

    fn kinds() -> Vec<ColumnKind> {
        vec![T::KIND]
    }

    fn from_row<R: RowView>(row: &R) -> deserialize::Result<Self> {
        row.get::<T, crate::column::Plain>(0)
    }
}

/// A row of SQLite, with its columns in another order where `order` says so.
pub(crate) struct SqliteView<'r, R> {
    pub(crate) row: &'r R,
    pub(crate) order: Option<&'r [usize]>,
}

/// A row of PostgreSQL, with its columns in another order where `order` says so.
pub(crate) struct PgView<'r, R> {
    pub(crate) row: &'r R,
    pub(crate) order: Option<&'r [usize]>,
}

macro_rules! view {
    ($view:ident, $backend:ty, $read:ident) => {
        impl<'r, 'a, R: Row<'a, $backend>> RowView for $view<'r, R>
        where
            'a: 'r,
        {
            fn get<T, C: Codec<T>>(&self, index: usize) -> deserialize::Result<T> {
                let at = self
                    .order
                    .map_or(Some(index), |order| order.get(index).copied())
                    .ok_or("the row has too few columns")?;
                let field = self.row.get(at).ok_or("the row has too few columns")?;
                C::$read(field.value()).map_err(|error| {
                    let name = field.field_name().unwrap_or("?");
                    format!("column `{name}`: {error}").into()
                })
            }

            fn position(&self, name: &str) -> Option<usize> {
                (0..self.row.field_count()).find(|at| {
                    self.row
                        .get(*at)
                        .is_some_and(|field| field.field_name() == Some(name))
                })
            }
        }
    };
}

view!(SqliteView, Sqlite, from_sqlite);
view!(PgView, Pg, from_postgres);
