//! `Database`: what repositories stand on, and the way to plain diesel.

mod ask;
mod listen;
mod work;

use std::any::Any;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use diesel::QueryResult;
use diesel::connection::SimpleConnection;
use diesel_async::SimpleAsyncConnection;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use savia_core::{Context, Result};
use tokio::runtime::Handle;

use crate::config::DataConfig;
use crate::connection::Connection;
use crate::engine::postgres::PgEngine;
use crate::engine::sqlite::{SqliteEngine, drive, ended, here};
use crate::engine::{Engine, Location};
use crate::error::from_diesel;
use crate::observe::{Observer, PoolGauges};
use crate::statement::Dialect;
use crate::transaction::unit::Unit;
use crate::transaction::{TransactionOptions, TransactionOutcome, scope};

/// The application's database; inject it as `Arc<Database>`.
///
/// Most work goes through repositories. Where diesel itself is wanted, or several calls are to be
/// one transaction, [`with`](Self::with) and [`read`](Self::read) open a unit of work: on SQLite
/// all of it runs on one thread of the database, so that calls in it cost no hop; on PostgreSQL it
/// has one connection, and queries that are joined are pipelined.
pub struct Database {
    engine: Arc<Engine>,
}

/// What an operation does to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Reads.
    Read,
    /// Writes, with one statement.
    Write,
    /// Writes with several statements: all of them or none.
    Atomic,
}

/// What an operation comes to, whatever its type.
type Outcome = Box<dyn Any + Send>;

/// An operation, whatever it comes to.
type Operation = Box<dyn for<'c> FnOnce(Connection<'c>) -> BoxFuture<'c, Result<Outcome>> + Send>;

/// Why there is no database.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    /// A URL is wrong.
    #[error("`{key}` is no URL of a database: {reason}")]
    Url { key: String, reason: String },
    /// It cannot be opened, or does not answer.
    #[error("{place}: {source}")]
    Refused {
        place: String,
        source: diesel::ConnectionError,
    },
}

impl Database {
    /// Opens the database that the configuration names. Its threads and tasks belong to the
    /// runtime that this is called on.
    pub(crate) async fn connect(
        url: &str,
        folder: &Path,
        application: &str,
        config: &DataConfig,
        repeated: u32,
    ) -> Result<Self, ConnectError> {
        let wrong = |reason| ConnectError::Url {
            key: "data.url".to_owned(),
            reason,
        };
        let location = Location::of(url, folder).map_err(wrong)?;
        let runtime = Handle::current();
        let observer = |system| Observer::new(system, config.slow_query, repeated);
        let engine = match location {
            Location::Server => {
                let observer = observer("postgresql");
                let engine = PgEngine::new(url, config, application, &observer, &runtime)
                    .map_err(|(key, reason)| ConnectError::Url { key, reason })?;
                engine
                    .connect()
                    .await
                    .map_err(|source| ConnectError::Refused {
                        place: engine.place().to_owned(),
                        source,
                    })?;
                Engine::Postgres(engine)
            }
            Location::File(_) | Location::Memory => {
                let path = match location {
                    Location::File(path) => Some(path),
                    _ => None,
                };
                let place = path
                    .as_ref()
                    .map_or_else(|| "memory".to_owned(), |path| path.display().to_string());
                let acquire = config.pool.acquire_timeout;
                SqliteEngine::open(path, &config.sqlite, acquire, observer("sqlite"), &runtime)
                    .map(Engine::Sqlite)
                    .map_err(|source| ConnectError::Refused { place, source })?
            }
        };
        let engine = Arc::new(engine);
        show(&engine, &runtime);
        Ok(Self { engine })
    }

    /// Which database it is.
    pub fn dialect(&self) -> Dialect {
        self.engine.dialect()
    }

