//! Evictions that wait for a commit.

use std::sync::{Arc, Mutex, PoisonError};

use savia_core::Context;

use super::{Eviction, Store};

/// The evictions of this request's transactions. What they are about is computed inside a
/// transaction, not looked up: the transaction has changed it, and the cache does not know yet.
#[derive(Default)]
pub(crate) struct Pending(Mutex<Vec<(String, Eviction)>>);

impl Pending {
    /// Whether the cached value of this key is out of date inside the current transaction.
    pub(crate) fn concerns(context: &Context, store: &Store, key: &str) -> bool {
        let pending = context.extension::<Self>();
        let pending = pending.0.lock().unwrap_or_else(PoisonError::into_inner);
        pending.iter().any(|(cache, eviction)| {
            *cache == store.spec.name
                && match eviction {
                    Eviction::Key(own) => own == key,
                    Eviction::Tag(_) | Eviction::All => true,
                }
        })
    }

    /// Notes that the key, the tag or the whole cache is out of date.
    pub(crate) fn note(context: &Context, store: &Arc<Store>, eviction: &Eviction) {
        let pending = context.extension::<Self>();
        let mut pending = pending.0.lock().unwrap_or_else(PoisonError::into_inner);
        pending.push((store.spec.name.clone(), eviction.clone()));
    }

    /// What was noted has been done.
    pub(crate) fn done(context: &Context, store: &Store, eviction: &Eviction) {
        let pending = context.extension::<Self>();
        let mut pending = pending.0.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = |it: &(String, Eviction)| it.0 == store.spec.name && it.1 == *eviction;
        if let Some(at) = pending.iter().position(noted) {
            pending.swap_remove(at);
        }
    }
}
