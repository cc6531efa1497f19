//! A call of a cached function: what is looked up before its body runs.

use std::sync::Arc;

use savia_core::Context;
use savia_core::cache::{CacheEntry, CacheHit};

use super::shape::{Read, Shape};
use super::value::{Failure, Kept};
use crate::key::KeyText;
use crate::site::{Bound, Site};
use crate::stats::count;
use crate::store::Pending;

/// What the look-up found.
pub enum Found<O> {
    /// What the function returns.
    Hit(O),
    /// Nothing; the call goes on with the body.
    Miss(Call),
    /// There is no cache for this call; the body runs as if there were no attribute.
    Uncached,
}

/// A call that did not find its value in the process.
pub struct Call {
    pub(crate) bound: Arc<Bound>,
    pub(crate) in_transaction: bool,
    /// A value whose time is over, which may be given out while it is computed anew.
    pub(crate) stale: Option<CacheHit>,
}

/// How a function keeps what it returns.
pub struct Rules<T, E> {
    /// Its values.
    pub kept: Kept<T>,
    /// Its errors.
    pub failure: Failure<E>,
    /// Which values are not kept.
    pub unless: Option<fn(&T) -> bool>,
    /// What a value weighs.
    pub weight: Option<fn(&T) -> u32>,
}

impl<T, E> Clone for Rules<T, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, E> Copy for Rules<T, E> {}

/// Looks a key up in the process. This is the path of a hit: no box, no lock of ours, no text on
/// the heap.
#[inline]
pub fn find<M, O: Shape<M>>(
    site: &'static Site,
    key: &KeyText,
    rules: &Rules<O::Item, O::Failure>,
) -> Found<O> {
    let place = Context::with_current(|context| {
        let context = context?;
        let bound = site.bound(context.app())?;
        Some((bound, context.is_in_transaction()))
    });
    let Some((bound, in_transaction)) = place else {
        site.outside();
        return Found::Uncached;
    };
    let store = &bound.store;
    if !store.is_enabled() || in_transaction && is_changed(&bound, key) {
        return Found::Uncached;
    }
    let mut stale = None;
    if let Some(hit) = store.look(key.as_str()) {
        if hit.fresh {
            if let Some(output) = give(rules, hit) {
                return Found::Hit(output);
            }
        } else {
            stale = Some(hit);
        }
    }
    Found::Miss(Call {
        bound: bound.owned(),
        in_transaction,
        stale,
    })
}

/// Whether the transaction that the call is in has changed what the key stands for.
#[cold]
fn is_changed(bound: &Bound, key: &KeyText) -> bool {
    let context = Context::current();
    context.is_some_and(|context| Pending::concerns(&context, &bound.store, key.as_str()))
}

/// The return value that a hit stands for, if it is one of this function's.
#[inline]
pub(super) fn give<M, O: Shape<M>>(rules: &Rules<O::Item, O::Failure>, hit: CacheHit) -> Option<O> {
    match hit.value {
        Some(value) => match (rules.kept.take)(value) {
            Ok(item) => Some(O::value(item)),
            Err(value) => (rules.failure.take)(&value).and_then(O::failed),
        },
        None => O::nothing(),
    }
}

/// What a return value is to the cache and to those who wait for it.
pub(super) struct Digest {
    pub(super) entry: Option<CacheEntry>,
    /// Whether the entry stays in this process: errors do.
    pub(super) here: bool,
    pub(super) share: Option<CacheHit>,
    pub(super) failed: bool,
}

pub(super) fn digest<M, O: Shape<M>>(
    bound: &Bound,
    rules: &Rules<O::Item, O::Failure>,
    tags: Vec<String>,
    output: &O,
) -> Digest {
    let hit = |value| CacheHit { value, fresh: true };
    match output.read() {
        Read::Value(item) => {
            let value = (rules.kept.store)(item);
            let kept = rules.unless.is_none_or(|unless| !unless(item));
            let weight = rules.weight.map(|weight| weight(item));
            Digest {
                entry: kept.then(|| bound.terms.entry(Some(value.clone()), tags, weight)),
                here: false,
                share: Some(hit(Some(value))),
                failed: false,
            }
        }
        Read::Nothing => Digest {
            entry: Some(bound.terms.entry(None, tags, None)),
            here: false,
            share: Some(hit(None)),
            failed: false,
        },
        Read::Failed(error) => {
            let value = rules.failure.store.map(|store| store(error));
            Digest {
                entry: value
                    .clone()
                    .and_then(|value| bound.terms.failure(value, tags)),
                here: true,
                share: value.map(|value| hit(Some(value))),
                failed: true,
            }
        }
    }
}

impl Call {
    pub(super) fn missed(&self) {
        count(&self.bound.store.stats.misses);
    }
}
