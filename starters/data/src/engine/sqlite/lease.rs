//! A thread that works for one transaction until it ends.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, TryLockError, mpsc};

use diesel::SqliteConnection;
use savia_core::{Error, Result};
use tokio::sync::oneshot;

use super::call::{Answer, call};
use super::drive::Caller;
use super::queue::{Job, Queue, Ran, closed};
use super::seat::{Seat, SharedConnection, is_here, occupy};
use super::setup::guarded;

/// A thread of the database, held for a transaction that has begun on it.
///
/// Dropping it rolls back, before the thread does anything else.
pub(crate) struct Lease {
    orders: mpsc::Sender<Order>,
    connection: SharedConnection,
    lent: bool,
    /// Work that the thread has been given and has not done.
    given: Arc<AtomicUsize>,
}

enum Order {
    Work(Box<dyn Job>),
    Commit(oneshot::Sender<Result<()>>),
    Rollback(oneshot::Sender<()>),
}

impl Lease {
    /// Waits for a thread of the queue and begins on it.
    pub(super) async fn of(queue: &Queue, read_only: bool) -> Result<Self> {
        let (reply, answer) = oneshot::channel();
        queue.push(Box::new(Grant { read_only, reply }));
        answer.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Whether the code that runs now runs on the thread itself.
    pub(crate) fn is_here(&self) -> bool {
        is_here(&self.connection)
    }

    /// The thread's connection, for code that runs on it.
    pub(crate) fn connection(&self) -> &SharedConnection {
        &self.connection
    }

    /// Runs work on the thread.
    pub(crate) async fn submit<R, W>(&self, work: W) -> Result<R>
    where
        R: Send + 'static,
        W: FnOnce(&mut Seat, &mut dyn Caller) -> Result<R> + Send + 'static,
    {
        let given = Given::to(&self.given);
        let (job, answer): (_, Answer<R>) =
            call(move |seat: &mut Seat, caller: &mut dyn Caller| {
                let _given = given;
                work(seat, caller)
            });
        self.orders.send(Order::Work(job)).map_err(|_| ended())?;
        answer.wait().await
    }

    /// Does work on the connection at once, on the caller's own thread, while the connection's waits
    /// for orders. Where the thread has orders already, the work comes back: it is not to overtake
    /// them.
    ///
    /// What is done so keeps its caller from everything else: it has to be quick.
    pub(crate) fn at_once<R, W>(&self, work: W) -> Result<R, W>
    where
        W: FnOnce(&mut SqliteConnection) -> R,
    {
        if !self.lent || self.given.load(Ordering::Acquire) > 0 {
            return Err(work);
        }
        let mut connection = match self.connection.try_lock() {
            Ok(connection) => connection,
            // A panic is a transaction's end, not a connection's.
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Err(work),
        };
        let _occupied = occupy(&self.connection);
        let _guarded = guarded();
        Ok(work(&mut connection))
    }

    /// Commits and gives the thread back. It is the thread that commits: a caller that goes away
    /// now does not stop it.
    pub(crate) async fn commit(&self) -> Result<()> {
        let (reply, answer) = oneshot::channel();
        self.orders
            .send(Order::Commit(reply))
            .map_err(|_| ended())?;
        answer.await.unwrap_or_else(|_| Err(ended()))
    }

    /// Rolls back and gives the thread back, without waiting where the answer is dropped.
    pub(crate) fn rollback(&self) -> oneshot::Receiver<()> {
        let (reply, answer) = oneshot::channel();
        // A thread that is gone has rolled back.
        let _ = self.orders.send(Order::Rollback(reply));
        answer
    }
}

/// Work that is given to a thread, until it is done or dropped.
struct Given(Arc<AtomicUsize>);

impl Given {
    fn to(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(count))
    }
}

impl Drop for Given {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// An operation that came after the end of its transaction.
pub(crate) fn ended() -> Error {
    Error::internal("the transaction that this belongs to has ended")
}

/// Asks for a thread.
struct Grant {
    read_only: bool,
    reply: oneshot::Sender<Result<Lease>>,
}

impl Job for Grant {
    fn run(self: Box<Self>, seat: &mut Seat) -> Ran {
        if self.reply.is_closed() {
            return Ran::Soundly;
        }
        if let Err(error) = seat.begin(self.read_only) {
            let _ = self.reply.send(Err(error));
            return Ran::Soundly;
        }
        let (orders, receiver) = mpsc::channel();
        let lease = Lease {
            orders,
            connection: Arc::clone(seat.connection()),
            lent: seat.is_lent(),
            given: Arc::default(),
        };
        // Where nobody takes the lease, it is dropped here, and the first order is its end.
        let _ = self.reply.send(Ok(lease));
        serve(seat, &receiver)
    }

    fn refuse(self: Box<Self>, error: Error) {
        let _ = self.reply.send(Err(error));
    }
}

fn serve(seat: &mut Seat, orders: &mpsc::Receiver<Order>) -> Ran {
    loop {
        match orders.recv() {
            // A panic has rolled back; what would come after it must not run outside.
            Ok(Order::Work(job)) => {
                if job.run(seat) == Ran::Panicked {
                    return Ran::Panicked;
                }
            }
            Ok(Order::Commit(reply)) => {
                let committed = seat.commit();
                let _ = reply.send(committed);
                return Ran::Soundly;
            }
            Ok(Order::Rollback(reply)) => {
                seat.rollback();
                let _ = reply.send(());
                return Ran::Soundly;
            }
            Err(_) => {
                seat.rollback();
                return Ran::Soundly;
            }
        }
    }
}
