//! What becomes of a statement's rows.

use std::any::Any;

use diesel::connection::{DefaultLoadingMode, LoadConnection};
use diesel::result::{Error as DieselError, QueryResult};
use diesel::sqlite::SqliteConnection;
use diesel_async::{AsyncConnectionCore, AsyncPgConnection};

use crate::table::{FromRow, PgView, RowView, SqliteView};

/// A row of SQLite, as diesel hands it out.
pub(crate) type SqliteRow<'c, 'q> =
    <SqliteConnection as LoadConnection<DefaultLoadingMode>>::Row<'c, 'q>;

/// A row of PostgreSQL, as diesel hands it out.
pub(crate) type PgRow = <AsyncPgConnection as AsyncConnectionCore>::Row<'static, 'static>;

/// Takes the rows of an answer, one by one. What runs statements knows no types of rows, and is
/// compiled once.
pub(crate) trait Rows: Any + Send {
    /// Takes a row of SQLite.
    fn take_sqlite(&mut self, row: &SqliteRow<'_, '_>) -> QueryResult<()>;

    /// Takes a row of PostgreSQL.
    fn take_postgres(&mut self, row: &PgRow) -> QueryResult<()>;
}

/// How a row's columns stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Columns {
    /// In the order of the type that is read: the statement is ours.
    InOrder,
    /// As the author of the statement wrote them; they are found by name.
    ByName,
}

/// Rows read as a type; names are looked up at the first.
pub(crate) struct Collected<T> {
    columns: Columns,
    order: Option<Vec<usize>>,
    rows: Vec<T>,
}

impl<T: FromRow> Collected<T> {
    /// None yet.
    pub(crate) fn new(columns: Columns) -> Self {
        Self {
            columns,
            order: None,
            rows: Vec::new(),
        }
    }

    /// The rows.
    pub(crate) fn into_rows(self) -> Vec<T> {
        self.rows
    }

    /// Looks the columns up by name, at the first row of an answer that needs it.
    fn prepare<V: RowView>(&mut self, row: &V) -> QueryResult<()> {
        if self.columns == Columns::InOrder || self.order.is_some() {
            return Ok(());
        }
        let Some(names) = T::columns() else {
            self.columns = Columns::InOrder;
            return Ok(());
        };
        let places = names.iter().map(|name| {
            row.position(name)
                .ok_or_else(|| DieselError::DeserializationError(missing(name)))
        });
        self.order = Some(places.collect::<QueryResult<_>>()?);
        Ok(())
    }

    fn push<V: RowView>(&mut self, row: &V) -> QueryResult<()> {
        let row = T::from_row(row).map_err(DieselError::DeserializationError)?;
        self.rows.push(row);
        Ok(())
    }
}

impl<T: FromRow> Rows for Collected<T> {
    fn take_sqlite(&mut self, row: &SqliteRow<'_, '_>) -> QueryResult<()> {
        self.prepare(&SqliteView { row, order: None })?;
        let order = self.order.take();
        let taken = self.push(&SqliteView {
            row,
            order: order.as_deref(),
        });
        self.order = order;
        taken
    }

    fn take_postgres(&mut self, row: &PgRow) -> QueryResult<()> {
        self.prepare(&PgView { row, order: None })?;
        let order = self.order.take();
        let taken = self.push(&PgView {
            row,
            order: order.as_deref(),
        });
        self.order = order;
        taken
    }
}

fn missing(name: &str) -> Box<dyn std::error::Error + Send + Sync> {
    format!("the statement's rows have no column `{name}`").into()
}