    /// Does `work` in one transaction: it is committed where the work returns `Ok`, and rolled
    /// back where it returns `Err`, panics, or is dropped. Repositories that are called inside are
    /// part of it. Inside another transaction it is a savepoint of that one.
    ///
    /// ```
    /// # use savia_starter_data::Database;
    /// # async fn example(db: &Database) -> savia_core::Result<()> {
    /// let answer = db
    ///     .with(|tx| {
    ///         Box::pin(async move {
    ///             // Calls of repositories, or diesel on `tx`.
    ///             Ok(format!("{:?}", tx.dialect()))
    ///         })
    ///     })
    ///     .await?;
    /// # let _ = answer;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the work; `Unavailable` where the database is out of reach or busy for too long.
    pub async fn with<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'c> FnOnce(Connection<'c>) -> BoxFuture<'c, Result<R>> + Send + 'static,
    {
        work::run(self, false, work).await
    }

    /// As [`with`](Self::with), for work that only reads: everything in it sees the same moment.
    /// On PostgreSQL it may run on a replica (`data.replicas`).
    ///
    /// # Errors
    ///
    /// As [`with`](Self::with); also where something in it writes.
    pub async fn read<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'c> FnOnce(Connection<'c>) -> BoxFuture<'c, Result<R>> + Send + 'static,
    {
        work::run(self, true, work).await
    }

    /// As [`with`](Self::with), with SQLite's foreign keys off meanwhile; what refers to nothing at
    /// the end is refused. On PostgreSQL nothing differs.
    pub(crate) async fn without_foreign_keys<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'c> FnOnce(Connection<'c>) -> BoxFuture<'c, Result<R>> + Send + 'static,
    {
        work::run_without_foreign_keys(self, work).await
    }

    /// Runs a future as a transaction that the repositories called in it join: what
    /// `#[transactional]` does to a method.
    ///
    /// It begins with the first of their calls, so that what is done before holds nothing. On
    /// SQLite each call goes to the thread that holds the transaction; many of them cost less in
    /// [`with`](Self::with).
    pub async fn transaction<O, F>(&self, options: &TransactionOptions, future: F) -> O
    where
        O: TransactionOutcome,
        F: Future<Output = O>,
    {
        scope::run(self, options, Box::pin(future)).await.outcome
    }

    /// Runs an operation in the transaction that the running code belongs to, or by itself.
    ///
    /// Every method of every repository is an operation of its own. What runs them is compiled once,
    /// here, and not once more for each of them in the application's crate: that costs three small
    /// boxes a call, and would cost seconds for each entity in every build.
    pub(crate) async fn run<R, F>(&self, access: Access, operation: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'c> FnOnce(Connection<'c>) -> BoxFuture<'c, Result<R>> + Send + 'static,
    {
        let operation: Operation = Box::new(move |connection| {
            let work = operation(connection);
            Box::pin(async move { work.await.map(|result| Box::new(result) as Outcome) })
        });
        let outcome = self.run_operation(access, operation).await?;
        // It is what the operation above made.
        outcome.downcast().map(|it| *it).map_err(|_| ended())
    }

    async fn run_operation(&self, access: Access, operation: Operation) -> Result<Outcome> {
        if let Some(unit) = self.current_unit() {
            return unit.run(access, operation).await;
        }
        if access == Access::Atomic {
            // It is rare and its future large.
            return Box::pin(work::run(self, false, operation)).await;
        }
        match &*self.engine {
            Engine::Sqlite(engine) => {
                // An operation inside an operation: the thread would wait for itself.
                if let Some(connection) = here() {
                    return operation(Connection::of_sqlite(&connection)).await;
                }
                let context = Context::current();
                engine
                    .submit(access, move |seat, caller| {
                        let connection = Arc::clone(seat.connection());
                        let runtime = seat.runtime().clone();
                        let work = operation(Connection::of_sqlite(&connection));
                        drive(&runtime, caller, context, work).unwrap_or_else(|| Err(ended()))
                    })
                    .await
            }
            Engine::Postgres(engine) => {
                let lease = engine.acquire(false).await?;
                let connection = lease.connection().ok_or_else(ended)?;
                lease.begins();
                let result = operation(Connection::of_postgres(connection)).await;
                lease.rests();
                result
            }
        }
    }

    /// Whether the database answers within `limit`.
    pub(crate) async fn ping(&self, limit: Duration) -> Result<()> {
        let asked = self.run(Access::Read, |connection| {
            async move { answers(connection).await.map_err(from_diesel) }.boxed()
        });
        tokio::time::timeout(limit, asked)
            .await
            .unwrap_or_else(|_| {
                Err(savia_core::Error::unavailable(
                    "the database did not answer in time",
                ))
            })
    }

    /// The transaction on this database that the running code belongs to.
    pub(crate) fn current_unit(&self) -> Option<Arc<Unit>> {
        Unit::current(Arc::as_ptr(&self.engine) as usize)
    }

    pub(crate) fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// Ends what is under way, and closes the connections.
    pub(crate) async fn close(&self) -> Result<()> {
        match &*self.engine {
            Engine::Sqlite(engine) => engine.close().await,
            Engine::Postgres(engine) => {
                engine.close();
                Ok(())
            }
        }
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database")
            .field("dialect", &self.dialect())
            .finish_non_exhaustive()
    }
}

/// The least that a database can answer.
async fn answers(connection: Connection<'_>) -> QueryResult<()> {
    if let Some(mut connection) = connection.sqlite() {
        return connection.batch_execute("select 1");
    }
    match connection.postgres() {
        Some(mut connection) => {
            SimpleAsyncConnection::batch_execute(&mut connection, "select 1").await
        }
        None => Ok(()),
    }
}

/// Shows how the pools are occupied, once a second for as long as the engine lives.
fn show(engine: &Arc<Engine>, runtime: &Handle) {
    let gauges: Vec<_> = engine
        .states()
        .into_iter()
        .map(|(name, max, _)| PoolGauges::of(name, max))
        .collect();
    let engine = Arc::downgrade(engine);
    runtime.spawn(async move {
        while let Some(engine) = engine.upgrade() {
            for (gauges, (_, _, state)) in gauges.iter().zip(engine.states()) {
                gauges.show(state);
            }
            drop(engine);
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
}
