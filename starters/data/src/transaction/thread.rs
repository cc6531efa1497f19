//! Operations on a thread of SQLite, in the transaction that is open on its connection.

use std::sync::{Arc, PoisonError};

use diesel::connection::SimpleConnection;
use futures_util::future::BoxFuture;
use savia_core::Result;

use crate::connection::Connection;
use crate::engine::sqlite::{SharedConnection, ended, here};
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
    match here() {
        Some(here) if Arc::ptr_eq(&here, connection) => Ok(()),
        _ => Err(ended()),
    }
}

/// Runs statements of ours on the thread whose connection it is.
pub(super) fn run_here(connection: &SharedConnection, sql: &str) -> Result<()> {
    is_here(connection)?;
    let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
    connection.batch_execute(sql).map_err(from_diesel)
}
