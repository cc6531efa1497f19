//! Units of work: closures that have a transaction to themselves.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use futures_util::future::join;
use savia_core::{Context, Error, Result};

use super::{Access, Database};
use crate::connection::Connection;
use crate::engine::Engine;
use crate::engine::sqlite::{Caller, Seat, SqliteEngine, drive, ended};
use crate::transaction::after_commit::{Contexts, finished};
use crate::transaction::driver::Driver;
use crate::transaction::inside::inside;
use crate::transaction::scope;
use crate::transaction::unit::{Core, Unit};
use crate::transaction::{Isolation, TransactionOptions};

/// Does work in a transaction: a savepoint of the current one, or one of its own.
pub(super) async fn run<R, F>(database: &Database, read_only: bool, work: F) -> Result<R>
where
    R: Send + 'static,
    F: for<'c> FnOnce(Connection<'c>) -> BoxFuture<'c, Result<R>> + Send + 'static,
{
    if let Some(outer) = database.current_unit() {
        return outer
            .nested(read_only, |unit| joined(database, unit, work))
            .await;
    }
    let engine = database.engine();
    match &**engine {
        Engine::Sqlite(sqlite) => on_a_thread(engine, sqlite, read_only, work).await,
        Engine::Postgres(_) => {
            let mut options = TransactionOptions::new().with_read_only(read_only);
            if read_only {
                // Everything in it sees the same moment, as on SQLite.
                options = options.with_isolation(Isolation::RepeatableRead);
            }
            let core = scope::begin(engine, &options, None);
            let unit = Unit::exposed(Arc::clone(&core), read_only);
            let contexts = Contexts::of(Context::current(), &unit);
            let work = inside(unit, contexts.inner(), on_postgres(&core, work));
            scope::finish(Arc::clone(&core), contexts, work)
                .await
                .outcome
        }
    }
}

/// Does work in a transaction that SQLite's foreign keys do not watch.
pub(super) async fn run_without_foreign_keys<R, F>(database: &Database, work: F) -> Result<R>
where
    R: Send + 'static,
    F: for<'c> FnOnce(Connection<'c>) -> BoxFuture<'c, Result<R>> + Send + 'static,
{
    let engine = database.engine();
    let Engine::Sqlite(sqlite) = &**engine else {
        return run(database, false, work).await;
    };
    if database.current_unit().is_some() {
        let what = "a table cannot be built anew inside another transaction";
        return Err(Error::internal(what));
    }
    let (engine, context) = (Arc::clone(engine), Context::current());
    sqlite
        .submit(Access::Write, move |seat, caller| {
            seat.set_foreign_keys(false)?;
            // A step in Rust may panic: the connection is to watch its keys again all the same.
            let done = catch_unwind(AssertUnwindSafe(|| {
                seat.begin(false)?;
                let (_, result) = here(&engine, seat, caller, context, false, work);
                let result = result.and_then(|result| {
                    seat.check_foreign_keys()?;
                    Ok(result)
                });
                match result {
                    Ok(result) => seat.commit().map(|()| result),
                    Err(error) => {
                        seat.rollback();
                        Err(error)
                    }
                }
            }));
            if done.is_err() {
                // Inside a transaction the switch does nothing.
                seat.rollback();
            }
            seat.set_foreign_keys(true)?;
            done.unwrap_or_else(|panic| resume_unwind(panic))
        })
        .await
}

/// Work whose author has the connection: what goes ahead of it is sent before anything of it.
async fn on_postgres<R, F>(core: &Arc<Core>, work: F) -> Result<R>
where
    F: for<'c> FnOnce(Connection<'c>) -> BoxFuture<'c, Result<R>>,
{
    core.sound()?;
    core.driver.ready().await?;
    let lease = core.driver.postgres()?;
    let connection = lease.connection().ok_or_else(ended)?;
    // Sent first, and answered beside the first query.
    let (begun, result) = join(core.flush(), work(Connection::of_postgres(connection))).await;
    begun?;
    result
}

