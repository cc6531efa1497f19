//! The runs that this process holds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use savia_core::tasks::Progress;
use uuid::Uuid;

use super::run::{Reason, Run};
use crate::store::Held;

/// Every run from where it was taken until it is settled.
#[derive(Debug, Default)]
pub(crate) struct Runs(Mutex<HashMap<Held, Arc<Run>>>);

impl Runs {
    pub(crate) fn add(&self, runs: impl IntoIterator<Item = Arc<Run>>) {
        let mut all = self.lock();
        all.extend(runs.into_iter().map(|run| (run.held, run)));
    }

    pub(crate) fn remove(&self, held: impl IntoIterator<Item = Held>) {
        let mut all = self.lock();
        for held in held {
            if let Some(run) = all.remove(&held) {
                run.is_the_suspect(None);
            }
        }
    }

    /// Those that were taken so long ago.
    pub(crate) fn older_than(&self, age: Duration) -> Vec<Held> {
        let all = self.lock();
        all.values()
            .filter(|run| run.since.elapsed() >= age)
            .map(|run| run.held)
            .collect()
    }

    /// Those of a task: one, as a rule.
    pub(crate) fn of(&self, task: Uuid) -> Vec<Held> {
        let all = self.lock();
        all.keys().filter(|held| held.id == task).copied().collect()
    }

    /// Ends one.
    pub(crate) fn end(&self, held: Held, reason: Reason) {
        let run = self.lock().get(&held).cloned();
        if let Some(run) = run {
            run.end(reason);
        }
    }

    /// Asks all of them to come to their end.
    pub(crate) fn ask_to_stop(&self) {
        for run in self.all() {
            run.ask_to_stop();
        }
    }

    /// Ends all of them; says how many.
    pub(crate) fn end_all(&self, reason: Reason) -> usize {
        let all = self.all();
        all.iter().for_each(|run| run.end(reason));
        all.len()
    }

    /// What they said since this was last asked.
    pub(crate) fn said(&self) -> Vec<(Held, Progress)> {
        let all = self.lock();
        all.values()
            .filter_map(|run| Some((run.held, run.said()?)))
            .collect()
    }

    fn all(&self) -> Vec<Arc<Run>> {
        self.lock().values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Held, Arc<Run>>> {
        // Nothing that can panic runs under the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
