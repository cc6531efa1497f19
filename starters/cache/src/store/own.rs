//! The keys that a request itself is computing on behalf of all instances.

use std::sync::{Arc, Mutex, PoisonError};

use savia_core::Context;

/// The keys whose right to be computed this request holds, so that it never waits for itself: it may
/// ask for one of them again after an eviction has made this process forget who computes, or outside
/// of the transaction that computes.
#[derive(Default)]
pub(crate) struct Own(Mutex<Vec<(String, String)>>);

/// One of them, until it is dropped.
pub(crate) struct OwnKey(Arc<Own>, (String, String));

impl Own {
    /// Those of the request that this code is part of.
    pub(crate) fn current() -> Option<Arc<Self>> {
        Context::with_current(|context| context.map(Context::extension::<Self>))
    }

    pub(crate) fn holds(&self, cache: &str, key: &str) -> bool {
        let keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.iter().any(|it| it.0 == cache && it.1 == key)
    }

    pub(crate) fn hold(self: &Arc<Self>, cache: &str, key: &str) -> OwnKey {
        let place = (cache.to_owned(), key.to_owned());
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.push(place.clone());
        OwnKey(Arc::clone(self), place)
    }
}

impl Drop for OwnKey {
    fn drop(&mut self) {
        let mut keys = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = keys.iter().position(|it| *it == self.1) {
            keys.swap_remove(at);
        }
    }
}
