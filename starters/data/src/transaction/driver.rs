//! How each database runs the operations of a transaction.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context as TaskContext, Waker};
use std::time::Instant;

use diesel::SqliteConnection;
use diesel::result::Error as DieselError;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures_util::future::BoxFuture;
use futures_util::future::join;
use savia_core::{Context, Result};
use tokio::sync::OnceCell;

use super::options::{Isolation, TransactionOptions};
use super::slot::Slot;
use super::thread::{ask_here, asked, on_thread, run_here};
use crate::connection::{Ask, Connection, lock};
use crate::engine::Engine;
use crate::engine::postgres::PgLease;
use crate::engine::sqlite::{Lease, SharedConnection, drive, ended, is_here};
use crate::error::from_diesel;

/// Where a transaction happens.
pub(crate) enum Driver {
    /// On the thread of SQLite that this code runs on, which ends it itself.
    Inline {
        connection: SharedConnection,
        writes: bool,
    },
    /// On a thread of SQLite, from the first operation on.
    Leased {
        engine: Arc<Engine>,
        read_only: bool,
        lease: OnceCell<Lease>,
    },
    /// On a connection to PostgreSQL, from the first operation on.
    Postgres {
        engine: Arc<Engine>,
        read_only: bool,
        /// Whether its commit may be refused although it has read only.
        serializable: bool,
        slot: Slot,
        /// A statement of ours failed: whether there is a transaction is not known.
        broken: AtomicBool,
    },
}

impl Driver {
    /// A transaction that begins with its first operation.
    pub(crate) fn lazy(engine: &Arc<Engine>, options: &TransactionOptions) -> Self {
        let read_only = options.read_only;
        let engine = Arc::clone(engine);
        match *engine {
            Engine::Sqlite(_) => Self::Leased {
                engine,
                read_only,
                lease: OnceCell::new(),
            },
            Engine::Postgres(_) => Self::Postgres {
                engine,
                read_only,
                serializable: options.isolation == Some(Isolation::Serializable),
                slot: Slot::default(),
                broken: AtomicBool::new(false),
            },
        }
    }

    /// Waits for a connection, where there is none yet.
    pub(crate) async fn ready(&self) -> Result<()> {
        match self {
            Self::Inline { .. } => Ok(()),
            Self::Leased {
                engine,
                read_only,
                lease,
            } => {
                let Engine::Sqlite(engine) = &**engine else {
                    return Err(ended());
                };
                lease
                    .get_or_try_init(|| engine.lease(*read_only))
                    .await
                    .map(drop)
            }
            Self::Postgres {
                engine,
                read_only,
                slot,
                ..
            } => {
                let Engine::Postgres(engine) = &**engine else {
                    return Err(ended());
                };
                slot.fill(|| engine.acquire(*read_only)).await
            }
        }
    }

    /// Runs an operation, with statements of ours ahead of it. There is a connection already.
    pub(crate) async fn run<R, F>(&self, control: Option<String>, operation: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'c> FnOnce(Connection<'c>) -> BoxFuture<'c, Result<R>> + Send + 'static,
    {
        match self {
            Self::Inline { connection, .. } => on_thread(connection, control, operation).await,
            Self::Leased { lease, .. } => {
                let lease = lease.get().ok_or_else(ended)?;
                if lease.is_here() {
                    return on_thread(lease.connection(), control, operation).await;
                }
                let context = Context::current();
                lease
                    .submit(move |seat, caller| {
                        let connection = Arc::clone(seat.connection());
                        let runtime = seat.runtime().clone();
                        let work = on_thread(&connection, control, operation);
                        drive(&runtime, caller, context, work).unwrap_or_else(|| Err(ended()))
                    })
                    .await
            }
            Self::Postgres { slot, broken, .. } => {
                let lease = slot.held()?;
                let connection = lease.connection().ok_or_else(ended)?;
                lease.begins();
                let Some(control) = control else {
                    return operation(Connection::of_postgres(connection)).await;
                };
                // Both are sent before either is answered, and the server keeps their order.
                let ahead = batch(connection, &control);
                let (ahead, result) =
                    join(ahead, operation(Connection::of_postgres(connection))).await;
                noted(ahead, broken)?;
                result
            }
        }
    }

