//! One computation a key, in this process.

use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context as TaskContext, Poll};
use std::thread::ThreadId;

use pin_project_lite::pin_project;
use savia_core::cache::CacheHit;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::Notify;

/// The computations under way of one cache.
#[derive(Default)]
pub(crate) struct Flights(Mutex<HashMap<Box<str>, Arc<Flight>>>);

/// A computation under way.
pub(crate) struct Flight {
    state: Mutex<State>,
    blocked: Condvar,
    waiting: Notify,
    /// A value whose time is over, for who does not want to wait.
    stale: OnceLock<CacheHit>,
    /// The thread of one that runs to its end there; none of a future.
    thread: Option<ThreadId>,
}

#[derive(Clone)]
enum State {
    Running,
    Done(Option<CacheHit>),
    Abandoned,
}

thread_local! {
    /// The computations that the code of this thread is in the midst of, by where they are.
    static WITHIN: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

pin_project! {
    /// The body of a computation, which may ask for what it computes: it is not to wait for itself.
    pub(crate) struct Within<F> {
        flight: Arc<Flight>,
        #[pin]
        body: F,
    }
}

impl<F: Future> Future for Within<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<F::Output> {
        struct Left;
        impl Drop for Left {
            fn drop(&mut self) {
                WITHIN.with_borrow_mut(Vec::pop);
            }
        }
        let this = self.project();
        WITHIN.with_borrow_mut(|within| within.push(this.flight.place()));
        let _left = Left;
        this.body.poll(cx)
    }
}

/// What came of waiting.
pub(crate) enum Waited {
    /// What was computed.
    Hit(CacheHit),
    /// Nothing that can be shared: the caller computes for itself.
    Nothing,
    /// The computation ended without an end: it panicked, or its future was dropped.
    Abandoned,
}

/// Who computes.
pub(crate) enum Join {
    /// The caller.
    Lead(Lead),
    /// Somebody else.
    Wait(Arc<Flight>),
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics under these locks.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Flights {
    /// Joins the computation of a key, or begins it. `blocking` says that it will run to its end
    /// on this thread.
    pub(crate) fn join(self: &Arc<Self>, key: &str, blocking: bool) -> Join {
        let mut flights = lock(&self.0);
        match flights.entry(key.into()) {
            Entry::Occupied(entry) => Join::Wait(Arc::clone(entry.get())),
            Entry::Vacant(entry) => {
                let flight = Arc::new(Flight {
                    state: Mutex::new(State::Running),
                    blocked: Condvar::new(),
                    waiting: Notify::new(),
                    stale: OnceLock::new(),
                    thread: blocking.then(|| std::thread::current().id()),
                });
                entry.insert(Arc::clone(&flight));
                Join::Lead(Lead {
                    flights: Arc::clone(self),
                    key: key.into(),
                    flight,
                })
            }
        }
    }

    /// What is being computed of this key is out of date: later callers begin anew.
    pub(crate) fn forget(&self, key: &str) {
        lock(&self.0).remove(key);
    }

    /// The same of every key.
    pub(crate) fn forget_all(&self) {
        lock(&self.0).clear();
    }
}

impl Flight {
    fn place(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    /// Waits for the end; not inside the computation itself, whose end it would wait for for ever.
    pub(crate) async fn wait(&self) -> Waited {
        if WITHIN.with_borrow(|within| within.contains(&self.place())) {
            return self.outcome().unwrap_or(Waited::Nothing);
        }
        loop {
            let notified = self.waiting.notified();
            let mut notified = std::pin::pin!(notified);
            notified.as_mut().enable();
            if let Some(waited) = self.outcome() {
                return waited;
            }
            notified.await;
        }
    }

    /// Waits for the end, where it is sure to come without this thread: a future may be one that
    /// this very thread has to poll, so nobody waits for it here.
    pub(crate) fn wait_blocking(&self) -> Waited {
        if self
            .thread
            .is_none_or(|thread| thread == std::thread::current().id())
        {
            return self.outcome().unwrap_or(Waited::Nothing);
        }
        // What the leader waits for may need the threads of the runtime that this is one of.
        match Handle::try_current().map(|handle| handle.runtime_flavor()) {
            Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(|| self.wait_here()),
            _ => self.wait_here(),
        }
    }

    fn wait_here(&self) -> Waited {
        let mut state = lock(&self.state);
        loop {
            match self.waited(&state) {
                Some(waited) => return waited,
                None => {
                    state = self
                        .blocked
                        .wait(state)
                        .unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    fn outcome(&self) -> Option<Waited> {
        self.waited(&lock(&self.state))
    }

    fn waited(&self, state: &State) -> Option<Waited> {
        match state {
            State::Running => self.stale.get().cloned().map(Waited::Hit),
            State::Done(Some(hit)) => Some(Waited::Hit(hit.clone())),
            State::Done(None) => Some(Waited::Nothing),
            State::Abandoned => Some(Waited::Abandoned),
        }
    }

    fn end(&self, end: State) {
        let mut state = lock(&self.state);
        if matches!(*state, State::Running) {
            *state = end;
        }
        drop(state);
        self.blocked.notify_all();
        self.waiting.notify_waiters();
    }
}

/// The right and the duty to compute a key. Dropped without an end, it lets a waiter do it.
pub(crate) struct Lead {
    flights: Arc<Flights>,
    key: Box<str>,
    flight: Arc<Flight>,
}

impl Lead {
    /// The body that computes.
    pub(crate) fn within<F: Future>(&self, body: F) -> Within<F> {
        let flight = Arc::clone(&self.flight);
        Within { flight, body }
    }

    /// Whether what is computed is still wanted: not once its key has been evicted.
    pub(crate) fn is_current(&self) -> bool {
        lock(&self.flights.0)
            .get(&self.key)
            .is_some_and(|current| Arc::ptr_eq(current, &self.flight))
    }

    /// Gives a value whose time is over to who waits, and to who will come.
    pub(crate) fn offer(&self, stale: &CacheHit) {
        let _ = self.flight.stale.set(stale.clone());
        drop(lock(&self.flight.state));
        self.flight.blocked.notify_all();
        self.flight.waiting.notify_waiters();
    }

    /// Gives the waiters what was computed, if it can be shared. What is to be kept is kept before.
    pub(crate) fn finish(self, hit: Option<CacheHit>) {
        self.leave();
        self.flight.end(State::Done(hit));
    }

    fn leave(&self) {
        let mut flights = lock(&self.flights.0);
        if flights
            .get(&self.key)
            .is_some_and(|current| Arc::ptr_eq(current, &self.flight))
        {
            flights.remove(&self.key);
        }
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        self.leave();
        self.flight.end(State::Abandoned);
    }
}
