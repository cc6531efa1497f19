//! What is behind the lock.

mod claim;
mod look;

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use savia_core::tasks::{NewTask, Progress, TaskState};
use uuid::Uuid;

use super::entry::{Entry, Place, window};
use crate::backend::{kept, later, lost, span};
use crate::config::RetentionConfig;
use crate::metrics;
use crate::store::{Held, Outcome, Settlement, Stop};

/// Every task, and the order of those that wait.
pub(super) struct State {
    tasks: HashMap<Uuid, Entry>,
    queues: HashMap<Arc<str>, Queue>,
    /// Texts that tasks share.
    names: HashSet<Arc<str>>,
    last_trace: Option<Arc<str>>,
    unique: HashMap<(Arc<str>, String), (Uuid, i64)>,
    /// Outcomes, the oldest first. Some may be gone.
    finished: VecDeque<Uuid>,
    keep: usize,
    keep_succeeded: bool,
    schedules: HashMap<String, DateTime<Utc>>,
}

/// What is due, in the order in which it is taken.
type Line = BTreeSet<(Reverse<i32>, Uuid)>;

#[derive(Default)]
struct Queue {
    ready: Line,
    /// Those that may be what their workers died of.
    suspects: Line,
    delayed: BTreeSet<(i64, Uuid)>,
    running: HashSet<Uuid>,
    paused: bool,
}

impl State {
    pub(super) fn new(keep: usize, keep_succeeded: bool) -> Self {
        Self {
            tasks: HashMap::new(),
            queues: HashMap::new(),
            names: HashSet::new(),
            last_trace: None,
            unique: HashMap::new(),
            finished: VecDeque::new(),
            keep,
            keep_succeeded,
            schedules: HashMap::new(),
        }
    }

    /// Adds a task, or turns its id into that of the one it is the same as; gives its queue.
    pub(super) fn add(&mut self, task: NewTask, id: &mut Uuid, now: i64) -> Arc<str> {
        let queue = self.text(&task.queue);
        if let Some(unique) = &task.unique {
            let key = (Arc::clone(&queue), unique.key.clone());
            match self.unique.get(&key) {
                Some((first, until)) if *until > now => {
                    *id = *first;
                    return queue;
                }
                _ => {
                    let holds = later(now, window(unique));
                    self.unique.insert(key, (*id, holds));
                }
            }
        }
        let due_at = task.run_at.map_or(now, |at| at.timestamp_micros().max(now));
        let entry = Entry {
            name: self.text(&task.name),
            queue: Arc::clone(&queue),
            payload: task.payload.into(),
            trace_parent: task.trace_parent.map(|trace| self.trace(trace)),
            unique: task.unique.map(Box::new),
            past: None,
            enqueued_at: now,
            due_at,
            lease_until: 0,
            priority: task.priority,
            max_retries: task.max_retries,
            attempts: 0,
            losses: 0,
            run: 0,
            place: Place::Ready,
            cancel: false,
        };
        self.tasks.insert(*id, entry);
        self.wait(*id, now);
        queue
    }

    /// Notes what a run came to; says whether its task waits again.
    pub(super) fn settle(&mut self, settlement: &Settlement, now: i64) -> bool {
        let held = settlement.held;
        let Some(entry) = self.tasks.get_mut(&held.id) else {
            return false;
        };
        if !entry.is_held(held) {
            return false;
        }
        if let Some(queue) = self.queues.get_mut(&entry.queue) {
            queue.running.remove(&held.id);
        }
        match &settlement.outcome {
            Outcome::Succeeded { result } => {
                if result.is_some() {
                    entry.past().result.clone_from(result);
                }
                self.finish(held.id, TaskState::Succeeded, now);
                return false;
            }
            Outcome::Dead { error } => {
                entry.past().last_error = Some(kept(error));
                self.finish(held.id, TaskState::Dead, now);
                return false;
            }
            Outcome::Retry { .. } | Outcome::Released if entry.cancel => {
                self.finish(held.id, TaskState::Cancelled, now);
                return false;
            }
            Outcome::Cancelled => {
                self.finish(held.id, TaskState::Cancelled, now);
                return false;
            }
            Outcome::Retry { after, error } => {
                entry.past().last_error = Some(kept(error));
                entry.due_at = later(now, *after);
            }
            Outcome::Released => entry.attempts = entry.attempts.saturating_sub(1),
        }
        self.wait(held.id, now);
        true
    }

    /// Brings a task to its outcome.
    fn finish(&mut self, id: Uuid, state: TaskState, now: i64) {
        let Some(entry) = self.tasks.get_mut(&id) else {
            return;
        };
        entry.place = Place::Done(state);
        entry.past().finished_at = Some(now);
        Self::free(&mut self.unique, id, entry);
        if state == TaskState::Succeeded && !self.keep_succeeded {
            self.tasks.remove(&id);
            return;
        }
        self.finished.push_back(id);
        while self.finished.len() > self.keep
            && let Some(oldest) = self.finished.pop_front()
        {
            self.forget(oldest);
        }
    }

