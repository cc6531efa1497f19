//! What waits, and how it is taken.

use std::cmp::Reverse;
use std::sync::Arc;

use uuid::Uuid;

use super::{Line, Queue, State};
use crate::backend::memory::entry::{Entry, Place};
use crate::backend::{SUSPECT, later, time, until};
use crate::store::{Claim, Claimed, ClaimedTask};

impl Queue {
    /// Where a task stands once it is due.
    pub(super) fn line(&mut self, entry: &Entry) -> &mut Line {
        if entry.losses >= SUSPECT {
            &mut self.suspects
        } else {
            &mut self.ready
        }
    }
}

impl State {
    /// Lets a task wait in its queue.
    pub(super) fn wait(&mut self, id: Uuid, now: i64) {
        let Some(entry) = self.tasks.get_mut(&id) else {
            return;
        };
        let queue = self.queues.entry(Arc::clone(&entry.queue)).or_default();
        if entry.due_at > now {
            entry.place = Place::Delayed;
            queue.delayed.insert((entry.due_at, id));
        } else {
            entry.place = Place::Ready;
            queue.line(entry).insert((Reverse(entry.priority), id));
        }
    }

    pub(in crate::backend::memory) fn claim(&mut self, claim: &Claim, now: i64) -> Claimed {
        let Some(queue) = self.queues.get_mut(&claim.queue) else {
            return Claimed::default();
        };
        if queue.paused {
            return Claimed::default();
        }
        while let Some((due, id)) = queue.delayed.first().copied()
            && due <= now
        {
            queue.delayed.pop_first();
            if let Some(entry) = self.tasks.get_mut(&id) {
                entry.place = Place::Ready;
                queue.line(entry).insert((Reverse(entry.priority), id));
            }
        }
        let mut taken = Vec::new();
        if claim.suspect {
            taken.extend(queue.suspects.pop_first());
        }
        let first = taken.len();
        while taken.len() - first < claim.limit
            && let Some(next) = queue.ready.pop_first()
        {
            taken.push(next);
        }
        taken.sort_unstable();
        let mut claimed = Claimed::default();
        for (_, id) in taken {
            let Some(entry) = self.tasks.get_mut(&id) else {
                continue;
            };
            queue.running.insert(id);
            entry.place = Place::Running;
            entry.run += 1;
            entry.attempts += 1;
            entry.lease_until = later(now, claim.lease);
            let past = entry.past();
            past.worker = Some(Arc::clone(&claim.worker));
            past.started_at = Some(now);
            claimed.tasks.push(ClaimedTask {
                id,
                run: entry.run,
                name: Arc::clone(&entry.name),
                payload: Arc::clone(&entry.payload),
                attempt: entry.attempts,
                max_retries: entry.max_retries,
                losses: entry.losses,
                trace_parent: entry.trace_parent.clone(),
                enqueued_at: time(entry.enqueued_at),
                due_at: time(entry.due_at),
            });
        }
        claimed.next_in = queue.delayed.first().map(|(due, _)| until(now, *due));
        claimed
    }
}
