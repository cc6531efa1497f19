//! Tasks in this process.

mod entry;
mod state;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use savia_core::Result;
use savia_core::tasks::{BaseTaskQueue, NewTask, Progress, QueueStats, TaskFilter, TaskRecord};
use uuid::Uuid;

use self::state::State;
use super::{micros, waits_for_commit};
use crate::config::RetentionConfig;
use crate::signal::Signal;
use crate::store::{Claim, Claimed, Held, Settlement, Stop, TaskStore};

/// A queue in this process: the default. Tasks end with the process.
#[derive(Clone)]
pub(crate) struct MemoryQueue(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    signal: Arc<Signal>,
}

impl MemoryQueue {
    /// An empty one, which keeps outcomes as said.
    pub(crate) fn new(retention: &RetentionConfig) -> Self {
        Self(Arc::new(Inner {
            state: Mutex::new(State::new(retention.memory, !retention.succeeded.is_zero())),
            signal: Arc::default(),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic runs under the lock.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds tasks with their ids, and rings where some may run.
    fn add(&self, tasks: Vec<NewTask>, ids: &mut [Uuid]) {
        let mut rung: Vec<Arc<str>> = Vec::new();
        {
            let mut state = self.state();
            let now = micros(Utc::now());
            for (task, id) in tasks.into_iter().zip(ids) {
                let queue = state.add(task, id, now);
                if !rung.contains(&queue) {
                    rung.push(queue);
                }
            }
        }
        rung.iter().for_each(|queue| self.0.signal.ring(queue));
    }
}

#[async_trait]
impl BaseTaskQueue for MemoryQueue {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn is_durable(&self) -> bool {
        false
    }

    async fn enqueue(&self, tasks: Vec<NewTask>) -> Result<Vec<Uuid>> {
        let mut ids: Vec<_> = tasks.iter().map(|_| Uuid::now_v7()).collect();
        match waits_for_commit() {
            Some(context) => {
                let (queue, mut later) = (self.clone(), ids.clone());
                context.after_commit(move || async move { queue.add(tasks, &mut later) });
            }
            None => self.add(tasks, &mut ids),
        }
        Ok(ids)
    }

    async fn find(&self, id: Uuid) -> Result<Option<TaskRecord>> {
        Ok(self.state().find(id))
    }

    async fn list(&self, filter: &TaskFilter) -> Result<Vec<TaskRecord>> {
        Ok(self.state().list(filter))
    }

    async fn cancel(&self, id: Uuid) -> Result<bool> {
        let done = self.state().cancel(id, micros(Utc::now()));
        if done {
            self.0.signal.cancelled(id);
        }
        Ok(done)
    }

    async fn retry(&self, id: Uuid) -> Result<bool> {
        let queue = self.state().retry(id, micros(Utc::now()));
        if let Some(queue) = &queue {
            self.0.signal.ring(queue);
        }
        Ok(queue.is_some())
    }

    async fn purge(&self, filter: &TaskFilter) -> Result<u64> {
        Ok(self.state().purge(filter))
    }

    async fn stats(&self) -> Result<Vec<QueueStats>> {
        Ok(self.state().stats())
    }

    async fn set_paused(&self, queue: &str, paused: bool) -> Result<()> {
        self.state().set_paused(queue, paused);
        self.0.signal.ring(queue);
        Ok(())
    }
}

#[async_trait]
impl TaskStore for MemoryQueue {
    async fn claim(&self, claim: &Claim) -> Result<Claimed> {
        Ok(self.state().claim(claim, micros(Utc::now())))
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<()> {
        let mut rung: Vec<&Arc<str>> = Vec::new();
        {
            let mut state = self.state();
            let now = micros(Utc::now());
            for settlement in settlements {
                let waits = state.settle(settlement, now);
                if waits && !rung.contains(&&settlement.queue) {
                    rung.push(&settlement.queue);
                }
            }
        }
        rung.into_iter().for_each(|queue| self.0.signal.ring(queue));
        Ok(())
    }

    async fn beat(&self, held: &[Held], lease: Duration) -> Result<Vec<Stop>> {
        Ok(self.state().beat(held, lease, micros(Utc::now())))
    }

    async fn report(&self, progress: Vec<(Held, Progress)>) -> Result<()> {
        self.state().report(progress);
        Ok(())
    }

    async fn recover(&self, max_losses: u32) -> Result<u64> {
        let recovered = self.state().recover(max_losses, micros(Utc::now()));
        if recovered > 0 {
            self.0.signal.ring_all();
        }
        Ok(recovered)
    }

    async fn sweep(&self, retention: &RetentionConfig) -> Result<u64> {
        Ok(self.state().sweep(retention, micros(Utc::now())))
    }

    async fn last_tick(&self, schedule: &str) -> Result<Option<DateTime<Utc>>> {
        Ok(self.state().last_tick(schedule))
    }

    async fn tick(&self, schedule: &str, at: DateTime<Utc>, task: Option<NewTask>) -> Result<bool> {
        if !self.state().tick(schedule, at) {
            return Ok(false);
        }
        if let Some(task) = task {
            self.add(vec![task], &mut [Uuid::now_v7()]);
        }
        Ok(true)
    }

    fn signal(&self) -> &Arc<Signal> {
        &self.0.signal
    }
}
