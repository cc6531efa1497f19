//! A unit of work: what repositories that are called inside a transaction join.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use savia_core::{Context, Error, Result};
use tokio::sync::{RwLock, RwLockReadGuard};

use super::driver::Driver;
use super::inside::bare;
use super::outcome::TransactionOutcome;
use super::thread::ask_here;
use crate::connection::{Ask, Connection};
use crate::database::Access;
use crate::engine::postgres::PgLease;
use crate::engine::sqlite::ended;
use crate::error::is_retryable;

/// A transaction, or a savepoint in one.
pub(crate) struct Unit {
    pub(crate) core: Arc<Core>,
    pub(crate) read_only: bool,
    /// Whether its author has the connection itself. What waits for the next operation would then
    /// come too late.
    exposed: bool,
    /// Shared by the operations of this unit, and held alone by a savepoint inside it: what runs
    /// beside a savepoint must not be undone with it.
    gate: RwLock<()>,
}

/// A transaction, whatever savepoints stand in it.
pub(crate) struct Core {
    /// The database it belongs to, by the address of its engine.
    database: usize,
    pub(crate) driver: Driver,
    /// Statements that go ahead of the next operation: `begin`, savepoints. They cost no round
    /// trip of their own.
    control: Mutex<Vec<String>>,
    savepoints: AtomicU32,
    ended: AtomicBool,
    /// Whether something in it failed that may succeed when the whole is run again.
    retryable: AtomicBool,
    /// The transaction around a `RequiresNew`, which waits for it.
    suspended: Option<Arc<Core>>,
}

impl Core {
    pub(crate) fn new(
        database: usize,
        driver: Driver,
        begin: Option<String>,
        suspended: Option<Arc<Self>>,
    ) -> Arc<Self> {
        Arc::new(Self {
            database,
            driver,
            control: Mutex::new(begin.into_iter().collect()),
            savepoints: AtomicU32::new(0),
            ended: AtomicBool::new(false),
            retryable: AtomicBool::new(false),
            suspended,
        })
    }

    /// Runs an operation in the transaction.
    pub(crate) async fn run<R, F>(self: &Arc<Self>, operation: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'c> FnOnce(Connection<'c>) -> BoxFuture<'c, Result<R>> + Send + 'static,
    {
        self.sound()?;
        // The connection comes first: what goes ahead of the operation must not be lost where
        // there is none.
        let result = match self.driver.ready().await {
            Ok(()) => {
                let driver = &self.driver;
                driver.run(self.control(), operation).await
            }
            Err(error) => Err(error),
        };
        if let Err(error) = &result {
            self.failed(error);
        }
        result
    }

    /// Runs a statement in the transaction.
    async fn ask(&self, ask: Ask) -> Result<Ask> {
        self.sound()?;
        let answer = match self.driver.ready().await {
            Ok(()) => self.driver.ask(self.control(), ask).await,
            Err(error) => Err(error),
        };
        if let Err(error) = &answer {
            self.failed(error);
        }
        answer
    }

    /// Runs a statement on the thread that this runs on, where that is the transaction's.
    fn ask_at_once(&self, ask: Ask) -> Asked {
        let Some(connection) = self.driver.at_once() else {
            return Asked::Not(ask);
        };
        let answer = match self.sound() {
            Ok(()) => ask_here(connection, self.control(), ask),
            Err(error) => Err(error),
        };
        if let Err(error) = &answer {
            self.failed(error);
        }
        Asked::Answered(answer)
    }

    /// Runs what waits to go ahead of the next operation.
    pub(crate) async fn flush(&self) -> Result<()> {
        self.sound()?;
        self.driver.ready().await?;
        match self.control() {
            Some(control) => self.driver.control(control).await,
            None => Ok(()),
        }
    }

    /// Whether the transaction is still what it was begun as.
    pub(crate) fn sound(&self) -> Result<()> {
        if self.ended.load(Ordering::Acquire) {
            return Err(ended());
        }
        if self.driver.is_broken() {
            return Err(ended().with_source("the database did not take a statement that it needs"));
        }
        Ok(())
    }

    /// Commits; where that fails, nothing of it stays.
    pub(crate) async fn commit(&self) -> Result<()> {
        self.sound()?;
        self.ended.store(true, Ordering::Release);
        let committed = self.driver.commit(self.control()).await;
        if let Err(error) = &committed {
            self.failed(error);
        }
        committed
    }

    /// Rolls back.
    pub(crate) async fn rollback(&self) {
        self.ended.store(true, Ordering::Release);
        self.driver.rollback().await;
    }

    /// Rolls back, without waiting for it.
    pub(crate) fn abandon(&self) {
        if !self.ended.swap(true, Ordering::AcqRel) {
            self.driver.abandon();
        }
    }

    /// Whether something in it failed that may succeed when the whole is run again.
    pub(crate) fn is_retryable(&self) -> bool {
        self.retryable.load(Ordering::Relaxed)
    }

    /// Whether it, or one that waits for it, holds SQLite's writer.
    pub(crate) fn holds_the_writer(&self) -> bool {
        self.driver.holds_the_writer()
            || self
                .suspended
                .as_ref()
                .is_some_and(|outer| outer.holds_the_writer())
    }

    /// Notes why something of it failed.
    pub(crate) fn failed(&self, error: &Error) {
        if is_retryable(error) {
            self.retryable.store(true, Ordering::Relaxed);
        }
    }

    /// Takes what goes ahead of the next operation.
    fn control(&self) -> Option<String> {
        let mut control = self.lock();
        if control.is_empty() {
            return None;
        }
        Some(std::mem::take(&mut *control).join(";"))
    }