    /// Runs a statement where it can be run at once: on the thread of SQLite whose transaction it is.
    pub(crate) fn at_once(&self) -> Option<&SharedConnection> {
        let connection = match self {
            Self::Inline { connection, .. } => connection,
            Self::Leased { lease, .. } => lease.get()?.connection(),
            Self::Postgres { .. } => return None,
        };
        is_here(connection).then_some(connection)
    }

    /// Runs a statement, with statements of ours ahead of it. There is a connection already.
    pub(crate) async fn ask(&self, control: Option<String>, mut ask: Ask) -> Result<Ask> {
        match self {
            Self::Inline { connection, .. } => ask_here(connection, control, ask),
            Self::Leased { lease, .. } => {
                let lease = lease.get().ok_or_else(ended)?;
                let is_quick = control.is_none() && ask.sql.pace().is_quick();
                let work = move |connection: &mut SqliteConnection| {
                    let (sql, since) = (ask.sql.clone(), Instant::now());
                    let answer = asked(connection, control, ask);
                    sql.pace().took(since.elapsed());
                    answer
                };
                let work = match is_quick {
                    true => match lease.at_once(work) {
                        Ok(answer) => return answer,
                        Err(work) => work,
                    },
                    false => work,
                };
                let context = Context::current();
                lease
                    .submit(move |seat, _| {
                        let connection = Arc::clone(seat.connection());
                        let work = || work(&mut lock(&connection));
                        match context {
                            Some(context) => context.sync_scope(work),
                            None => work(),
                        }
                    })
                    .await
            }
            Self::Postgres { slot, broken, .. } => {
                let lease = slot.held()?;
                let connection = lease.connection().ok_or_else(ended)?;
                lease.begins();
                let asked = match control {
                    None => ask.on_postgres(connection).await,
                    Some(control) => {
                        // Both are sent before either is answered, and the server keeps their order.
                        let ahead = batch(connection, &control);
                        let (ahead, asked) = join(ahead, ask.on_postgres(connection)).await;
                        noted(ahead, broken)?;
                        asked
                    }
                };
                asked.map_err(from_diesel)?;
                Ok(ask)
            }
        }
    }

    /// Runs statements of ours now.
    pub(crate) async fn control(&self, control: String) -> Result<()> {
        match self {
            Self::Inline { connection, .. } => run_here(connection, &control),
            Self::Leased { lease, .. } => {
                let lease = lease.get().ok_or_else(ended)?;
                lease
                    .submit(move |seat, _| run_here(seat.connection(), &control))
                    .await
            }
            Self::Postgres { slot, broken, .. } => {
                let lease = slot.held()?;
                let connection = lease.connection().ok_or_else(ended)?;
                lease.begins();
                noted(batch(connection, &control).await, broken)
            }
        }
    }

    /// Sends statements of ours without waiting for what comes of them: a failure fails what comes
    /// after, too.
    pub(crate) fn send(&self, control: &str) {
        match self {
            Self::Inline { connection, .. } => {
                if let Err(error) = run_here(connection, control) {
                    tracing::error!("{control}: {error}");
                }
            }
            // Their statements wait for the next operation, which goes the same way.
            Self::Leased { .. } => {}
            Self::Postgres { slot, .. } => {
                if let Ok(lease) = slot.held()
                    && let Some(connection) = lease.connection()
                {
                    sent(connection, control);
                }
            }
        }
    }

