//! The pool for tasks that block their thread.

use std::any::Any;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// How long a thread waits for work before it ends.
const IDLE: Duration = Duration::from_secs(10);

/// Threads of its own for what blocks: the runtime's pool is left to whoever else needs it. Threads
/// are started when they are needed and end when they are not.
#[derive(Clone)]
pub(crate) struct BlockingPool(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    ready: Condvar,
    most: usize,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Box<dyn FnOnce() + Send>>,
    threads: usize,
    idle: usize,
}

impl BlockingPool {
    /// Of so many threads at the most.
    pub(crate) fn new(most: usize) -> Self {
        Self(Arc::new(Shared {
            state: Mutex::default(),
            ready: Condvar::new(),
            most: most.max(1),
        }))
    }

    /// Runs work on a thread; an `Err` is the panic it ended in. Work that has begun goes on where
    /// nobody waits for it any more; work that has not is not begun.
    pub(crate) async fn run<R: Send + 'static>(
        &self,
        work: impl FnOnce() -> R + Send + 'static,
    ) -> std::thread::Result<R> {
        let (reply, answer) = oneshot::channel();
        let runtime = Handle::current();
        self.push(Box::new(move || {
            if reply.is_closed() {
                return;
            }
            let _entered = runtime.enter();
            let _ = reply.send(catch_unwind(AssertUnwindSafe(work)));
        }));
        let gone = || Box::new("its thread is gone") as Box<dyn Any + Send>;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }

    fn push(&self, job: Box<dyn FnOnce() + Send>) {
        let mut state = self.0.lock();
        state.jobs.push_back(job);
        if state.idle >= state.jobs.len() {
            self.0.ready.notify_one();
            return;
        }
        if state.threads == self.0.most {
            return;
        }
        let shared = Arc::clone(&self.0);
        let started = std::thread::Builder::new()
            .name("savia-blocking".to_owned())
            .spawn(move || serve(&shared));
        match started {
            Ok(_) => state.threads += 1,
            // Those that are there do it, later.
            Err(error) => tracing::error!("no thread for a task that blocks: {error}"),
        }
    }
}

fn serve(shared: &Shared) {
    let mut state = shared.lock();
    loop {
        if let Some(job) = state.jobs.pop_front() {
            drop(state);
            job();
            state = shared.lock();
            continue;
        }
        state.idle += 1;
        let (guard, waited) = shared
            .ready
            .wait_timeout(state, IDLE)
            .unwrap_or_else(PoisonError::into_inner);
        state = guard;
        state.idle -= 1;
        if waited.timed_out() && state.jobs.is_empty() {
            state.threads -= 1;
            return;
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Jobs run outside of the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for BlockingPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlockingPool")
            .field("most", &self.0.most)
            .finish()
    }
}
