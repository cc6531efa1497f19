//! Threads that each own a connection to SQLite, and the jobs that wait for one.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use diesel::connection::SimpleConnection;
use diesel::{Connection, QueryResult, SqliteConnection};
use savia_data_bench::{Result, SQLITE_PRAGMAS};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce(&mut SqliteConnection) + Send>;

/// The threads; they live as long as the process.
#[derive(Clone)]
pub(crate) struct Threads(Arc<Queue>);

struct Queue {
    state: Mutex<State>,
    ready: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    idle: usize,
}

impl Threads {
    /// Opens as many connections as there are to be threads.
    pub(crate) fn start(file: &str, count: u32) -> Result<Self> {
        let queue = Arc::new(Queue {
            state: Mutex::default(),
            ready: Condvar::new(),
        });
        for _ in 0..count {
            let mut connection = SqliteConnection::establish(file)?;
            connection.batch_execute(SQLITE_PRAGMAS)?;
            let queue = Arc::clone(&queue);
            std::thread::spawn(move || {
                loop {
                    let job = queue.pop();
                    job(&mut connection);
                }
            });
        }
        Ok(Self(queue))
    }

    /// Runs work on one of them.
    pub(crate) async fn run<R, F>(&self, work: F) -> Result<R>
    where
        R: Send + 'static,
        F: FnOnce(&mut SqliteConnection) -> QueryResult<R> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.0.push(Box::new(move |connection| {
            // Nobody waits any more where it cannot be sent.
            let _ = reply.send(work(connection));
        }));
        Ok(answer.await??)
    }
}

impl Queue {
    fn push(&self, job: Job) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.jobs.push_back(job);
        let sleeper = state.idle > 0;
        drop(state);
        if sleeper {
            self.ready.notify_one();
        }
    }

    fn pop(&self) -> Job {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(job) = state.jobs.pop_front() {
                return job;
            }
            state.idle += 1;
            state = self
                .ready
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }
}
