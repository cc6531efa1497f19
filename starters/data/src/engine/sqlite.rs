//! SQLite: threads that each have a connection, and one of them writes.
//!
//! diesel's connection to SQLite is synchronous, and a hop to a thread for every statement costs
//! more than most statements do. So a unit of work goes to a thread as a whole.

mod call;
mod control;
mod drive;
mod file;
mod lease;
mod queue;
mod seat;
mod setup;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::ConnectionError;
use savia_core::{Error, Result};
use tokio::runtime::Handle;

use crate::config::SqliteConfig;
use crate::database::Access;
use crate::observe::{Observer, PoolState};

use call::{Answer, call};
use file::DatabaseFile;
use queue::Queue;
use seat::{Opener, Role};

pub(crate) use drive::{Caller, drive};
pub(crate) use lease::{Lease, ended};
pub(crate) use seat::{Seat, SharedConnection, here, is_here};

/// A database file and the threads that work on it.
pub(crate) struct SqliteEngine {
    readers: Arc<Queue>,
    writer: Arc<Queue>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    size: usize,
}

impl SqliteEngine {
    /// Opens the file, or a temporary one where there is no path.
    ///
    /// # Errors
    ///
    /// Where SQLite cannot open it or a thread cannot be started.
    pub(crate) fn open(
        path: Option<PathBuf>,
        config: &SqliteConfig,
        acquire_timeout: Duration,
        observer: Observer,
        runtime: &Handle,
    ) -> Result<Self, ConnectionError> {
        setup::enable();
        let file = Arc::new(match path {
            Some(path) => DatabaseFile::lasting(path),
            None => DatabaseFile::temporary(),
        });
        let opener = Arc::new(Opener {
            path: file.path().to_owned(),
            config: config.clone(),
            durable: !file.is_temporary(),
            observer,
        });
        let engine = Self {
            readers: Arc::new(Queue::new()),
            writer: Arc::new(Queue::new()),
            threads: Mutex::new(Vec::new()),
            size: config.readers() + 1,
        };
        // The writer comes first: it is who may create the file and turn on its log.
        let roles = std::iter::once(Role::Writer)
            .chain(std::iter::repeat_n(Role::Reader, config.readers()));
        for (number, role) in roles.enumerate() {
            let seat = Seat::take(Arc::clone(&opener), role, runtime.clone())?;
            let (queue, name) = match role {
                Role::Writer => (&engine.writer, "savia-sqlite-writer".to_owned()),
                Role::Reader => (&engine.readers, format!("savia-sqlite-{number}")),
            };
            let (queue, file) = (Arc::clone(queue), Arc::clone(&file));
            let thread = std::thread::Builder::new()
                .name(name)
                .spawn(move || work(seat, &queue, file))
                .map_err(|error| ConnectionError::BadConnection(error.to_string()))?;
            engine.threads().push(thread);
        }
        sweep(&engine, acquire_timeout, runtime);
        Ok(engine)
    }

    /// Runs work on a thread, and waits for what it comes to.
    pub(crate) async fn submit<R, W>(&self, access: Access, work: W) -> Result<R>
    where
        R: Send + 'static,
        W: FnOnce(&mut Seat, &mut dyn Caller) -> Result<R> + Send + 'static,
    {
        let (job, answer): (_, Answer<R>) = call(work);
        self.queue(access == Access::Read).push(job);
        answer.wait().await
    }

    /// A thread for a transaction, which has begun on it.
    pub(crate) async fn lease(&self, read_only: bool) -> Result<Lease> {
        Lease::of(self.queue(read_only), read_only).await
    }

    /// How its threads are occupied.
    pub(crate) fn state(&self) -> PoolState {
        let (readers, writer) = (self.readers.depth(), self.writer.depth());
        PoolState {
            connections: self.size,
            idle: readers.1 + writer.1,
            pending: readers.0 + writer.0,
        }
    }

    /// Ends what has been asked for, then the threads.
    pub(crate) async fn close(&self) -> Result<()> {
        self.readers.close();
        self.writer.close();
        let threads = std::mem::take(&mut *self.threads());
        let ended = tokio::task::spawn_blocking(move || {
            threads
                .into_iter()
                .filter_map(|thread| thread.join().err())
                .count()
        });
        match ended.await {
            Ok(0) => Ok(()),
            Ok(count) => Err(Error::internal(format!(
                "{count} threads of SQLite ended in a panic"
            ))),
            Err(error) => Err(error.into()),
        }
    }

    fn queue(&self, reads: bool) -> &Queue {
        if reads { &self.readers } else { &self.writer }
    }

    fn threads(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for SqliteEngine {
    fn drop(&mut self) {
        self.readers.close();
        self.writer.close();
    }
}

/// The life of a thread. The file is its last belonging: a temporary one goes when the last
/// connection has been closed.
fn work(mut seat: Seat, queue: &Queue, file: Arc<DatabaseFile>) {
    let runtime = seat.runtime().clone();
    let entered = runtime.enter();
    while let Some(job) = queue.pop() {
        job.run(&mut seat);
    }
    drop(seat);
    drop(entered);
    drop(file);
}

/// Refuses what waits too long, for as long as the engine lives.
fn sweep(engine: &SqliteEngine, limit: Duration, runtime: &Handle) {
    let queues = [
        Arc::downgrade(&engine.readers),
        Arc::downgrade(&engine.writer),
    ];
    let every = (limit / 10).clamp(Duration::from_millis(10), Duration::from_secs(1));
    runtime.spawn(async move {
        loop {
            tokio::time::sleep(every).await;
            for queue in &queues {
                match queue.upgrade() {
                    Some(queue) => queue.expire(limit),
                    None => return,
                }
            }
        }
    });
}
