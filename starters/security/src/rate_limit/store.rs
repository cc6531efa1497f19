//! Where the counts of this process are: a moment a caller, in parts with a lock each.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::{Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::state::keyed::ShrinkableKeyedStateStore;

use super::limiter::Ticks;

const PARTS: usize = 64;

/// The moment by which each caller has all of a limit again, for a bounded number of them.
///
/// A caller whose moment has come is as one that was never seen. Where there is no room for one more,
/// those go first; then those whose moment comes next, who have used least. Who is limited stays: where
/// there is nobody else, new callers of a part share one count until there is room.
pub(super) struct KeyStore {
    parts: Box<[Mutex<Part>]>,
    hasher: RandomState,
    /// Of one part.
    most: usize,
    /// How far ahead a moment may lie until its caller is limited, in nanoseconds.
    tolerance: u64,
    clock: Ticks,
}

#[derive(Default)]
struct Part {
    moments: HashMap<u128, u64, RandomState>,
    /// That of all for whom there is no room.
    crowd: Option<u64>,
}

impl KeyStore {
    pub(super) fn new(max_keys: usize, tolerance: u64, clock: Ticks) -> Self {
        Self {
            parts: (0..PARTS).map(|_| Mutex::default()).collect(),
            hasher: RandomState::default(),
            most: max_keys.div_ceil(PARTS),
            tolerance,
            clock,
        }
    }

    /// The part of a key. Nobody outside knows which: they cannot be made to crowd one.
    #[inline]
    fn part(&self, key: u128) -> MutexGuard<'_, Part> {
        let at = (self.hasher.hash_one(key) >> 58) as usize;
        lock(&self.parts[at % PARTS])
    }

    /// Makes room in a full part, for many at once; says whether there is any.
    #[cold]
    fn make_room(&self, part: &mut Part) -> bool {
        let now = self.clock.nanos();
        let moments = &mut part.moments;
        moments.retain(|_, moment| *moment > now);
        let spare = (self.most / 8).max(1);
        if moments.len() + spare > self.most {
            let limited = now.saturating_add(self.tolerance);
            let mut others: Vec<u64> = moments
                .values()
                .copied()
                .filter(|moment| *moment <= limited)
                .collect();
            let last = spare.min(others.len());
            if last > 0 {
                let (_, last, _) = others.select_nth_unstable(last - 1);
                let last = *last;
                moments.retain(|_, moment| *moment > last);
            }
        }
        moments.len() < self.most
    }
}

impl StateStore for KeyStore {
    type Key = u128;

    #[inline]
    fn measure_and_replace<T, F, E>(&self, key: &u128, f: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut part = self.part(*key);
        if let Some(moment) = part.moments.get_mut(key) {
            let (outcome, next) = f(Some(Nanos::new(*moment)))?;
            *moment = next.as_u64();
            return Ok(outcome);
        }
        if part.moments.len() < self.most || self.make_room(&mut part) {
            let (outcome, next) = f(None)?;
            part.moments.insert(*key, next.as_u64());
            return Ok(outcome);
        }
        let (outcome, next) = f(part.crowd.map(Nanos::new))?;
        part.crowd = Some(next.as_u64());
        Ok(outcome)
    }
}

impl ShrinkableKeyedStateStore<u128> for KeyStore {
    fn retain_recent(&self, drop_below: Nanos) {
        for part in &self.parts {
            let moments = &mut lock(part).moments;
            moments.retain(|_, moment| *moment > drop_below.as_u64());
            if moments.capacity() > 4 * moments.len() {
                moments.shrink_to(2 * moments.len());
            }
        }
    }

    fn len(&self) -> usize {
        self.parts.iter().map(|part| lock(part).moments.len()).sum()
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn lock(part: &Mutex<Part>) -> MutexGuard<'_, Part> {
    // A count that a panic left behind is a count.
    part.lock().unwrap_or_else(PoisonError::into_inner)
}
