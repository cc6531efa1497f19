//! A connection that somebody works on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel_async::AsyncPgConnection;
use tokio::sync::OwnedSemaphorePermit;

use super::pool::Pool;
use super::session::Session;

/// How long a connection that was left in the middle of something gets to end it by itself, and
/// how long once the server was asked to stop.
const PATIENCE: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(2)];

/// A connection of a pool, which goes back when this is dropped.
///
/// One that is dropped in the middle of a statement or a transaction is rolled back before anybody
/// else gets it, and closed where it does not come to rest.
pub(crate) struct PgLease {
    session: Option<Box<Session>>,
    permit: Option<OwnedSemaphorePermit>,
    pool: Arc<Pool>,
    busy: AtomicBool,
}

impl PgLease {
    pub(super) fn new(
        session: Box<Session>,
        permit: OwnedSemaphorePermit,
        pool: Arc<Pool>,
    ) -> Self {
        Self {
            session: Some(session),
            permit: Some(permit),
            pool,
            busy: AtomicBool::new(false),
        }
    }

    /// The connection; there is one until the lease is dropped.
    pub(crate) fn connection(&self) -> Option<&AsyncPgConnection> {
        self.session.as_ref().map(|session| &session.connection)
    }

    /// Something has been begun that has to be ended.
    pub(crate) fn begins(&self) {
        self.busy.store(true, Ordering::Release);
    }

    /// Whether every statement that was begun has ended, those too that nobody waits for any more.
    pub(crate) fn is_quiet(&self) -> bool {
        let session = self.session.as_ref();
        session.is_some_and(|session| session.forget.is_quiet())
    }

    /// What was begun ends by itself: its end has been sent, and its answer is not waited for.
    pub(crate) fn leaves(&self) {
        if let Some(session) = &self.session {
            session.forget.now();
        }
        self.rests();
    }

    /// What was begun has ended.
    pub(crate) fn rests(&self) {
        self.busy.store(false, Ordering::Release);
    }
}

impl Drop for PgLease {
    fn drop(&mut self) {
        let Some(session) = self.session.take() else {
            return;
        };
        if !self.busy.load(Ordering::Acquire) {
            return self.pool.give_back(session);
        }
        let (pool, permit) = (Arc::clone(&self.pool), self.permit.take());
        self.pool.runtime.spawn(async move {
            if comes_to_rest(&session, &pool).await {
                session.forget.now();
                pool.give_back(session);
            } else {
                pool.discard(session);
            }
            drop(permit);
        });
    }
}

/// Rolls back; asks the server to stop where that takes long.
async fn comes_to_rest(session: &Session, pool: &Pool) -> bool {
    if session.rolls_back(PATIENCE[0]).await {
        return true;
    }
    let cancelled = pool.connector.cancel(session);
    match tokio::time::timeout(PATIENCE[1], cancelled).await {
        Ok(Ok(())) => session.rolls_back(PATIENCE[1]).await,
        _ => false,
    }
}
