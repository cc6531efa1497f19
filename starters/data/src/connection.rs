//! A connection of either database, inside a unit of work.

mod ask;
mod rows;
mod script;

use std::sync::{Mutex, MutexGuard, PoisonError};

use diesel::result::QueryResult;
use diesel::sqlite::SqliteConnection;
use diesel_async::AsyncPgConnection;

use crate::statement::{Dialect, Sql};
use crate::table::FromRow;
use crate::value::Value;

pub(crate) use ask::{Ask, execute_on_sqlite};
pub(crate) use rows::{Collected, Columns, Rows};

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
            Driver::Sqlite(connection) => Some(lock(connection)),
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
        let mut rows = Collected::<T>::new(columns);
        match self.0 {
            Driver::Sqlite(connection) => {
                ask::rows_of_sqlite(&mut lock(connection), sql, values, false, &mut rows)?;
            }
            Driver::Postgres(connection) => {
                ask::rows_of_postgres(connection, sql, values, &mut rows).await?;
            }
        }
        Ok(rows.into_rows())
    }

    /// Runs a statement; says how many rows it touched.
    pub(crate) async fn execute(&self, sql: &Sql, values: &[Value]) -> QueryResult<usize> {
        match self.0 {
            Driver::Sqlite(connection) => execute_on_sqlite(&mut lock(connection), sql, values),
            Driver::Postgres(connection) => ask::execute_on_postgres(connection, sql, values).await,
        }
    }
}

/// A panic is a transaction's end, not a connection's: it is rolled back by its owner.
pub(crate) fn lock(connection: &Mutex<SqliteConnection>) -> MutexGuard<'_, SqliteConnection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Connection<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Connection").field(&self.dialect()).finish()
    }
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