    /// Frees the key of a task.
    fn free(unique: &mut HashMap<(Arc<str>, String), (Uuid, i64)>, id: Uuid, entry: &Entry) {
        let Some(of) = &entry.unique else {
            return;
        };
        let key = (Arc::clone(&entry.queue), of.key.clone());
        if unique.get(&key).is_some_and(|(first, _)| *first == id) {
            unique.remove(&key);
        }
    }

    fn forget(&mut self, id: Uuid) {
        if self
            .tasks
            .get(&id)
            .is_some_and(|it| it.state().is_outcome())
        {
            self.tasks.remove(&id);
        }
    }

    pub(super) fn beat(&mut self, held: &[Held], lease: Duration, now: i64) -> Vec<Stop> {
        let mut stops = Vec::new();
        for held in held {
            match self.tasks.get_mut(&held.id) {
                Some(entry) if entry.is_held(*held) => {
                    entry.lease_until = later(now, lease);
                    if entry.cancel {
                        stops.push(Stop {
                            held: *held,
                            cancelled: true,
                        });
                    }
                }
                _ => stops.push(Stop {
                    held: *held,
                    cancelled: false,
                }),
            }
        }
        stops
    }

    pub(super) fn report(&mut self, progress: Vec<(Held, Progress)>) {
        for (held, progress) in progress {
            if let Some(entry) = self.tasks.get_mut(&held.id)
                && entry.is_held(held)
            {
                entry.past().progress = Some(progress);
            }
        }
    }

    pub(super) fn recover(&mut self, max_losses: u32, now: i64) -> u64 {
        let running: Vec<_> = self
            .queues
            .values()
            .flat_map(|it| it.running.iter())
            .copied()
            .collect();
        let mut recovered = 0;
        for id in running {
            let Some(entry) = self.tasks.get_mut(&id) else {
                continue;
            };
            if entry.lease_until > now {
                continue;
            }
            recovered += 1;
            if let Some(queue) = self.queues.get_mut(&entry.queue) {
                queue.running.remove(&id);
            }
            entry.losses += 1;
            entry.attempts = entry.attempts.saturating_sub(1);
            let outcome = if entry.cancel {
                Some(TaskState::Cancelled)
            } else if entry.losses >= max_losses {
                entry.past().last_error = Some(lost(max_losses));
                Some(TaskState::Dead)
            } else {
                None
            };
            metrics::lost(&entry.name, outcome.map(TaskState::word));
            match outcome {
                Some(state) => self.finish(id, state, now),
                None => self.wait(id, now),
            }
        }
        recovered
    }

    pub(super) fn sweep(&mut self, retention: &RetentionConfig, now: i64) -> u64 {
        let mut kept = VecDeque::with_capacity(self.finished.len());
        let mut swept = 0;
        for id in std::mem::take(&mut self.finished) {
            let Some(entry) = self.tasks.get(&id) else {
                continue;
            };
            let keep = match entry.state() {
                TaskState::Succeeded => retention.succeeded,
                TaskState::Dead => retention.dead,
                TaskState::Cancelled => retention.cancelled,
                _ => continue,
            };
            let finished = entry.past.as_ref().and_then(|past| past.finished_at);
            if finished.is_some_and(|at| at.saturating_add(span(keep)) <= now) {
                self.tasks.remove(&id);
                swept += 1;
            } else {
                kept.push_back(id);
            }
        }
        self.finished = kept;
        swept
    }

    pub(super) fn cancel(&mut self, id: Uuid, now: i64) -> bool {
        let Some(entry) = self.tasks.get_mut(&id) else {
            return false;
        };
        let queue = self.queues.entry(Arc::clone(&entry.queue)).or_default();
        match entry.place {
            Place::Ready => queue.line(entry).remove(&(Reverse(entry.priority), id)),
            Place::Delayed => queue.delayed.remove(&(entry.due_at, id)),
            Place::Running => {
                entry.cancel = true;
                return true;
            }
            Place::Done(_) => return false,
        };
        self.finish(id, TaskState::Cancelled, now);
        true
    }

    /// Lets a task that came to an outcome run again; gives its queue.
    pub(super) fn retry(&mut self, id: Uuid, now: i64) -> Option<Arc<str>> {
        let entry = self.tasks.get_mut(&id)?;
        if !entry.state().is_outcome() {
            return None;
        }
        (entry.attempts, entry.losses, entry.cancel) = (0, 0, false);
        entry.unique = None;
        entry.due_at = now;
        let past = entry.past();
        (past.finished_at, past.result, past.progress) = (None, None, None);
        let queue = Arc::clone(&entry.queue);
        self.finished.retain(|it| *it != id);
        self.wait(id, now);
        Some(queue)
    }

    /// The trace, shared by what one request enqueues.
    fn trace(&mut self, trace: String) -> Arc<str> {
        match &self.last_trace {
            Some(last) if **last == *trace => Arc::clone(last),
            _ => Arc::clone(self.last_trace.insert(trace.into())),
        }
    }

    /// The text, shared.
    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.names.get(text) {
            return Arc::clone(known);
        }
        let text: Arc<str> = Arc::from(text);
        self.names.insert(Arc::clone(&text));
        text
    }
}