    fn savepoint(&self) -> Savepoint {
        let name = format!("savia_{}", self.savepoints.fetch_add(1, Ordering::Relaxed));
        self.lock().push(format!("savepoint {name}"));
        Savepoint(name)
    }

    /// A savepoint that nothing was done after is forgotten, as if it had never been.
    fn end_savepoint(&self, savepoint: &Savepoint, keep: bool) {
        let name = &savepoint.0;
        let mut control = self.lock();
        if control
            .last()
            .is_some_and(|last| *last == format!("savepoint {name}"))
        {
            control.pop();
            return;
        }
        if !keep {
            control.push(format!("rollback to savepoint {name}"));
        }
        control.push(format!("release savepoint {name}"));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.control.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Savepoint(String);

/// What became of a statement that was to run at once.
pub(crate) enum Asked {
    /// It ran.
    Answered(Result<Ask>),
    /// It has to wait for something.
    Not(Ask),
}

impl Unit {
    /// A unit whose operations are those of repositories.
    pub(crate) fn new(core: Arc<Core>, read_only: bool) -> Arc<Self> {
        Self::of(core, read_only, false)
    }

    /// A unit whose author has the connection beside them.
    pub(crate) fn exposed(core: Arc<Core>, read_only: bool) -> Arc<Self> {
        Self::of(core, read_only, true)
    }

    fn of(core: Arc<Core>, read_only: bool, exposed: bool) -> Arc<Self> {
        Arc::new(Self {
            core,
            read_only,
            exposed,
            gate: RwLock::new(()),
        })
    }

    /// The unit of this database that the running code belongs to.
    pub(crate) fn current(database: usize) -> Option<Arc<Self>> {
        let unit = Context::with_current(|context| match context {
            Some(context) => context.transaction::<Self>(),
            None => bare(),
        })?;
        (unit.core.database == database).then_some(unit)
    }

    /// Runs an operation of a repository in it.
    pub(crate) async fn run<R, F>(self: &Arc<Self>, access: Access, operation: F) -> Result<R>
    where
        R: Send + 'static,
        F: for<'c> FnOnce(Connection<'c>) -> BoxFuture<'c, Result<R>> + Send + 'static,
    {
        self.allows(access)?;
        if access == Access::Atomic {
            // It is rare and its future large.
            let work = |unit: Arc<Self>| async move { unit.core.run(operation).await };
            return Box::pin(self.nested(false, work)).await;
        }
        let _shared = self.gate.read().await;
        self.core.run(operation).await
    }

    /// Runs a statement of a repository in it.
    pub(crate) async fn ask(&self, access: Access, ask: Ask) -> Result<Ask> {
        self.allows(access)?;
        let _shared = self.gate.read().await;
        self.core.ask(ask).await
    }

    /// As [`ask`](Self::ask), where that need not wait for anything.
    pub(crate) fn ask_at_once(&self, access: Access, ask: Ask) -> Asked {
        if let Err(error) = self.allows(access) {
            return Asked::Answered(Err(error));
        }
        match self.gate.try_read() {
            Ok(_shared) => self.core.ask_at_once(ask),
            Err(_) => Asked::Not(ask),
        }
    }

    /// The connection to PostgreSQL that a statement can be sent on without waiting for anything
    /// first. The statement is part of the unit as long as the guard is held.
    pub(crate) fn postgres_at_once(
        &self,
        access: Access,
    ) -> Option<(RwLockReadGuard<'_, ()>, Arc<PgLease>)> {
        self.allows(access).ok()?;
        let shared = self.gate.try_read().ok()?;
        self.core.sound().ok()?;
        let lease = self.core.driver.postgres().ok()?;
        // What is to go ahead of it goes the long way.
        self.core.lock().is_empty().then_some((shared, lease))
    }

    fn allows(&self, access: Access) -> Result<()> {
        if access != Access::Read && self.read_only {
            return Err(Error::internal(
                "a read-only transaction does not write: take `read_only` off it, or `with` for `read`",
            ));
        }
        Ok(())
    }

    /// Runs work in a savepoint; what it did is undone where it fails.
    pub(crate) async fn nested<O, Fut>(
        self: &Arc<Self>,
        read_only: bool,
        work: impl FnOnce(Arc<Self>) -> Fut,
    ) -> O
    where
        O: TransactionOutcome,
        Fut: Future<Output = O>,
    {
        let _alone = self.gate.write().await;
        let core = &self.core;
        let inner = Self::of(Arc::clone(core), self.read_only || read_only, self.exposed);
        let mut ending = Ending {
            unit: self,
            savepoint: core.savepoint(),
            keep: None,
        };
        if self.exposed
            && let Err(error) = core.flush().await
        {
            return O::failed(error);
        }
        let outcome = work(inner).await;
        ending.keep = Some(!outcome.is_failure());
        drop(ending);
        if self.exposed
            && let Err(error) = core.flush().await
            && !outcome.is_failure()
        {
            return O::failed(error);
        }
        outcome
    }
}

/// Ends a savepoint, also where the work in it panics or is dropped.
struct Ending<'a> {
    unit: &'a Unit,
    savepoint: Savepoint,
    /// Not known where the work did not come to its end.
    keep: Option<bool>,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        let core = &self.unit.core;
        core.end_savepoint(&self.savepoint, self.keep == Some(true));
        if self.keep.is_none()
            && self.unit.exposed
            && let Some(control) = core.control()
        {
            core.driver.send(&control);
        }
    }
}
