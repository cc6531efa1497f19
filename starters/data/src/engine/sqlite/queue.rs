//! What waits for a thread.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use savia_core::Error;

use super::seat::Seat;

/// Work for a thread that has a connection.
pub(super) trait Job: Send {
    /// Does it, and answers whoever waits for it.
    fn run(self: Box<Self>, seat: &mut Seat) -> Ran;

    /// Answers that it will not be done.
    fn refuse(self: Box<Self>, error: Error);
}

/// How a job went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ran {
    /// To its end, well or badly.
    Soundly,
    /// Into a panic: what was open has been rolled back.
    Panicked,
}

/// Jobs in the order they came, for as many threads as take from it.
pub(super) struct Queue {
    state: Mutex<State>,
    ready: Condvar,
}

struct State {
    jobs: VecDeque<Waiting>,
    idle: usize,
    closed: bool,
}

struct Waiting {
    since: Instant,
    job: Box<dyn Job>,
}

impl Queue {
    pub(super) fn new() -> Self {
        let state = State {
            jobs: VecDeque::new(),
            idle: 0,
            closed: false,
        };
        Self {
            state: Mutex::new(state),
            ready: Condvar::new(),
        }
    }

    /// Adds a job; one that comes after the end is refused.
    pub(super) fn push(&self, job: Box<dyn Job>) {
        let mut state = self.lock();
        if state.closed {
            drop(state);
            return job.refuse(closed());
        }
        state.jobs.push_back(Waiting {
            since: Instant::now(),
            job,
        });
        let sleeper = state.idle > 0;
        drop(state);
        // Waking costs a system call, which a thread that is awake does not need.
        if sleeper {
            self.ready.notify_one();
        }
    }

    /// The next job; none once the queue is closed and empty.
    pub(super) fn pop(&self) -> Option<Box<dyn Job>> {
        let mut state = self.lock();
        loop {
            if let Some(waiting) = state.jobs.pop_front() {
                return Some(waiting.job);
            }
            if state.closed {
                return None;
            }
            state.idle += 1;
            state = self
                .ready
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }

    /// Refuses what has waited for longer than `limit`. A sweep now and then costs less than a
    /// timer for every job.
    pub(super) fn expire(&self, limit: Duration) {
        let mut expired = Vec::new();
        let mut state = self.lock();
        while let Some(first) = state.jobs.front()
            && first.since.elapsed() >= limit
        {
            expired.extend(state.jobs.pop_front());
        }
        drop(state);
        for waiting in expired {
            waiting.job.refuse(
                Error::unavailable("the database is busy; try again").with_source(format!(
                    "no connection to SQLite came free within {limit:?} (data.pool.acquire_timeout)"
                )),
            );
        }
    }

    /// Takes no more jobs; those that are waiting are still done.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.ready.notify_all();
    }

    /// How many jobs wait, and how many threads do.
    pub(super) fn depth(&self) -> (usize, usize) {
        let state = self.lock();
        (state.jobs.len(), state.idle)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn closed() -> Error {
    Error::unavailable("the database is closed")
}
