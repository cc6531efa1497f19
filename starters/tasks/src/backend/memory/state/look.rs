//! What is known of tasks, queues and schedules.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use savia_core::tasks::{QueueStats, TaskFilter, TaskRecord};
use uuid::Uuid;

use super::State;

impl State {
    pub(in crate::backend::memory) fn find(&self, id: Uuid) -> Option<TaskRecord> {
        self.tasks.get(&id).map(|entry| entry.record(id))
    }

    pub(in crate::backend::memory) fn list(&self, filter: &TaskFilter) -> Vec<TaskRecord> {
        let mut found: Vec<_> = self
            .tasks
            .iter()
            .filter(|(id, entry)| {
                filter.after.is_none_or(|after| **id > after) && entry.passes(filter)
            })
            .collect();
        found.sort_by_key(|(id, _)| **id);
        found
            .into_iter()
            .take(filter.limit() as usize)
            .map(|(id, entry)| entry.record(*id))
            .collect()
    }

    pub(in crate::backend::memory) fn purge(&mut self, filter: &TaskFilter) -> u64 {
        let before = self.tasks.len();
        self.tasks
            .retain(|_, entry| !entry.state().is_outcome() || !entry.passes(filter));
        let tasks = &self.tasks;
        self.finished.retain(|id| tasks.contains_key(id));
        (before - self.tasks.len()) as u64
    }

    pub(in crate::backend::memory) fn stats(&self) -> Vec<QueueStats> {
        let mut all: HashMap<&Arc<str>, QueueStats> = HashMap::new();
        for (name, queue) in &self.queues {
            let mut stats = QueueStats::of(&**name);
            stats.paused = queue.paused;
            all.insert(name, stats);
        }
        for entry in self.tasks.values() {
            let stats = all
                .entry(&entry.queue)
                .or_insert_with(|| QueueStats::of(&*entry.queue));
            *stats.count(entry.state()) += 1;
        }
        let mut all: Vec<_> = all.into_values().collect();
        all.sort_by(|a, b| a.queue.cmp(&b.queue));
        all
    }

    pub(in crate::backend::memory) fn set_paused(&mut self, queue: &str, paused: bool) {
        let name = self.text(queue);
        self.queues.entry(name).or_default().paused = paused;
    }

    pub(in crate::backend::memory) fn last_tick(&self, schedule: &str) -> Option<DateTime<Utc>> {
        self.schedules.get(schedule).copied()
    }

    pub(in crate::backend::memory) fn tick(&mut self, schedule: &str, at: DateTime<Utc>) -> bool {
        if self.schedules.get(schedule).is_some_and(|last| *last >= at) {
            return false;
        }
        self.schedules.insert(schedule.to_owned(), at);
        true
    }
}
