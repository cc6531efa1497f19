//! PostgreSQL's `LISTEN`.

use std::pin::pin;

use diesel_async::SimpleAsyncConnection;
use futures_util::StreamExt;
use savia_core::{Error, Result};

use super::Database;
use crate::engine::Engine;
use crate::error::from_diesel;

impl Database {
    /// Listens to a channel of PostgreSQL's on a connection of its own, beside the pool, until that
    /// ends. `heard` is called with nothing once it listens, and with the text of every notification
    /// from then on.
    ///
    /// # Errors
    ///
    /// Why it no longer listens: `Unavailable` where the connection ended; an internal error on SQLite,
    /// which has no such thing.
    pub async fn listen(
        &self,
        channel: &str,
        mut heard: impl FnMut(Option<&str>) + Send,
    ) -> Result<()> {
        let Engine::Postgres(engine) = &**self.engine() else {
            return Err(Error::internal("SQLite has no channels to listen to"));
        };
        let mut connection = engine.connection().await.map_err(|error| {
            Error::unavailable("the database is out of reach").with_source(error)
        })?;
        let name = channel.replace('"', "\"\"");
        let listen = format!("listen \"{name}\"");
        connection
            .batch_execute(&listen)
            .await
            .map_err(from_diesel)?;
        heard(None);
        let mut notifications = pin!(connection.notifications_stream());
        while let Some(notification) = notifications.next().await {
            heard(Some(&notification.map_err(from_diesel)?.payload));
        }
        Err(Error::unavailable("the connection that listens has ended"))
    }
}
