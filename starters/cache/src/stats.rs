//! What a cache counts.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use metrics::{
    Counter, Gauge, Histogram, Unit, counter, describe_counter, describe_gauge, describe_histogram,
    gauge, histogram,
};

/// On as many lines of the processor's cache are hits counted, so that threads that hit at once do
/// not take a line from each other.
const STRIPES: usize = 16;

thread_local! {
    static STRIPE: Cell<usize> = const { Cell::new(usize::MAX) };
}

#[repr(align(128))]
#[derive(Default)]
struct Stripe(AtomicU64);

/// A count that many threads add to.
#[derive(Default)]
pub(crate) struct Striped([Stripe; STRIPES]);

impl Striped {
    #[inline]
    pub(crate) fn add(&self) {
        let stripe = STRIPE.get();
        let stripe = if stripe < STRIPES { stripe } else { assign() };
        self.0[stripe].0.fetch_add(1, Relaxed);
    }

    pub(crate) fn sum(&self) -> u64 {
        self.0.iter().map(|stripe| stripe.0.load(Relaxed)).sum()
    }
}

#[cold]
fn assign() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let stripe = NEXT.fetch_add(1, Relaxed) % STRIPES;
    STRIPE.set(stripe);
    stripe
}

/// What one cache counts.
#[derive(Default)]
pub(crate) struct Stats {
    pub(crate) hits: Striped,
    pub(crate) stale_hits: AtomicU64,
    pub(crate) misses: AtomicU64,
    pub(crate) puts: AtomicU64,
    pub(crate) evictions: AtomicU64,
    pub(crate) loads: AtomicU64,
    pub(crate) failed_loads: AtomicU64,
    pub(crate) errors: AtomicU64,
}

/// Adds one.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}

/// The metrics of one cache; the handles are made once.
pub(crate) struct CacheMetrics {
    hits: Counter,
    misses: Counter,
    puts: Counter,
    evicted: Counter,
    removed: Counter,
    errors: Counter,
    size: Gauge,
    loads: Histogram,
    failed_loads: Histogram,
}

impl CacheMetrics {
    pub(crate) fn of(cache: &str) -> Self {
        describe_counter!("cache_gets_total", "Look-ups in caches, by result.");
        describe_counter!("cache_puts_total", "Values put into caches.");
        describe_counter!(
            "cache_evictions_total",
            "Entries that went for want of room or time, or were evicted."
        );
        describe_counter!(
            "cache_errors_total",
            "Times a cache was out of reach, or held what cannot be read."
        );
        describe_gauge!("cache_size", "Entries in the process.");
        describe_histogram!(
            "cache_load_duration_seconds",
            Unit::Seconds,
            "How long missing values took to compute."
        );
        let name = || cache.to_owned();
        let gets = |result: &'static str| counter!("cache_gets_total", "cache" => name(), "result" => result);
        let gone = |cause: &'static str| counter!("cache_evictions_total", "cache" => name(), "cause" => cause);
        let loads = |outcome: &'static str| histogram!("cache_load_duration_seconds", "cache" => name(), "outcome" => outcome);
        Self {
            hits: gets("hit"),
            misses: gets("miss"),
            puts: counter!("cache_puts_total", "cache" => name()),
            evicted: gone("room_or_time"),
            removed: gone("explicit"),
            errors: counter!("cache_errors_total", "cache" => name()),
            size: gauge!("cache_size", "cache" => name()),
            loads: loads("done"),
            failed_loads: loads("failed"),
        }
    }

    /// A computation took this long.
    pub(crate) fn loaded(&self, elapsed: Duration, failed: bool) {
        let histogram = if failed {
            &self.failed_loads
        } else {
            &self.loads
        };
        histogram.record(elapsed.as_secs_f64());
    }

    /// Hands the counts over. A hit adds to a count of the cache's own alone: telling the recorder
    /// each time would cost as much as the look-up.
    #[allow(clippy::cast_precision_loss, reason = "a gauge is a float")]
    pub(crate) fn show(&self, stats: &Stats, local: Option<(u64, u64)>) {
        self.hits
            .absolute(stats.hits.sum() + stats.stale_hits.load(Relaxed));
        self.misses.absolute(stats.misses.load(Relaxed));
        self.puts.absolute(stats.puts.load(Relaxed));
        self.removed.absolute(stats.evictions.load(Relaxed));
        self.errors.absolute(stats.errors.load(Relaxed));
        if let Some((entries, evicted)) = local {
            self.size.set(entries as f64);
            self.evicted.absolute(evicted);
        }
    }
}
