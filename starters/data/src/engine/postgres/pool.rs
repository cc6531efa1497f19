//! The connections to one server.
//!
//! tokio-postgres reads and writes a socket in a task of its own. A pool that does not mind where
//! that task runs pays two wake-ups of another thread for every statement; this one prefers
//! connections that live on the caller's own runtime, and HTTP workers each have one.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use diesel::ConnectionError;
use savia_core::{Error, Result};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, TryAcquireError};

use super::lease::PgLease;
use super::session::{Connector, Session};
use crate::config::PoolConfig;
use crate::observe::PoolState;

/// A connection that was not needed for so long is replaced by one on the runtime of who needs one:
/// the first, which is made when the application starts, lives on a runtime that serves nobody.
const SPARE: Duration = Duration::from_secs(1);

/// The connections to one server: at most so many, made when needed, kept for a while.
pub(super) struct Pool {
    pub(super) connector: Connector,
    pub(super) runtime: Handle,
    limits: PoolConfig,
    permits: Arc<Semaphore>,
    pending: AtomicUsize,
    state: Mutex<State>,
}

struct State {
    #[allow(
        clippy::vec_box,
        reason = "a connection goes from hand to hand; the box is what goes"
    )]
    idle: Vec<Box<Session>>,
    /// Connections there are or that are being made.
    live: usize,
    closed: bool,
}

/// What to do for a caller that may have a connection.
enum Next {
    Use(Box<Session>),
    Make(Place),
}

/// Room for one connection; given back where none comes of it.
struct Place {
    pool: Arc<Pool>,
    taken: bool,
}

impl Place {
    fn new(pool: &Arc<Pool>) -> Self {
        Self {
            pool: Arc::clone(pool),
            taken: false,
        }
    }

    /// From here on the connection holds it.
    fn take(mut self) {
        self.taken = true;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.taken {
            self.pool.lock().live -= 1;
        }
    }
}

impl Pool {
    pub(super) fn new(connector: Connector, limits: PoolConfig, runtime: Handle) -> Arc<Self> {
        let pool = Arc::new(Self {
            permits: Arc::new(Semaphore::new(limits.max_size as usize)),
            pending: AtomicUsize::new(0),
            state: Mutex::new(State {
                idle: Vec::new(),
                live: 0,
                closed: false,
            }),
            connector,
            limits,
            runtime: runtime.clone(),
        });
        runtime.spawn(upkeep(Arc::downgrade(&pool)));
        pool
    }

    /// A connection, which comes back when the lease is dropped.
    pub(super) async fn acquire(self: &Arc<Self>) -> Result<PgLease> {
        let limit = self.limits.acquire_timeout;
        match tokio::time::timeout(limit, self.acquire_in_time()).await {
            Ok(lease) => lease,
            Err(_) => Err(
                Error::unavailable("the database is busy; try again").with_source(format!(
                    "no connection to {} came free within {limit:?} (data.pool.acquire_timeout)",
                    self.connector.place
                )),
            ),
        }
    }

    async fn acquire_in_time(self: &Arc<Self>) -> Result<PgLease> {
        let permit = self.permit().await?;
        loop {
            match self.next()? {
                Next::Use(mut session) => {
                    let fit = !session.is_broken()
                        && (session.returned.elapsed() < self.limits.test_after
                            || Box::pin(session.answers(self.limits.connect_timeout)).await);
                    if fit {
                        return Ok(PgLease::new(session, permit, Arc::clone(self)));
                    }
                    self.discard(session);
                }
                Next::Make(place) => {
                    let session = Box::pin(self.connector.connect()).await.map_err(away)?;
                    place.take();
                    return Ok(PgLease::new(session, permit, Arc::clone(self)));
                }
            }
        }
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit> {
        match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => return Ok(permit),
            Err(TryAcquireError::Closed) => return Err(closed()),
            Err(TryAcquireError::NoPermits) => {}
        }
        let _waiting = Waiting::of(&self.pending);
        Arc::clone(&self.permits)
            .acquire_owned()
            .await
            .map_err(|_| closed())
    }

