//! Texts of several statements.

use diesel::connection::SimpleConnection;
use diesel_async::SimpleAsyncConnection;
use savia_core::Result;

use super::Connection;
use crate::error::from_diesel;

impl Connection<'_> {
    /// Runs a text of any number of statements that bind nothing: a migration, a part of one. No
    /// caller's text belongs in it.
    ///
    /// ```
    /// # async fn example(db: &savia_starter_data::Database) -> savia_core::Result<()> {
    /// db.with(|tx| Box::pin(async move { tx.script("delete from lines; delete from orders").await }))
    ///     .await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// That of the first statement that fails.
    pub async fn script(&self, sql: &str) -> Result<()> {
        if let Some(mut connection) = self.sqlite() {
            return connection.batch_execute(sql).map_err(from_diesel);
        }
        match self.postgres() {
            Some(mut connection) => SimpleAsyncConnection::batch_execute(&mut connection, sql)
                .await
                .map_err(from_diesel),
            None => Ok(()),
        }
    }
}
