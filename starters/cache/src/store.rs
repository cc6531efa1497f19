//! One cache of a running application, as calls and users meet it.

mod flights;
mod own;
mod pending;
mod terms;

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use savia_core::cache::{
    BaseCache, CacheCodec, CacheEntry, CacheHit, CacheSpec, Flight, FlightPermit, LocalCache,
};
use savia_core::{Context, Result};
use tokio::runtime::{Handle, RuntimeFlavor};

use crate::backend::memory::MapCache;
use crate::stats::{CacheMetrics, Stats, count};

pub(crate) use flights::{Flights, Join, Lead, Waited};
pub(crate) use own::{Own, OwnKey};
pub(crate) use pending::Pending;
pub(crate) use terms::Terms;

/// Between two looks for what another instance computes.
const FIRST_LOOK: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// One cache: its backend, its tier in the process, who computes what in it, and its counts.
pub(crate) struct Store {
    pub(crate) spec: CacheSpec,
    pub(crate) backend: Arc<dyn BaseCache>,
    /// What is in the process: a tier of the backend's, or what must not leave the process.
    pub(crate) here: Option<Arc<dyn LocalCache>>,
    /// Whether it is the backend's, so that values which others may evict are kept there.
    pub(crate) is_tier: bool,
    pub(crate) shared: bool,
    enabled: bool,
    pub(crate) flights: Arc<Flights>,
    pub(crate) stats: Stats,
    pub(crate) metrics: CacheMetrics,
    /// The application's runtime, on which calls of synchronous code leave the process.
    pub(crate) runtime: Option<Handle>,
    told_worker: std::sync::atomic::AtomicBool,
}

/// What the shared tier says of a missing key.
pub(crate) enum Approach {
    /// It is there.
    Hit(CacheHit),
    /// The caller computes.
    Compute {
        right: Right,
        /// A value whose time is over, and that may be given out meanwhile.
        stale: Option<CacheHit>,
    },
}

/// Whether what was computed may be put into the shared tier.
pub(crate) enum Right {
    /// The backend decides: not what was evicted meanwhile.
    Guarded(Box<dyn FlightPermit>, Option<OwnKey>),
    /// It may; the backend keeps no order among instances.
    Unguarded,
    /// It may not: the backend was away, and what was evicted meanwhile is not known.
    Lost,
}

/// What is taken out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Eviction {
    Key(String),
    Tag(String),
    All,
}

impl Store {
    pub(crate) fn new(
        spec: CacheSpec,
        backend: Arc<dyn BaseCache>,
        runtime: Option<Handle>,
    ) -> Self {
        let tier = backend.local(&spec);
        let is_tier = tier.is_some();
        // Values that stay in the process and errors need a place on every backend.
        let stays = || Arc::new(MapCache::new(&spec, Arc::new(true.into()))) as Arc<dyn LocalCache>;
        Self {
            here: tier.or_else(|| backend.is_enabled().then(stays)),
            is_tier,
            shared: backend.is_shared(),
            enabled: backend.is_enabled(),
            metrics: CacheMetrics::of(&spec.name),
            spec,
            backend,
            flights: Arc::default(),
            stats: Stats::default(),
            runtime,
            told_worker: false.into(),
        }
    }

    /// Whether anything is kept at all.
    #[inline]
    pub(crate) fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// What is in the process, fresh or not; counts a fresh one.
    #[inline]
    pub(crate) fn look(&self, key: &str) -> Option<CacheHit> {
        let hit = self.here.as_ref()?.get(key)?;
        if hit.fresh {
            self.stats.hits.add();
        }
        Some(hit)
    }

    /// Asks the shared tier for a missing key, or for the right to compute it. Waits for as long as
    /// another instance computes it, and not for what the request itself computes (`own`).
    pub(crate) async fn approach(
        &self,
        key: &str,
        tags: &[String],
        codec: &'static dyn CacheCodec,
        own: Option<&Arc<Own>>,
    ) -> Approach {
        let mut stale = None;
        if !self.shared || !codec.is_portable() {
            let right = Right::Lost;
            return Approach::Compute { right, stale };
        }
        let mut pause = FIRST_LOOK;
        loop {
            match self.backend.get(&self.spec, key, codec).await {
                Ok(Some(hit)) if hit.fresh => return Approach::Hit(hit),
                Ok(found) => stale = found.or(stale),
                Err(error) => self.failed(&error),
            }
            let right = match self.backend.begin(&self.spec, key, tags).await {
                Ok(Flight::Guarded(permit)) => {
                    Right::Guarded(permit, own.map(|own| own.hold(&self.spec.name, key)))
                }
                Ok(Flight::Elsewhere) => match stale.take() {
                    Some(hit) => return Approach::Hit(hit),
                    None if own.is_some_and(|own| own.holds(&self.spec.name, key)) => Right::Lost,
                    None => {
                        tokio::time::sleep(pause).await;
                        pause = (pause * 2).min(LONGEST_PAUSE);
                        continue;
                    }
                },
                Ok(_) => Right::Unguarded,
                Err(error) => {
                    self.failed(&error);
                    Right::Lost
                }
            };
            return Approach::Compute { right, stale };
        }
    }

    /// The right to compute, where it is free now: of a computation inside a transaction, which
    /// must not wait for others.
    pub(crate) async fn try_permit(
        &self,
        key: &str,
        tags: &[String],
        codec: &'static dyn CacheCodec,
    ) -> Right {
        if !self.shared || !codec.is_portable() {
            return Right::Lost;
        }
        match self.backend.begin(&self.spec, key, tags).await {
            Ok(Flight::Guarded(permit)) => {
                let own = Own::current();
                Right::Guarded(permit, own.map(|own| own.hold(&self.spec.name, key)))
            }
            Ok(_) => Right::Lost,
            Err(error) => {
                self.failed(&error);
                Right::Lost
            }
        }
    }