    /// Commits. An inline one is ended by its thread.
    pub(crate) async fn commit(&self, control: Option<String>) -> Result<()> {
        match self {
            Self::Inline { connection, .. } => match control {
                Some(control) => run_here(connection, &control),
                None => Ok(()),
            },
            Self::Leased { lease, .. } => {
                let Some(lease) = lease.get() else {
                    return Ok(());
                };
                if let Some(control) = control {
                    lease
                        .submit(move |seat, _| run_here(seat.connection(), &control))
                        .await?;
                }
                lease.commit().await
            }
            Self::Postgres {
                slot,
                read_only,
                serializable,
                ..
            } => {
                let Some(lease) = slot.end() else {
                    return Ok(());
                };
                let connection = lease.connection().ok_or_else(ended)?;
                if *read_only && !serializable && lease.is_quiet() {
                    let sql = control.map_or_else(|| "commit".to_owned(), |sql| sql + ";commit");
                    // Nothing of it can fail but the connection, which then is found closed by
                    // whoever takes it next; and whatever that one asks comes after it.
                    sent(connection, &sql);
                    lease.leaves();
                    return Ok(());
                }
                let mut sql = control.map_or_else(String::new, |control| control + ";");
                // A server that was asked to commit a transaction in which something failed
                // answers well and rolls back. It refuses any other statement before it.
                if !read_only {
                    sql += "savepoint savia_commit;";
                }
                sql += "commit";
                match batch(connection, &sql).await {
                    Ok(()) => lease.rests(),
                    Err(error) => {
                        rollback(&lease).await;
                        return Err(from_diesel(error));
                    }
                }
                Ok(())
            }
        }
    }

    /// Rolls back, and waits for it.
    pub(crate) async fn rollback(&self) {
        match self {
            Self::Inline { .. } => {}
            Self::Leased { lease, .. } => {
                if let Some(lease) = lease.get() {
                    // It fails only where the thread is gone, and the transaction with it.
                    let _ = lease.rollback().await;
                }
            }
            Self::Postgres { slot, .. } => {
                if let Some(lease) = slot.end() {
                    rollback(&lease).await;
                }
            }
        }
    }

    /// Rolls back without waiting.
    pub(crate) fn abandon(&self) {
        match self {
            Self::Inline { .. } => {}
            Self::Leased { lease, .. } => {
                if let Some(lease) = lease.get() {
                    drop(lease.rollback());
                }
            }
            // A lease that is dropped before it rests rolls back by itself.
            Self::Postgres { slot, .. } => drop(slot.end()),
        }
    }

    /// The connection to PostgreSQL, once there is one.
    pub(crate) fn postgres(&self) -> Result<Arc<PgLease>> {
        match self {
            Self::Postgres { slot, .. } => slot.held(),
            _ => Err(ended()),
        }
    }

    /// Whether it is no longer what it was begun as.
    pub(crate) fn is_broken(&self) -> bool {
        match self {
            Self::Postgres { broken, .. } => broken.load(Ordering::Acquire),
            // SQLite refuses by itself what would be outside.
            Self::Inline { .. } | Self::Leased { .. } => false,
        }
    }

    /// Whether it holds SQLite's writer now.
    pub(crate) fn holds_the_writer(&self) -> bool {
        match self {
            Self::Inline { writes, .. } => *writes,
            Self::Leased {
                lease, read_only, ..
            } => !read_only && lease.initialized(),
            Self::Postgres { .. } => false,
        }
    }
}

async fn rollback(lease: &PgLease) {
    if let Some(connection) = lease.connection()
        && batch(connection, "rollback").await.is_ok()
    {
        lease.rests();
    }
}

async fn batch(mut connection: &AsyncPgConnection, sql: &str) -> Result<(), DieselError> {
    connection.batch_execute(sql).await
}

/// Sends statements of ours without waiting for the answer.
fn sent(connection: &AsyncPgConnection, sql: &str) {
    // What is sent is sent with the first poll.
    let mut nobody = TaskContext::from_waker(Waker::noop());
    let _ = pin!(batch(connection, sql)).poll(&mut nobody);
}

fn noted(outcome: Result<(), DieselError>, broken: &AtomicBool) -> Result<()> {
    outcome.map_err(|error| {
        broken.store(true, Ordering::Release);
        from_diesel(error)
    })
}
