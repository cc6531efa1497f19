//! The pool for tasks that block their thread.

use std::any::Any;
use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
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
    start: Start,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Box<dyn FnOnce() + Send>>,
    threads: usize,
    idle: usize,
}

/// Starts a thread.
type Start = fn(Box<dyn FnOnce() + Send>) -> io::Result<()>;

fn start(work: Box<dyn FnOnce() + Send>) -> io::Result<()> {
    let thread = std::thread::Builder::new().name("savia-blocking".to_owned());
    thread.spawn(work).map(drop)
}

impl BlockingPool {
    /// Of so many threads at the most.
    pub(crate) fn new(most: usize) -> Self {
        Self::with(most, start)
    }

    fn with(most: usize, start: Start) -> Self {
        Self(Arc::new(Shared {
            state: Mutex::default(),
            ready: Condvar::new(),
            most: most.max(1),
            start,
        }))
    }

    /// Has work done by a thread.
    ///
    /// # Errors
    ///
    /// Where no thread can be started, and there is none.
    pub(crate) fn start<R: Send + 'static>(
        &self,
        work: impl FnOnce() -> R + Send + 'static,
    ) -> io::Result<Job<R>> {
        let (begin, begun) = oneshot::channel();
        let (reply, answer) = oneshot::channel();
        let stage = Arc::new(AtomicU8::new(WAITS));
        let job = Job {
            stage: Arc::clone(&stage),
            begun,
            answer,
        };
        let runtime = Handle::current();
        self.push(Box::new(move || {
            if !step(&stage, WAITS, RUNS) {
                return;
            }
            let _ = begin.send(());
            let _entered = runtime.enter();
            let answer = catch_unwind(AssertUnwindSafe(work));
            stage.store(ENDED, Ordering::Release);
            let _ = reply.send(answer);
        }))?;
        Ok(job)
    }

    fn push(&self, job: Box<dyn FnOnce() + Send>) -> io::Result<()> {
        let mut state = self.0.lock();
        state.jobs.push_back(job);
        if state.idle >= state.jobs.len() {
            self.0.ready.notify_one();
            return Ok(());
        }
        if state.threads == self.0.most {
            return Ok(());
        }
        let shared = Arc::clone(&self.0);
        match (self.0.start)(Box::new(move || serve(&shared))) {
            Ok(()) => state.threads += 1,
            Err(error) if state.threads == 0 => {
                state.jobs.pop_back();
                return Err(error);
            }
            // Those that are there do it, later.
            Err(error) => tracing::warn!("there are too few threads for what blocks: {error}"),
        }
        Ok(())
    }
}

/// How far a job is.
const WAITS: u8 = 0;
const RUNS: u8 = 1;
const ENDED: u8 = 2;
const GIVEN_UP: u8 = 3;

fn step(stage: &AtomicU8, from: u8, to: u8) -> bool {
    stage
        .compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire)
        .is_ok()
}

/// Work that a thread does, or will. Dropped before it has begun, it does not begin; once it has, it
/// goes on to its end.
pub(crate) struct Job<R> {
    stage: Arc<AtomicU8>,
    begun: oneshot::Receiver<()>,
    answer: oneshot::Receiver<std::thread::Result<R>>,
}

impl<R: Send + 'static> Job<R> {
    /// Waits until a thread has begun it.
    pub(crate) async fn begins(&mut self) {
        let _ = (&mut self.begun).await;
    }

    /// Waits for what it gives back; an `Err` is the panic it ended in.
    pub(crate) async fn returns(&mut self) -> std::thread::Result<R> {
        let gone = || Box::new("its thread is gone") as Box<dyn Any + Send>;
        (&mut self.answer).await.unwrap_or_else(|_| Err(gone()))
    }

    /// Waits for nothing any more; gives what goes on.
    pub(crate) fn leave(mut self) -> Option<Left> {
        // One that has not begun does not begin any more.
        step(&self.stage, WAITS, GIVEN_UP);
        if self.stage.load(Ordering::Acquire) != RUNS {
            return None;
        }
        let (_, closed) = oneshot::channel();
        let answer = std::mem::replace(&mut self.answer, closed);
        Some(Left(Box::pin(async move { drop(answer.await) })))
    }
}

impl<R> Drop for Job<R> {
    fn drop(&mut self) {
        step(&self.stage, WAITS, GIVEN_UP);
    }
}

/// A thread that goes on with what nobody waits for.
pub(crate) struct Left(Pin<Box<dyn Future<Output = ()> + Send>>);

impl Left {
    /// Waits until it is done.
    pub(crate) async fn returns(self) {
        self.0.await;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn without_a_thread_work_is_refused_and_not_lost() {
        let pool = BlockingPool::with(2, |_| Err(io::Error::other("too many of them")));
        let refused = pool.start(|| panic!("nobody can")).err().unwrap();
        assert_eq!(refused.to_string(), "too many of them");
        assert!(pool.0.lock().jobs.is_empty());
    }

    #[tokio::test]
    async fn with_one_thread_the_rest_waits_for_it() {
        use std::sync::atomic::AtomicUsize;
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let pool = BlockingPool::with(2, |work| {
            if STARTED.fetch_add(1, Ordering::Relaxed) > 0 {
                return Err(io::Error::other("too many of them"));
            }
            start(work)
        });
        let mut jobs: Vec<_> = (0..3).map(|at| pool.start(move || at).unwrap()).collect();
        for (at, job) in jobs.iter_mut().enumerate() {
            assert_eq!(job.returns().await.unwrap(), at);
        }
    }

    #[tokio::test]
    async fn what_has_begun_goes_on_and_what_has_not_does_not_begin() {
        let pool = BlockingPool::new(1);
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let mut first = pool.start(move || gate.recv()).unwrap();
        let second = pool.start(|| panic!("it was given up")).unwrap();
        first.begins().await;
        assert!(second.leave().is_none());
        let left = first.leave().unwrap();
        open.send(()).unwrap();
        left.returns().await;
        let mut third = pool.start(|| 3).unwrap();
        assert_eq!(third.returns().await.unwrap(), 3);
        assert!(third.leave().is_none());
    }
}