/// Work inside a transaction that is under way.
async fn joined<R, F>(database: &Database, unit: Arc<Unit>, work: F) -> Result<R>
where
    R: Send + 'static,
    F: for<'c> FnOnce(Connection<'c>) -> BoxFuture<'c, Result<R>> + Send + 'static,
{
    let core = Arc::clone(&unit.core);
    let unit = Unit::exposed(Arc::clone(&core), unit.read_only);
    let contexts = Contexts::of(Context::current(), &unit);
    core.sound()?;
    core.driver.ready().await?;
    let result = match &core.driver {
        Driver::Postgres { .. } => inside(unit, contexts.inner(), on_postgres(&core, work)).await,
        Driver::Inline { connection, .. } => {
            core.flush().await?;
            let work = work(Connection::of_sqlite(connection));
            inside(unit, contexts.inner(), work).await
        }
        Driver::Leased { lease, .. } => {
            core.flush().await?;
            let lease = lease.get().ok_or_else(ended)?;
            let (engine, read_only) = (Arc::clone(database.engine()), unit.read_only);
            let context = contexts.inner();
            // On the thread it is a unit of its own kind, whose end is the savepoint's.
            let result = lease.submit(move |seat, caller| {
                let (contexts, result) = here(&engine, seat, caller, context, read_only, work);
                if result.is_ok() {
                    contexts.pass_on();
                }
                result
            });
            result.await
        }
    };
    match &result {
        Ok(_) => contexts.pass_on(),
        Err(error) => core.failed(error),
    }
    result
}

/// Does all of the work on a thread of SQLite, in one transaction.
async fn on_a_thread<R, F>(
    engine: &Arc<Engine>,
    sqlite: &SqliteEngine,
    read_only: bool,
    work: F,
) -> Result<R>
where
    R: Send + 'static,
    F: for<'c> FnOnce(Connection<'c>) -> BoxFuture<'c, Result<R>> + Send + 'static,
{
    let access = if read_only {
        Access::Read
    } else {
        Access::Write
    };
    let (engine, context) = (Arc::clone(engine), Context::current());
    let (result, afterwards) = sqlite
        .submit(access, move |seat, caller| {
            seat.begin(read_only)?;
            let (contexts, result) = here(&engine, seat, caller, context, read_only, work);
            match result {
                Ok(result) if !caller.is_gone() => {
                    seat.commit()?;
                    Ok((result, contexts.start()))
                }
                Ok(_) => {
                    seat.rollback();
                    Err(ended())
                }
                Err(error) => {
                    seat.rollback();
                    Err(error)
                }
            }
        })
        .await?;
    if let Some(afterwards) = afterwards {
        finished(afterwards).await;
    }
    Ok(result)
}

/// Does the work on this thread, in the transaction that is open on its connection.
fn here<R, F>(
    engine: &Arc<Engine>,
    seat: &mut Seat,
    caller: &mut dyn Caller,
    context: Option<Context>,
    read_only: bool,
    work: F,
) -> (Contexts, Result<R>)
where
    F: for<'c> FnOnce(Connection<'c>) -> BoxFuture<'c, Result<R>>,
{
    let connection = Arc::clone(seat.connection());
    let driver = Driver::Inline {
        connection: Arc::clone(&connection),
        writes: !read_only,
    };
    let core = Core::new(Arc::as_ptr(engine) as usize, driver, None, None);
    let unit = Unit::exposed(Arc::clone(&core), read_only);
    let contexts = Contexts::of(context, &unit);
    let runtime = seat.runtime().clone();
    let work = inside(
        unit,
        contexts.inner(),
        work(Connection::of_sqlite(&connection)),
    );
    let result = drive(&runtime, caller, None, work).unwrap_or_else(|| Err(ended()));
    // Whoever kept hold of the unit is told that it is over.
    core.abandon();
    (contexts, result)
}
