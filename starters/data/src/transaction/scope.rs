//! Running a future as a transaction.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use savia_core::{Context, Error};

use super::after_commit::Contexts;
use super::driver::Driver;
use super::inside::inside;
use super::options::{Propagation, TransactionOptions};
use super::outcome::TransactionOutcome;
use super::unit::{Core, Unit};
use crate::database::Database;
use crate::engine::Engine;
use crate::statement::Dialect;

/// What a run came to, and whether another may come to more.
pub(crate) struct Run<O> {
    pub(crate) outcome: O,
    pub(crate) retryable: bool,
}

impl<O: TransactionOutcome> Run<O> {
    fn of(outcome: O) -> Self {
        Self {
            outcome,
            retryable: false,
        }
    }

    fn refused(text: &str) -> Self {
        Self::of(O::failed(Error::internal(text)))
    }
}

/// Runs a future as a transaction, as its options say.
///
/// The future is boxed: it passes through many hands, each of which would be as large as it twice.
pub(crate) async fn run<O, F>(
    database: &Database,
    options: &TransactionOptions,
    future: Pin<Box<F>>,
) -> Run<O>
where
    O: TransactionOutcome,
    F: Future<Output = O>,
{
    match (options.propagation, database.current_unit()) {
        (Propagation::Never, Some(_)) => {
            Run::refused("this must not be called inside a transaction (propagation = \"never\")")
        }
        (Propagation::Mandatory, None) => {
            Run::refused("this must be called inside a transaction (propagation = \"mandatory\")")
        }
        (Propagation::Never | Propagation::Supports, None) => Run::of(future.await),
        (Propagation::RequiresNew, outer) => {
            let suspended = outer.map(|outer| Arc::clone(&outer.core));
            let waits_for_itself = !options.read_only
                && database.dialect() == Dialect::Sqlite
                && suspended.as_ref().is_some_and(|it| it.holds_the_writer());
            if waits_for_itself {
                return Run::refused(
                    "on SQLite one transaction writes at a time, and the one around this \
                     `propagation = \"requires_new\"` has begun to: it would wait for itself",
                );
            }
            fresh(database.engine(), options, suspended, future).await
        }
        (_, Some(outer)) => {
            let outcome = outer
                .nested(options.read_only, |unit| {
                    within(unit, limited(options, future))
                })
                .await;
            Run::of(outcome)
        }
        (_, None) => fresh(database.engine(), options, None, future).await,
    }
}

/// In a savepoint: what waits for the commit waits for that of the whole.
async fn within<O, F>(unit: Arc<Unit>, future: F) -> O
where
    O: TransactionOutcome,
    F: Future<Output = O>,
{
    let contexts = Contexts::of(Context::current(), &unit);
    let outcome = inside(unit, contexts.inner(), future).await;
    if !outcome.is_failure() {
        contexts.pass_on();
    }
    outcome
}

/// In a transaction of its own.
async fn fresh<O, F>(
    engine: &Arc<Engine>,
    options: &TransactionOptions,
    suspended: Option<Arc<Core>>,
    future: F,
) -> Run<O>
where
    O: TransactionOutcome,
    F: Future<Output = O>,
{
    let core = begin(engine, options, suspended);
    let unit = Unit::new(Arc::clone(&core), options.read_only);
    let contexts = Contexts::of(Context::current(), &unit);
    let work = inside(unit, contexts.inner(), limited(options, future));
    finish(core, contexts, work).await
}

/// A transaction that begins with its first operation.
pub(crate) fn begin(
    engine: &Arc<Engine>,
    options: &TransactionOptions,
    suspended: Option<Arc<Core>>,
) -> Arc<Core> {
    let driver = Driver::lazy(engine, options);
    let begin = match engine.dialect() {
        Dialect::Postgres => Some(options.begin()),
        // A thread of SQLite begins when it is leased.
        Dialect::Sqlite => None,
    };
    Core::new(Arc::as_ptr(engine) as usize, driver, begin, suspended)
}

/// Runs the work of a transaction and ends it.
pub(crate) async fn finish<O, F>(core: Arc<Core>, contexts: Contexts, work: F) -> Run<O>
where
    O: TransactionOutcome,
    F: Future<Output = O>,
{
    let abandoned = Abandoned(Arc::clone(&core));
    let mut outcome = work.await;
    if outcome.is_failure() {
        core.rollback().await;
    } else if let Err(error) = commit(&core, &contexts).await {
        core.rollback().await;
        outcome = O::failed(error);
    }
    drop(abandoned);
    let retryable = outcome.is_failure() && core.is_retryable();
    Run { outcome, retryable }
}

async fn commit(core: &Arc<Core>, contexts: &Contexts) -> savia_core::Result<()> {
    core.commit().await?;
    contexts.run().await;
    Ok(())
}

/// Rolls back what was dropped before its end.
struct Abandoned(Arc<Core>);

impl Drop for Abandoned {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// The future, within the time it may take.
async fn limited<O, F>(options: &TransactionOptions, future: F) -> O
where
    O: TransactionOutcome,
    F: Future<Output = O>,
{
    let Some(limit) = options.timeout else {
        return future.await;
    };
    match tokio::time::timeout(limit, future).await {
        Ok(outcome) => outcome,
        Err(_) => O::failed(Error::timeout(format!(
            "the transaction took longer than {limit:?}"
        ))),
    }
}