    /// Puts what a computation gave. Nothing is put that was evicted meanwhile.
    pub(crate) async fn settle(
        &self,
        key: &str,
        entry: CacheEntry,
        right: Right,
        since: Option<u64>,
        codec: &'static dyn CacheCodec,
    ) {
        if !self.shared || !codec.is_portable() {
            self.settle_here(key, entry, since, true);
            return;
        }
        let put = match right {
            Right::Guarded(permit, _own) => permit.put(entry, codec).await.map(|_| ()),
            Right::Unguarded => self.backend.put(&self.spec, key, entry, codec).await,
            Right::Lost => return,
        };
        match put {
            Ok(()) => count(&self.stats.puts),
            Err(error) => self.failed(&error),
        }
    }

    /// The same in the process alone, where the entry `stays` there or there is a tier for others.
    pub(crate) fn settle_here(
        &self,
        key: &str,
        entry: CacheEntry,
        since: Option<u64>,
        stays: bool,
    ) {
        if (stays || self.is_tier)
            && let Some(local) = &self.here
            && local.put(key, entry, since)
        {
            count(&self.stats.puts);
        }
    }

    /// Puts a value, whatever is there.
    pub(crate) async fn put(
        &self,
        key: &str,
        entry: CacheEntry,
        codec: &'static dyn CacheCodec,
    ) -> Result<()> {
        self.flights.forget(key);
        if self.shared && codec.is_portable() {
            self.backend.put(&self.spec, key, entry, codec).await?;
        } else if let Some(local) = &self.here {
            local.evict(key);
            local.put(key, entry, None);
        }
        count(&self.stats.puts);
        Ok(())
    }

    /// Takes entries out.
    pub(crate) async fn evict(&self, eviction: &Eviction) -> Result<()> {
        self.evict_here(eviction);
        if !self.shared {
            return Ok(());
        }
        match eviction {
            Eviction::Key(key) => self.backend.evict(&self.spec, key).await,
            Eviction::Tag(tag) => self.backend.evict_tag(&self.spec, tag).await,
            Eviction::All => self.backend.clear(&self.spec).await,
        }
    }

    /// Takes entries out of this process; computations under way put nothing.
    pub(crate) fn evict_here(&self, eviction: &Eviction) {
        count(&self.stats.evictions);
        match eviction {
            Eviction::Key(key) => self.flights.forget(key),
            _ => self.flights.forget_all(),
        }
        let Some(local) = &self.here else { return };
        match eviction {
            Eviction::Key(key) => local.evict(key),
            Eviction::Tag(tag) => local.evict_tag(tag),
            Eviction::All => local.clear(),
        }
    }

    /// Evicts and, where the shared tier is out of reach, says so: it may give out the old value
    /// until its time is over.
    pub(crate) async fn evict_or_tell(&self, eviction: &Eviction) {
        if let Err(error) = self.evict(eviction).await {
            self.failed(&error);
            tracing::warn!(
                cache = self.spec.name,
                "an eviction did not reach the shared cache, so other processes may still give out the old value: {error}"
            );
        }
    }

    /// Puts and, where the shared tier is out of reach, counts.
    pub(crate) async fn put_or_count(
        &self,
        key: &str,
        entry: CacheEntry,
        codec: &'static dyn CacheCodec,
    ) {
        if let Err(error) = self.put(key, entry, codec).await {
            self.failed(&error);
        }
    }

    /// A computation is over.
    pub(crate) fn loaded(&self, started: Instant, failed: bool) {
        let elapsed = started.elapsed();
        count(&self.stats.loads);
        if failed {
            count(&self.stats.failed_loads);
        }
        self.metrics.loaded(elapsed, failed);
        let recorder = Context::with_current(|it| it.and_then(|it| it.recorder().cloned()));
        if let Some(recorder) = recorder {
            recorder.record(savia_core::context::RecordedEvent {
                kind: "cache",
                detail: &self.spec.name,
                started,
                elapsed,
                failed,
            });
        }
    }

    pub(crate) fn failed(&self, error: &savia_core::Error) {
        count(&self.stats.errors);
        tracing::debug!(cache = self.spec.name, "the cache is of no help: {error}");
    }

    /// Runs what leaves the process, from synchronous code that may wait here. Nothing on the
    /// thread of a worker, whose other requests would wait too.
    pub(crate) fn block<F>(&self, future: F) -> Option<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let runtime = self.runtime.as_ref()?;
        let (sender, receiver) = std::sync::mpsc::sync_channel(1);
        let wait = || {
            runtime.spawn(async move {
                // Nobody hears it where the waiting thread has gone.
                let _ = sender.send(future.await);
            });
            receiver.recv().ok()
        };
        match Handle::try_current().map(|handle| handle.runtime_flavor()) {
            Err(_) => wait(),
            Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(wait),
            Ok(_) => {
                if self.shared && first(&self.told_worker) {
                    tracing::warn!(
                        cache = self.spec.name,
                        "synchronous code on a worker's thread uses the cache in the process only; make the function async"
                    );
                }
                None
            }
        }
    }
}

fn first(told: &std::sync::atomic::AtomicBool) -> bool {
    !told.swap(true, std::sync::atomic::Ordering::Relaxed)
}
