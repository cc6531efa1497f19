//! Tags of entries in this process.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::AcqRel, Ordering::Acquire};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// How often each tag was evicted, for as long as an entry bears it.
///
/// An entry remembers the count it was put at, and is gone once the tag's is another: evicting
/// takes one step however many entries there are, and no index is kept.
#[derive(Default)]
pub(super) struct Tags(Mutex<Table>);

#[derive(Default)]
struct Table {
    counts: HashMap<Box<str>, Weak<AtomicU64>>,
    /// At this size those that nobody bears are swept out.
    sweep_at: usize,
}

/// The tags of an entry, and how often each had been evicted when it was put.
pub(super) type Marks = Arc<Vec<(Arc<AtomicU64>, u64)>>;

impl Tags {
    /// What an entry with these tags remembers.
    pub(super) fn marks(&self, tags: &[String]) -> Option<Marks> {
        if tags.is_empty() {
            return None;
        }
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        table.sweep();
        let marks = tags.iter().map(|tag| {
            let count = table.count(tag);
            let mark = count.load(Acquire);
            (count, mark)
        });
        // Of one word, because every entry has room for it.
        Some(Arc::new(marks.collect()))
    }

    /// Lets every entry with this tag go.
    pub(super) fn evict(&self, tag: &str) {
        let table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = table.counts.get(tag).and_then(Weak::upgrade) {
            count.fetch_add(1, AcqRel);
        }
    }
}

/// Whether no tag was evicted since.
#[inline]
pub(super) fn hold(marks: Option<&Marks>) -> bool {
    marks.is_none_or(|marks| {
        marks
            .iter()
            .all(|(count, mark)| count.load(Acquire) == *mark)
    })
}

impl Table {
    fn count(&mut self, tag: &str) -> Arc<AtomicU64> {
        if let Some(count) = self.counts.get(tag).and_then(Weak::upgrade) {
            return count;
        }
        let count = Arc::new(AtomicU64::new(0));
        self.counts.insert(tag.into(), Arc::downgrade(&count));
        count
    }

    fn sweep(&mut self) {
        if self.counts.len() >= self.sweep_at {
            self.counts.retain(|_, count| count.strong_count() > 0);
            self.sweep_at = (self.counts.len() * 2).max(1024);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_bears_a_tag_goes_with_it_and_later_ones_stay() {
        let tags = Tags::default();
        let old = tags.marks(&["a".to_owned(), "b".to_owned()]);
        let other = tags.marks(&["c".to_owned()]);
        tags.evict("b");
        let new = tags.marks(&["b".to_owned()]);
        assert!(!hold(old.as_ref()) && hold(other.as_ref()) && hold(new.as_ref()));
        assert!(hold(None));
    }

    #[test]
    fn tags_that_nobody_bears_are_forgotten() {
        let tags = Tags::default();
        for number in 0..10_000 {
            tags.marks(&[number.to_string()]);
        }
        assert!(tags.0.lock().unwrap().counts.len() <= 1025);
    }
}
