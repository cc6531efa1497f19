//! Evictions: how Redis and the other instances are told, and which ones are still to be told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redis::Pipeline;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::Keys;
use crate::store::Eviction;

/// So many are kept of a cache while Redis is away; after that the whole cache is evicted.
const MOST: usize = 1_000;
/// So many are sent at once, so that none takes longer than a command may.
const BATCH: usize = 250;

/// What was evicted, and by whom, as instances tell each other.
#[derive(Serialize, Deserialize)]
pub(crate) struct Told<'a> {
    pub(crate) from: &'a str,
    pub(crate) cache: std::borrow::Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) key: Option<std::borrow::Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tag: Option<std::borrow::Cow<'a, str>>,
}

/// The evictions of this instance.
pub(crate) struct Evictions {
    keys: Keys,
    /// The name of this instance among those that share the caches.
    pub(crate) instance: String,
    /// Whether others listen.
    pub(crate) tells: bool,
    missed: Mutex<BTreeMap<String, BTreeSet<Eviction>>>,
    /// Wakes who sends them.
    wake: Arc<Notify>,
}

/// An eviction that is being sent. Unless it is done, it has been missed.
pub(crate) struct Intent<'a> {
    evictions: &'a Evictions,
    what: Option<(&'a str, Eviction)>,
}

impl Evictions {
    pub(crate) fn new(keys: Keys, tells: bool) -> Self {
        Self {
            keys,
            instance: uuid::Uuid::new_v4().simple().to_string(),
            tells,
            missed: Mutex::default(),
            wake: Arc::default(),
        }
    }

    pub(crate) fn wake(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }

    /// Adds the commands: Redis forgets, then the others are told.
    pub(crate) fn commands(&self, pipe: &mut Pipeline, cache: &str, eviction: &Eviction) {
        let keys = &self.keys;
        match eviction {
            Eviction::Key(key) => {
                let all = [
                    keys.entry(cache, key),
                    keys.lock(cache, key),
                    keys.end(cache, key),
                ];
                pipe.unlink(&all[..]).ignore();
            }
            Eviction::Tag(tag) => {
                pipe.unlink(keys.tag(cache, tag)).ignore();
            }
            Eviction::All => {
                pipe.unlink(keys.version(cache)).ignore();
            }
        }
        self.tell(pipe, cache, eviction);
    }

    /// Adds the command that tells the others, where others listen.
    pub(crate) fn tell(&self, pipe: &mut Pipeline, cache: &str, eviction: &Eviction) {
        let (key, tag) = match eviction {
            Eviction::Key(key) => (Some(key.into()), None),
            Eviction::Tag(tag) => (None, Some(tag.into())),
            Eviction::All => (None, None),
        };
        let told = Told {
            from: &self.instance,
            cache: cache.into(),
            key,
            tag,
        };
        // Text is always written.
        if self.tells
            && let Ok(told) = serde_json::to_vec(&told)
        {
            pipe.publish(self.keys.channel(), told).ignore();
        }
    }

    /// Begins to send an eviction. Where that fails, or whoever sends it goes away, it is sent once
    /// Redis is back.
    pub(crate) fn intend<'a>(&'a self, cache: &'a str, eviction: Eviction) -> Intent<'a> {
        Intent {
            evictions: self,
            what: Some((cache, eviction)),
        }
    }

    /// What has been missed; it is not known here any more.
    pub(crate) fn take(&self) -> Vec<(String, Eviction)> {
        let missed = std::mem::take(&mut *self.missed());
        let each = missed.into_iter().flat_map(|(cache, evictions)| {
            let one = move |eviction| (cache.clone(), eviction);
            evictions.into_iter().map(one)
        });
        each.collect()
    }

    /// Keeps what could not be sent.
    pub(crate) fn keep(&self, cache: &str, eviction: Eviction) {
        let mut missed = self.missed();
        let kept = missed.entry(cache.to_owned()).or_default();
        if kept.contains(&Eviction::All) {
            return;
        }
        let is_all = eviction == Eviction::All;
        kept.insert(eviction);
        if is_all || kept.len() > MOST {
            *kept = BTreeSet::from([Eviction::All]);
        }
    }

    /// These, as few commands.
    pub(crate) fn batches(&self, missed: &[(String, Eviction)]) -> Vec<Pipeline> {
        let batches = missed.chunks(BATCH).map(|batch| {
            let mut pipe = redis::pipe();
            for (cache, eviction) in batch {
                self.commands(&mut pipe, cache, eviction);
            }
            pipe
        });
        batches.collect()
    }

    fn missed(&self) -> MutexGuard<'_, BTreeMap<String, BTreeSet<Eviction>>> {
        self.missed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Intent<'_> {
    /// Redis and the others know.
    pub(crate) fn done(mut self) {
        self.what = None;
    }
}

impl Drop for Intent<'_> {
    fn drop(&mut self) {
        if let Some((cache, eviction)) = self.what.take() {
            self.evictions.keep(cache, eviction);
            self.evictions.wake.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missed_is_bounded_by_evicting_the_whole_cache() {
        let evictions = Evictions::new(Keys::new("test"), true);
        let key = |number: usize| Eviction::Key(number.to_string());
        evictions.intend("done", key(1)).done();
        for number in 0..MOST {
            drop(evictions.intend("posts", key(number)));
            drop(evictions.intend("posts", key(number)));
        }
        drop(evictions.intend("users", key(1)));
        assert_eq!(evictions.take().len(), MOST + 1);
        for number in 0..=MOST {
            drop(evictions.intend("posts", key(number)));
        }
        drop(evictions.intend("posts", Eviction::Tag("a".to_owned())));
        assert_eq!(evictions.take(), [("posts".to_owned(), Eviction::All)]);
        assert!(evictions.take().is_empty());
    }
}
