//! Transactions: what `#[transactional]` and [`Database::with`](crate::Database::with) stand on.

pub(crate) mod after_commit;
pub(crate) mod driver;
pub(crate) mod inside;
mod options;
mod outcome;
mod retry;
pub(crate) mod scope;
mod slot;
mod thread;
pub(crate) mod unit;

use std::future::Future;
use std::sync::Arc;

use savia_core::{Context, Error};

use crate::database::Database;

pub use options::{Isolation, Propagation, TransactionOptions};
pub use outcome::TransactionOutcome;

/// What `#[transactional]` makes of a method's body.
#[doc(hidden)]
pub async fn transactional<O, F>(options: &TransactionOptions, work: F) -> O
where
    O: TransactionOutcome,
    F: Future<Output = O>,
{
    match database() {
        Ok(database) => scope::run(&database, options, Box::pin(work)).await.outcome,
        Err(error) => O::failed(error),
    }
}

/// What `#[transactional(retries = …)]` makes of a method's body.
#[doc(hidden)]
pub async fn transactional_retried<O, F>(options: &TransactionOptions, make: impl FnMut() -> F) -> O
where
    O: TransactionOutcome,
    F: Future<Output = O>,
{
    match database() {
        Ok(database) => retry::run(&database, options, make).await,
        Err(error) => O::failed(error),
    }
}

/// The database of the running application.
fn database() -> Result<Arc<Database>, Error> {
    Context::with_current(|context| context?.app().component::<Database>()).ok_or_else(|| {
        Error::internal(
            "a transaction belongs to a running application: call it from a request, a task, a \
             command or a test of one",
        )
    })
}
