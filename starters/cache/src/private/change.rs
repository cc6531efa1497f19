//! Calls that change a cache: `#[cache_put]` and `#[cache_evict]`.

use std::sync::Arc;

use savia_core::Context;
use savia_core::cache::{CacheCodec, CacheEntry};

use super::call::{Rules, digest};
use super::shape::Shape;
use crate::key::KeyText;
use crate::site::{Bound, Site};
use crate::store::{Eviction, Pending, Store};

/// What is taken out.
pub enum Entry {
    /// What is under this key.
    Key(KeyText),
    /// What was put with these tags.
    Tags(Vec<String>),
    /// Everything.
    All,
}

impl Entry {
    fn evictions(self) -> Vec<Eviction> {
        match self {
            Self::Key(key) => vec![Eviction::Key(key.as_str().to_owned())],
            Self::Tags(tags) => tags.into_iter().map(Eviction::Tag).collect(),
            Self::All => vec![Eviction::All],
        }
    }
}

fn place(site: &'static Site) -> Option<(Context, Arc<Bound>)> {
    let place = Context::current().and_then(|context| {
        let bound = site.bound(context.app())?.owned();
        Some((context, bound))
    });
    if place.is_none() {
        site.outside();
    }
    place.filter(|(_, bound)| bound.store.is_enabled())
}

/// Evicts, at once or once the current transaction has committed. `before` evicts at once inside a
/// transaction too.
pub async fn evict(site: &'static Site, entry: Entry, before: bool) {
    let Some((context, bound)) = place(site) else {
        return;
    };
    let waits = context.is_in_transaction();
    for eviction in entry.evictions() {
        if waits {
            evict_after_commit(&context, &bound.store, eviction.clone());
        }
        if before || !waits {
            bound.store.evict_or_tell(&eviction).await;
        }
    }
}

/// The same of a synchronous function; where its thread may not wait, the shared tier is told by a
/// task.
pub fn evict_blocking(site: &'static Site, entry: Entry, before: bool) {
    let Some((context, bound)) = place(site) else {
        return;
    };
    let waits = context.is_in_transaction();
    for eviction in entry.evictions() {
        if waits {
            evict_after_commit(&context, &bound.store, eviction.clone());
        }
        if before || !waits {
            bound.store.evict_here(&eviction);
            if bound.store.shared {
                run_blocking(&bound, move |store| {
                    let eviction = eviction.clone();
                    async move { store.evict_or_tell(&eviction).await }
                });
            }
        }
    }
}

/// Evicts once the current transaction has committed.
pub(crate) fn evict_after_commit(context: &Context, store: &Arc<Store>, eviction: Eviction) {
    Pending::note(context, store, &eviction);
    let (store, inside) = (Arc::clone(store), context.clone());
    context.after_commit(move || async move {
        store.evict_or_tell(&eviction).await;
        Pending::done(&inside, &store, &eviction);
    });
}

/// Runs what leaves the process: waits where the thread may, else leaves it to a task.
fn run_blocking<F, Fut>(bound: &Arc<Bound>, work: F)
where
    F: Fn(Arc<Store>) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    let store = &bound.store;
    let now = work.clone();
    let done = store.block({
        let store = Arc::clone(store);
        async move { now(store).await }
    });
    if done.is_none()
        && let Some(runtime) = &store.runtime
    {
        runtime.spawn(work(Arc::clone(store)));
    }
}

/// What a function returned, where it is to be kept.
fn returned<M, O: Shape<M>>(
    site: &'static Site,
    tags: Vec<String>,
    rules: &Rules<O::Item, O::Failure>,
    output: &O,
) -> Option<(Context, Arc<Bound>, CacheEntry)> {
    let (context, bound) = place(site)?;
    let digest = digest(&bound, rules, tags, output);
    let entry = digest.entry.filter(|_| !digest.here)?;
    Some((context, bound, entry))
}

/// Keeps what a function returned, at once or once the current transaction has committed.
pub async fn put<M, O: Shape<M>>(
    site: &'static Site,
    key: KeyText,
    tags: Vec<String>,
    rules: Rules<O::Item, O::Failure>,
    output: &O,
) {
    let codec = rules.kept.info.codec;
    let Some((context, bound, entry)) = returned(site, tags, &rules, output) else {
        return;
    };
    if context.is_in_transaction() {
        put_after_commit(&context, &bound, key, entry, codec);
    } else {
        bound.store.put_or_count(key.as_str(), entry, codec).await;
    }
}

/// The same of a synchronous function.
pub fn put_blocking<M, O: Shape<M>>(
    site: &'static Site,
    key: KeyText,
    tags: Vec<String>,
    rules: Rules<O::Item, O::Failure>,
    output: &O,
) {
    let codec = rules.kept.info.codec;
    let Some((context, bound, entry)) = returned(site, tags, &rules, output) else {
        return;
    };
    if context.is_in_transaction() {
        put_after_commit(&context, &bound, key, entry, codec);
    } else if bound.store.shared && codec.is_portable() {
        bound
            .store
            .evict_here(&Eviction::Key(key.as_str().to_owned()));
        run_blocking(&bound, move |store| {
            let (key, entry) = (key.clone(), entry.clone());
            async move { store.put_or_count(key.as_str(), entry, codec).await }
        });
    } else {
        bound.store.flights.forget(key.as_str());
        if let Some(local) = &bound.store.here {
            local.evict(key.as_str());
        }
        bound.store.settle_here(key.as_str(), entry, None, true);
    }
}

/// Until the commit, the key is computed inside the transaction and is the old value outside.
fn put_after_commit(
    context: &Context,
    bound: &Arc<Bound>,
    key: KeyText,
    entry: CacheEntry,
    codec: &'static dyn CacheCodec,
) {
    let eviction = Eviction::Key(key.as_str().to_owned());
    Pending::note(context, &bound.store, &eviction);
    let (store, inside) = (Arc::clone(&bound.store), context.clone());
    context.after_commit(move || async move {
        store.put_or_count(key.as_str(), entry, codec).await;
        Pending::done(&inside, &store, &eviction);
    });
}
