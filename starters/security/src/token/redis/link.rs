//! The connection to Redis: one, shared, and made again by who needs it when it is lost.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, ErrorKind, FromRedisValue, Pipeline, RedisError, RedisResult,
    ScriptInvocation, ServerErrorKind,
};
use savia_core::{Error, Result};
use tokio::runtime::Handle;
use tokio::sync::Mutex;

/// After an attempt to connect that failed, callers are told so for this long without another.
const PAUSE: Duration = Duration::from_millis(100);

/// The connection to Redis. While there is none, calls fail.
pub(crate) struct Link {
    client: Client,
    timeout: Duration,
    /// The runtime that the connection lives on, which outlives the workers of the server.
    runtime: Handle,
    connection: RwLock<Option<Arc<MultiplexedConnection>>>,
    /// Held while it is being made; when that failed last.
    failed: Mutex<Option<Instant>>,
}

impl Link {
    pub(crate) fn new(client: Client, timeout: Duration) -> Self {
        Self {
            client,
            timeout,
            runtime: Handle::current(),
            connection: RwLock::default(),
            failed: Mutex::default(),
        }
    }

    /// Runs commands.
    pub(super) async fn query<T: FromRedisValue>(&self, pipe: &Pipeline) -> Result<T> {
        let shared = self.connected().await?;
        let mut connection = MultiplexedConnection::clone(&shared);
        let query = pipe.query_async(&mut connection);
        self.bounded(&shared, query).await
    }

    /// Runs a script.
    pub(crate) async fn script<T: FromRedisValue>(&self, call: &ScriptInvocation<'_>) -> Result<T> {
        let shared = self.connected().await?;
        let mut connection = MultiplexedConnection::clone(&shared);
        let query = call.invoke_async(&mut connection);
        self.bounded(&shared, query).await
    }

    async fn bounded<T>(
        &self,
        shared: &Arc<MultiplexedConnection>,
        query: impl Future<Output = RedisResult<T>>,
    ) -> Result<T> {
        let error = match tokio::time::timeout(self.timeout, query).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => error,
            Err(_) => late(),
        };
        // One that does not answer would keep every caller waiting; a server that became a replica
        // will take nothing any more.
        let replica = error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly);
        if replica || error.is_unrecoverable_error() || error.is_io_error() {
            let mut connection = self
                .connection
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            connection.take_if(|it| Arc::ptr_eq(it, shared));
        }
        Err(unavailable(error))
    }

    fn current(&self) -> Option<Arc<MultiplexedConnection>> {
        self.connection
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    async fn connected(&self) -> Result<Arc<MultiplexedConnection>> {
        if let Some(connection) = self.current() {
            return Ok(connection);
        }
        let mut failed = self.failed.lock().await;
        if let Some(connection) = self.current() {
            return Ok(connection);
        }
        if failed.is_some_and(|at| at.elapsed() < PAUSE) {
            return Err(Error::unavailable("the store of tokens is out of reach"));
        }
        match self.connect().await {
            Ok(connection) => {
                let connection = Arc::new(connection);
                let mut current = self
                    .connection
                    .write()
                    .unwrap_or_else(PoisonError::into_inner);
                *current = Some(Arc::clone(&connection));
                *failed = None;
                Ok(connection)
            }
            Err(error) => {
                *failed = Some(Instant::now());
                Err(unavailable(error))
            }
        }
    }

    async fn connect(&self) -> RedisResult<MultiplexedConnection> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.timeout))
            .set_response_timeout(Some(self.timeout));
        let client = self.client.clone();
        let connecting = self.runtime.spawn(async move {
            client
                .get_multiplexed_async_connection_with_config(&config)
                .await
        });
        match tokio::time::timeout(self.timeout, connecting).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(ended)) => Err(std::io::Error::other(ended).into()),
            Err(_) => Err(late()),
        }
    }
}

fn late() -> RedisError {
    std::io::Error::from(std::io::ErrorKind::TimedOut).into()
}

fn unavailable(error: RedisError) -> Error {
    Error::unavailable("the store of tokens is out of reach").with_source(error)
}
