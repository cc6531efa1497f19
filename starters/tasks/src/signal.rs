//! `Signal`: how the workers of a process hear that there is something to do.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{Notify, broadcast};
use uuid::Uuid;

/// What comes before the id of a task that was cancelled: the name of no queue begins so.
const CANCELLED: char = '!';

/// How many cancelled tasks a worker may be behind; it hears of those before with its next beat.
const BEHIND: usize = 256;

/// A bell for each queue, and word of tasks that are cancelled while they run.
#[derive(Debug)]
pub struct Signal {
    bells: RwLock<HashMap<Arc<str>, Arc<Notify>>>,
    cancelled: broadcast::Sender<Uuid>,
}

impl Default for Signal {
    fn default() -> Self {
        Self {
            bells: RwLock::default(),
            cancelled: broadcast::Sender::new(BEHIND),
        }
    }
}

impl Signal {
    /// The bell of a queue; what rings before somebody waits is not lost.
    pub fn bell(&self, queue: &str) -> Arc<Notify> {
        if let Some(bell) = self.known(queue) {
            return bell;
        }
        let mut bells = self.bells.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(bells.entry(Arc::from(queue)).or_default())
    }

    /// Rings for a queue, if anybody here works on it.
    pub fn ring(&self, queue: &str) {
        if let Some(bell) = self.known(queue) {
            bell.notify_one();
        }
    }

    /// Says that a task is cancelled, which may be running here.
    pub fn cancelled(&self, task: Uuid) {
        // Where nobody listens, nothing runs.
        let _ = self.cancelled.send(task);
    }

    /// The tasks that are cancelled from now on.
    pub fn cancels(&self) -> broadcast::Receiver<Uuid> {
        self.cancelled.subscribe()
    }

    /// That a task is cancelled, as processes tell each other: in the place of a queue's name.
    pub fn of_cancelled(task: Uuid) -> String {
        format!("{CANCELLED}{task}")
    }

    /// Takes what another process says: the name of a queue, or [`of_cancelled`](Self::of_cancelled).
    pub fn hear(&self, said: &str) {
        match said.strip_prefix(CANCELLED) {
            Some(task) => drop(task.parse().map(|task| self.cancelled(task))),
            None => self.ring(said),
        }
    }

    /// Rings for every queue.
    pub fn ring_all(&self) {
        let bells = self.bells.read().unwrap_or_else(PoisonError::into_inner);
        bells.values().for_each(|bell| bell.notify_one());
    }

    fn known(&self, queue: &str) -> Option<Arc<Notify>> {
        let bells = self.bells.read().unwrap_or_else(PoisonError::into_inner);
        bells.get(queue).cloned()
    }
}
