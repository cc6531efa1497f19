//! A queue, as this process works on it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tokio::sync::Notify;

/// A queue, as this process works on it.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) queue: Arc<str>,
    /// How many tasks run at once.
    pub(crate) concurrency: usize,
    /// The most that is taken ahead.
    pub(crate) batch: usize,
    held: AtomicUsize,
    finished: AtomicU64,
    /// Rings where there is room for more.
    pub(crate) room: Notify,
}

impl Lane {
    pub(crate) fn new(queue: &str, concurrency: usize, batch: usize) -> Self {
        Self {
            queue: Arc::from(queue),
            concurrency,
            batch,
            held: AtomicUsize::new(0),
            finished: AtomicU64::new(0),
            room: Notify::new(),
        }
    }

    /// How many tasks are taken and not settled, or go on although they are.
    pub(crate) fn held(&self) -> usize {
        self.held.load(Ordering::Acquire)
    }

    /// How many were settled, ever.
    pub(crate) fn finished(&self) -> u64 {
        self.finished.load(Ordering::Relaxed)
    }

    pub(crate) fn takes(&self, count: usize) {
        self.held.fetch_add(count, Ordering::AcqRel);
    }

    pub(crate) fn settled(&self, count: usize) {
        self.finished.fetch_add(count as u64, Ordering::Relaxed);
        self.gives_back(count);
    }

    /// Makes room for others.
    pub(crate) fn gives_back(&self, count: usize) {
        self.held.fetch_sub(count, Ordering::AcqRel);
        self.room.notify_one();
    }
}
