//! A connection of either database, inside a unit of work.

mod script;

use std::marker::PhantomData;
use std::sync::{Mutex, MutexGuard, PoisonError};

use diesel::connection::{DefaultLoadingMode, LoadConnection};
use diesel::result::{Error as DieselError, QueryResult};
use diesel::sqlite::SqliteConnection;
use diesel_async::{AsyncConnectionCore, AsyncPgConnection};
use futures_util::{StreamExt, TryStreamExt};

use crate::statement::{Dialect, Prepared, Sql};
use crate::table::{FromRow, PgView, RowView, SqliteView};
use crate::value::Value;

/// A connection: what [`Database::with`](crate::Database::with) hands to a unit of work.
///
/// Plain diesel is written once for both databases with [`dsl!`](crate::dsl); what only one of
/// them can do goes through [`sqlite`](Self::sqlite) or [`postgres`](Self::postgres).
#[derive(Clone, Copy)]
pub struct Connection<'c>(Driver<'c>);

#[derive(Clone, Copy)]
enum Driver<'c> {
    Sqlite(&'c Mutex<SqliteConnection>),
    Postgres(&'c AsyncPgConnection),
}

impl<'c> Connection<'c> {
    pub(crate) fn of_sqlite(connection: &'c Mutex<SqliteConnection>) -> Self {
        Self(Driver::Sqlite(connection))
    }

    pub(crate) fn of_postgres(connection: &'c AsyncPgConnection) -> Self {
        Self(Driver::Postgres(connection))
    }

    /// Which database it is.
    pub fn dialect(&self) -> Dialect {
        match self.0 {
            Driver::Sqlite(_) => Dialect::Sqlite,
            Driver::Postgres(_) => Dialect::Postgres,
        }
    }

    /// SQLite's own connection, if it is one. Work on it is not to await with the guard held.
    pub fn sqlite(&self) -> Option<MutexGuard<'c, SqliteConnection>> {
        match self.0 {
            // A panic is a transaction's end, not a connection's: it is rolled back by its owner.
            Driver::Sqlite(connection) => {
                Some(connection.lock().unwrap_or_else(PoisonError::into_inner))
            }
            Driver::Postgres(_) => None,
        }
    }

    /// PostgreSQL's own connection, if it is one. Queries that are joined are pipelined.
    pub fn postgres(&self) -> Option<&'c AsyncPgConnection> {
        match self.0 {
            Driver::Sqlite(_) => None,
            Driver::Postgres(connection) => Some(connection),
        }
    }

    /// Runs a statement and reads its rows.
    pub(crate) async fn fetch<T: FromRow>(
        &self,
        sql: &Sql,
        values: &[Value],
        columns: Columns,
    ) -> QueryResult<Vec<T>> {
        let statement = Prepared { sql, values };
        match self.0 {
            Driver::Sqlite(_) => self.fetch_sqlite(statement, columns),
            Driver::Postgres(mut connection) => {
                let rows = AsyncConnectionCore::load(&mut connection, statement).await?;
                let mut reader = Reader::<T>::new(columns);
                rows.map(|row| {
                    let row = row?;
                    reader.prepare(&PgView {
                        row: &row,
                        order: None,
                    })?;
                    let order = reader.order();
                    reader.read(&PgView { row: &row, order })
                })
                .try_collect()
                .await
            }
        }
    }

    /// No guard is held over an `await`, so that the future above can be sent.
    fn fetch_sqlite<T: FromRow>(
        &self,
        statement: Prepared<'_>,
        columns: Columns,
    ) -> QueryResult<Vec<T>> {
        let Some(mut connection) = self.sqlite() else {
            return Ok(Vec::new());
        };
        let rows = LoadConnection::<DefaultLoadingMode>::load(&mut *connection, statement)?;
        let mut reader = Reader::<T>::new(columns);
        rows.map(|row| {
            let row = row?;
            reader.prepare(&SqliteView {
                row: &row,
                order: None,
            })?;
            let order = reader.order();
            reader.read(&SqliteView { row: &row, order })
        })
        .collect()
    }

    /// Runs a statement; says how many rows it touched.
    pub(crate) async fn execute(&self, sql: &Sql, values: &[Value]) -> QueryResult<usize> {
        let statement = Prepared { sql, values };
        match self.0 {
            Driver::Sqlite(connection) => {
                let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                diesel::connection::Connection::execute_returning_count(
                    &mut *connection,
                    &statement,
                )
            }
            Driver::Postgres(mut connection) => {
                AsyncConnectionCore::execute_returning_count(&mut connection, statement).await
            }
        }
    }
}

impl std::fmt::Debug for Connection<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Connection").field(&self.dialect()).finish()
    }
}

/// How a row's columns stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Columns {
    /// In the order of the type that is read: the statement is ours.
    InOrder,
    /// As the author of the statement wrote them; they are found by name.
    ByName,
}

/// Reads rows of one answer; names are looked up at the first.
struct Reader<T> {
    columns: Columns,
    order: Option<Vec<usize>>,
    of: PhantomData<fn() -> T>,
}

impl<T: FromRow> Reader<T> {
    fn new(columns: Columns) -> Self {
        Self {
            columns,
            order: None,
            of: PhantomData,
        }
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

    fn order(&self) -> Option<&[usize]> {
        self.order.as_deref()
    }

    fn read<V: RowView>(&self, row: &V) -> QueryResult<T> {
        T::from_row(row).map_err(DieselError::DeserializationError)
    }
}

fn missing(name: &str) -> Box<dyn std::error::Error + Send + Sync> {
    format!("the statement's rows have no column `{name}`").into()
}

/// Runs plain diesel on a [`Connection`] of either database; the body stands once.
///
/// The name before the comma is a [`Connection`]; inside the body it is the database's own
/// connection. Methods that run a query (`load`, `get_result`, `execute`, …) need neither a trait
/// in scope nor `.await`: leave `diesel::RunQueryDsl` out of your imports, take
/// [`savia::data::prelude`](crate::prelude).
///
/// ```
/// # extern crate savia_starter_data as savia_data;
/// use savia_data::{Connection, dsl, prelude::*};
///
/// diesel::table! { posts (id) { id -> BigInt, title -> Text, } }
///
/// async fn titles(tx: Connection<'_>) -> savia_core::Result<Vec<String>> {
///     Ok(dsl!(tx, posts::table.select(posts::title).order(posts::id).load(tx))?)
/// }
/// ```
#[macro_export]
macro_rules! dsl {
    ($connection:ident, $body:expr) => {{
        let __connection: $crate::Connection<'_> = $connection;
        if let ::std::option::Option::Some(mut __guard) = __connection.sqlite() {
            #[allow(unused_imports)]
            use $crate::private::diesel::RunQueryDsl as _;
            #[allow(unused_variables)]
            let $connection = &mut *__guard;
            $body
        } else if let ::std::option::Option::Some(mut __shared) = __connection.postgres() {
            #[allow(unused_imports)]
            use $crate::private::diesel_async::RunQueryDsl as _;
            #[allow(unused_variables)]
            let $connection = &mut __shared;
            $body.await
        } else {
            ::std::unreachable!("a connection is of one database or the other")
        }
    }};
}
