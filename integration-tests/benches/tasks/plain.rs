//! Plain apalis on its own storage in memory: what the engine can do alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use apalis_core::backend::TaskSink;
use apalis_core::backend::memory::MemoryStorage;
use apalis_core::task::data::Data;
use apalis_core::worker::builder::WorkerBuilder;
use apalis_core::worker::context::WorkerContext;

use crate::report::{Goal, line};

struct Left(AtomicUsize);

impl Left {
    /// One less; whether that was the last one.
    fn was_last(&self) -> bool {
        self.0.fetch_sub(1, Ordering::Relaxed) == 1
    }
}

async fn noop(_: u64, left: Data<Arc<Left>>, worker: WorkerContext) {
    if left.was_last() {
        worker.stop().unwrap();
    }
}

/// Pushes tasks and runs them.
pub(crate) async fn run(count: usize) {
    let mut storage = MemoryStorage::new();
    let since = Instant::now();
    for number in 0..count {
        storage.push(number as u64).await.unwrap();
    }
    let pushed = since.elapsed();
    let since = Instant::now();
    let worker = WorkerBuilder::new("plain")
        .backend(storage)
        .data(Arc::new(Left(AtomicUsize::new(count))))
        .build(noop);
    worker.run().await.unwrap();
    let ran = since.elapsed();
    line(
        "plain apalis, memory",
        count,
        pushed,
        ran,
        count,
        Goal::None,
    );
}
