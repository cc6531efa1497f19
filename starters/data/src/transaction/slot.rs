//! The connection of a transaction on PostgreSQL: taken with the first operation, given back at
//! the end, whoever still holds on to the transaction then.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use savia_core::Result;

use crate::engine::postgres::PgLease;
use crate::engine::sqlite::ended;

/// Where a transaction keeps its connection.
#[derive(Default)]
pub(crate) struct Slot {
    state: Mutex<State>,
    /// Held by whoever waits for the connection, so that no second one is taken.
    taking: tokio::sync::Mutex<()>,
}

#[derive(Default)]
enum State {
    #[default]
    Empty,
    Held(Arc<PgLease>),
    Ended,
}

impl Slot {
    /// Takes a connection, where there is none yet.
    pub(crate) async fn fill<F>(&self, take: impl FnOnce() -> F) -> Result<()>
    where
        F: Future<Output = Result<PgLease>>,
    {
        if self.get()?.is_some() {
            return Ok(());
        }
        let _taking = self.taking.lock().await;
        if self.get()?.is_some() {
            return Ok(());
        }
        let lease = Arc::new(take().await?);
        let mut state = self.lock();
        match *state {
            State::Ended => Err(ended()),
            _ => {
                *state = State::Held(lease);
                Ok(())
            }
        }
    }

    /// The connection, if one has been taken.
    ///
    /// # Errors
    ///
    /// Where it has been given back.
    pub(crate) fn get(&self) -> Result<Option<Arc<PgLease>>> {
        match &*self.lock() {
            State::Empty => Ok(None),
            State::Held(lease) => Ok(Some(Arc::clone(lease))),
            State::Ended => Err(ended()),
        }
    }

    /// The connection that an operation works on.
    ///
    /// # Errors
    ///
    /// Where there is none.
    pub(crate) fn held(&self) -> Result<Arc<PgLease>> {
        self.get()?.ok_or_else(ended)
    }

    /// Ends it: what was taken is given back as soon as nothing runs on it.
    pub(crate) fn end(&self) -> Option<Arc<PgLease>> {
        match std::mem::replace(&mut *self.lock(), State::Ended) {
            State::Held(lease) => Some(lease),
            State::Empty | State::Ended => None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
