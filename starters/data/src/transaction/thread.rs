//! Operations on a thread of SQLite, in the transaction that is open on its connection.

use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use futures_util::future::BoxFuture;
use savia_core::Result;

use crate::connection::{Ask, Connection, lock};
use crate::engine::sqlite::{self, SharedConnection, ended};
use crate::error::from_diesel;

/// Runs an operation on the thread whose connection it is.
pub(super) async fn on_thread<R, F>(
    connection: &SharedConnection,
    control: Option<String>,
    operation: F,
) -> Result<R>
where
    F: for<'c> FnOnce(Connection<'c>) -> BoxFuture<'c, Result<R>>,
{
    is_here(connection)?;
    if let Some(control) = control {
        run_here(connection, &control)?;
    }
    operation(Connection::of_sqlite(connection)).await
}

/// A unit on a thread is used on this thread while it works on the unit, and nowhere else.
fn is_here(connection: &SharedConnection) -> Result<()> {
    match sqlite::is_here(connection) {
        true => Ok(()),
        false => Err(ended()),
    }
}

/// Runs a statement on the thread whose connection it is.
pub(super) fn ask_here(
    connection: &SharedConnection,
    control: Option<String>,
    ask: Ask,
) -> Result<Ask> {
    is_here(connection)?;
    asked(&mut lock(connection), control, ask)
}

/// Runs a statement, with statements of ours ahead of it.
pub(super) fn asked(
    connection: &mut SqliteConnection,
    control: Option<String>,
    mut ask: Ask,
) -> Result<Ask> {
    if let Some(control) = control {
        connection.batch_execute(&control).map_err(from_diesel)?;
    }
    ask.on_sqlite(connection).map_err(from_diesel)?;
    Ok(ask)
}

/// Runs statements of ours on the thread whose connection it is.
pub(super) fn run_here(connection: &SharedConnection, sql: &str) -> Result<()> {
    is_here(connection)?;
    lock(connection).batch_execute(sql).map_err(from_diesel)
}
