//! `Signal`: how the workers of a process hear that there is something to do.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Notify;

/// A bell for each queue.
#[derive(Debug, Default)]
pub struct Signal {
    bells: RwLock<HashMap<Arc<str>, Arc<Notify>>>,
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
