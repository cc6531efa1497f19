//! Running one statement.

use diesel::result::QueryResult;
use diesel::sqlite::SqliteConnection;
use diesel_async::AsyncPgConnection;
use futures_util::StreamExt;

use super::Rows;
use crate::statement::{self, Prepared, Sql};
use crate::value::Value;

/// A statement that somebody has run elsewhere, with what it binds and what takes its rows; it
/// comes back with the answer.
pub(crate) struct Ask {
    pub(crate) sql: Sql,
    pub(crate) values: Vec<Value>,
    /// Takes the rows; without it, they are only counted.
    pub(crate) rows: Option<Box<dyn Rows>>,
    /// Whether the first row is all that is asked for, of a statement that only reads.
    pub(crate) first: bool,
    /// How many rows it touched.
    pub(crate) touched: usize,
}

impl Ask {
    pub(crate) fn on_sqlite(&mut self, connection: &mut SqliteConnection) -> QueryResult<()> {
        let (sql, values) = (&self.sql, &self.values);
        match &mut self.rows {
            Some(rows) => rows_of_sqlite(connection, sql, values, self.first, &mut **rows),
            None => {
                self.touched = execute_on_sqlite(connection, sql, values)?;
                Ok(())
            }
        }
    }

    pub(crate) async fn on_postgres(&mut self, connection: &AsyncPgConnection) -> QueryResult<()> {
        let (sql, values) = (&self.sql, &self.values);
        match &mut self.rows {
            Some(rows) => rows_of_postgres(connection, sql, values, &mut **rows).await,
            None => {
                self.touched = execute_on_postgres(connection, sql, values).await?;
                Ok(())
            }
        }
    }
}

/// Hands the rows over. One that writes is run to its end, whatever is asked for: SQLite tells of
/// what is wrong with it (a reference to nothing, a commit that fails) only there.
pub(super) fn rows_of_sqlite(
    connection: &mut SqliteConnection,
    sql: &Sql,
    values: &[Value],
    first: bool,
    into: &mut dyn Rows,
) -> QueryResult<()> {
    let statement = Prepared { sql, values };
    let rows = statement::load_on_sqlite(connection, statement)?;
    for row in rows {
        into.take_sqlite(&row?)?;
        if first {
            break;
        }
    }
    Ok(())
}

pub(crate) fn execute_on_sqlite(
    connection: &mut SqliteConnection,
    sql: &Sql,
    values: &[Value],
) -> QueryResult<usize> {
    statement::execute_on_sqlite(connection, Prepared { sql, values })
}

pub(super) async fn rows_of_postgres(
    connection: &AsyncPgConnection,
    sql: &Sql,
    values: &[Value],
    into: &mut dyn Rows,
) -> QueryResult<()> {
    let statement = Prepared { sql, values };
    let mut rows = statement::load_on_postgres(connection, statement).await?;
    while let Some(row) = rows.next().await {
        into.take_postgres(&row?)?;
    }
    Ok(())
}

pub(super) async fn execute_on_postgres(
    connection: &AsyncPgConnection,
    sql: &Sql,
    values: &[Value],
) -> QueryResult<usize> {
    statement::execute_on_postgres(connection, Prepared { sql, values }).await
}