    /// The caller's own first, then a new one, then another runtime's.
    fn next(self: &Arc<Self>) -> Result<Next> {
        let here = Handle::current().id();
        let mut state = self.lock();
        if state.closed {
            return Err(closed());
        }
        // The one used last is the likeliest to be warm, and lets the others grow old.
        let own = state.idle.iter().rposition(|it| it.runtime == here);
        if let Some(at) = own {
            return Ok(Next::Use(state.idle.remove(at)));
        }
        if state.live < self.limits.max_size as usize {
            state.live += 1;
            return Ok(Next::Make(Place::new(self)));
        }
        // The one that was not needed for the longest is not missed by its runtime.
        let spare = (0..state.idle.len()).min_by_key(|at| state.idle[*at].returned);
        match spare.map(|at| state.idle.remove(at)) {
            Some(session) if session.returned.elapsed() >= SPARE => {
                drop(state);
                drop(session);
                Ok(Next::Make(Place::new(self)))
            }
            Some(session) => Ok(Next::Use(session)),
            None => Err(Error::internal(
                "a pool has more users than connections, which its permits rule out",
            )),
        }
    }

    /// Takes a connection back.
    pub(super) fn give_back(&self, mut session: Box<Session>) {
        let old = session.made.elapsed() >= self.limits.max_lifetime;
        if old || session.is_broken() {
            return self.discard(session);
        }
        session.returned = std::time::Instant::now();
        let mut state = self.lock();
        if state.closed {
            drop(state);
            return self.discard(session);
        }
        state.idle.push(session);
    }

    /// Closes a connection.
    pub(super) fn discard(&self, session: Box<Session>) {
        self.lock().live -= 1;
        drop(session);
    }

    /// Makes one connection beforehand.
    pub(super) async fn warm(self: &Arc<Self>) -> Result<(), ConnectionError> {
        let place = {
            let mut state = self.lock();
            if state.closed || state.live >= self.limits.max_size as usize {
                return Ok(());
            }
            state.live += 1;
            Place::new(self)
        };
        let session = self.connector.connect().await?;
        place.take();
        self.give_back(session);
        Ok(())
    }

    /// Closes what nobody uses; what is in use closes when it comes back.
    pub(super) fn close(&self) {
        self.permits.close();
        let mut state = self.lock();
        state.closed = true;
        let idle = std::mem::take(&mut state.idle);
        state.live -= idle.len();
        drop(state);
        drop(idle);
    }

    pub(super) fn state(&self) -> PoolState {
        let state = self.lock();
        PoolState {
            connections: state.live,
            idle: state.idle.len(),
            pending: self.pending.load(Ordering::Relaxed),
        }
    }

    pub(super) fn max_size(&self) -> usize {
        self.limits.max_size as usize
    }

    /// Closes connections that are old or that nobody has needed.
    fn reap(&self) {
        let mut reaped = Vec::new();
        let mut state = self.lock();
        let mut at = 0;
        while at < state.idle.len() {
            let (made, returned) = (state.idle[at].made, state.idle[at].returned);
            let spare = state.live > self.limits.min_size as usize;
            let old = made.elapsed() >= self.limits.max_lifetime;
            let unused = spare && returned.elapsed() >= self.limits.idle_timeout;
            if old || unused || state.idle[at].is_broken() {
                reaped.push(state.idle.remove(at));
                state.live -= 1;
            } else {
                at += 1;
            }
        }
        drop(state);
        drop(reaped);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps a pool as its limits say, for as long as it lives.
async fn upkeep(pool: Weak<Pool>) {
    const EVERY: Duration = Duration::from_secs(5);
    loop {
        tokio::time::sleep(EVERY).await;
        let Some(pool) = pool.upgrade() else { return };
        pool.reap();
        let missing = pool.limits.min_size as usize > pool.state().connections;
        if missing && let Err(error) = pool.warm().await {
            tracing::debug!("{} is away: {error}", pool.connector.place);
        }
    }
}

/// One that waits for a connection, also when it stops waiting.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn of(pending: &'a AtomicUsize) -> Self {
        pending.fetch_add(1, Ordering::Relaxed);
        Self(pending)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn away(error: ConnectionError) -> Error {
    Error::unavailable("the database is out of reach").with_source(error)
}

fn closed() -> Error {
    Error::unavailable("the database is closed")
}
