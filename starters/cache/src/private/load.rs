//! A call that missed: one computes, the others wait, and what is computed is kept.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use savia_core::Context;
use savia_core::cache::CacheHit;

use super::call::{Call, Digest, Rules, digest, give};
use super::shape::Shape;
use crate::key::KeyText;
use crate::site::Bound;
use crate::stats::count;
use crate::store::{Approach, Join, Lead, Own, Right, Waited};

/// The body of an async function, to be run after the call has ended.
pub type Background<O> = Pin<Box<dyn Future<Output = O> + Send>>;
/// The body of a synchronous one.
pub type BackgroundCall<O> = Box<dyn FnOnce() -> O + Send>;

impl Call {
    /// Runs the body of an async function, unless somebody else does; keeps what it returns.
    ///
    /// `background` gives the body once more, where it can outlive the call: then a stale value is
    /// given out at once.
    pub async fn load<M: 'static, O: Shape<M> + 'static>(
        mut self,
        key: KeyText,
        tags: Vec<String>,
        rules: Rules<O::Item, O::Failure>,
        body: impl Future<Output = O>,
        background: impl FnOnce() -> Option<Background<O>>,
    ) -> O
    where
        O::Item: 'static,
        O::Failure: 'static,
    {
        if self.in_transaction {
            return self.load_in_transaction(key, tags, rules, body).await;
        }
        let store = &self.bound.store;
        let text = key.as_str();
        let lead = loop {
            match store.flights.join(text, false) {
                Join::Lead(lead) => break lead,
                Join::Wait(flight) => {
                    if let Some(output) = self.stale.take().and_then(|hit| give(&rules, hit)) {
                        count(&store.stats.stale_hits);
                        return output;
                    }
                    match flight.wait().await {
                        Waited::Abandoned => {}
                        Waited::Nothing => return body.await,
                        Waited::Hit(hit) => match give(&rules, hit) {
                            Some(output) => {
                                store.stats.hits.add();
                                return output;
                            }
                            None => return body.await,
                        },
                    }
                }
            }
        };
        if let Some(output) = self.landed(text, &rules) {
            lead.finish(None);
            return output;
        }
        let own = store.shared.then(Own::current).flatten();
        let codec = rules.kept.info.codec;
        let asked = store.approach(text, &tags, codec, own.as_ref()).await;
        let (right, stale) = match asked {
            Approach::Hit(hit) => match give(&rules, hit.clone()) {
                Some(output) => {
                    store.stats.hits.add();
                    lead.finish(Some(hit));
                    return output;
                }
                None => (Right::Unguarded, None),
            },
            Approach::Compute { right, stale } => (right, stale.or(self.stale.take())),
        };
        if let Some(hit) = &stale {
            lead.offer(hit);
        }
        if let Some(hit) = stale
            && let Some(future) = background()
            && let Some(output) = give(&rules, hit)
        {
            count(&store.stats.stale_hits);
            let bound = Arc::clone(&self.bound);
            savia_core::spawn(refresh(bound, lead, right, key, tags, rules, future));
            return output;
        }
        self.missed();
        let since = self.since(text);
        let started = Instant::now();
        let output = lead.within(body).await;
        let digest = digest(&self.bound, &rules, tags, &output);
        store.loaded(started, digest.failed);
        self.bound
            .land(lead, right, text, digest, since, codec)
            .await;
        output
    }

    /// What has been put between the look-up and the begin of a computation.
    fn landed<M, O: Shape<M>>(&self, key: &str, rules: &Rules<O::Item, O::Failure>) -> Option<O> {
        // Nearly always there is nothing, and a key that is looked up twice counts as wanted twice.
        if !self.bound.store.here.as_ref()?.has(key) {
            return None;
        }
        let hit = self.bound.store.look(key).filter(|hit| hit.fresh)?;
        give(rules, hit)
    }

    fn since(&self, key: &str) -> Option<u64> {
        self.bound.since(key)
    }

    /// Inside a transaction nobody is waited for, who may wait for the transaction, and what was
    /// computed of its changes is kept once they stand.
    async fn load_in_transaction<M, O: Shape<M>>(
        self,
        key: KeyText,
        tags: Vec<String>,
        rules: Rules<O::Item, O::Failure>,
        body: impl Future<Output = O>,
    ) -> O {
        let store = &self.bound.store;
        let codec = rules.kept.info.codec;
        if store.shared && codec.is_portable() {
            match store.backend.get(&store.spec, key.as_str(), codec).await {
                Ok(Some(hit)) if hit.fresh => {
                    if let Some(output) = give(&rules, hit) {
                        store.stats.hits.add();
                        return output;
                    }
                }
                Ok(_) => {}
                Err(error) => store.failed(&error),
            }
        }
        self.missed();
        let right = store.try_permit(key.as_str(), &tags, codec).await;
        let since = self.since(key.as_str());
        let started = Instant::now();
        let output = body.await;
        let digest = digest(&self.bound, &rules, tags, &output);
        store.loaded(started, digest.failed);
        if let (Some(entry), Some(context)) = (digest.entry, Context::current()) {
            let bound = Arc::clone(&self.bound);
            context.after_commit(move || async move {
                if digest.here {
                    bound.store.settle_here(key.as_str(), entry, since, true);
                } else {
                    let store = &bound.store;
                    store.settle(key.as_str(), entry, right, since, codec).await;
                }
            });
        }
        output
    }

    /// As [`load`](Self::load), of a synchronous function. Where the thread may not wait, the
    /// shared tier is left out.
    pub fn load_blocking<M: 'static, O: Shape<M> + 'static>(
        mut self,
        key: KeyText,
        tags: Vec<String>,
        rules: Rules<O::Item, O::Failure>,
        body: impl FnOnce() -> O,
        background: impl FnOnce() -> Option<BackgroundCall<O>>,
    ) -> O
    where
        O::Item: 'static,
        O::Failure: 'static,
    {
        let bound = Arc::clone(&self.bound);
        let (store, text) = (&bound.store, key.as_str());
        if self.in_transaction {
            return self.load_blocking_in_transaction(&key, tags, &rules, body);
        }
        let lead = loop {
            match store.flights.join(text, true) {
                Join::Lead(lead) => break lead,
                Join::Wait(flight) => {
                    if let Some(output) = self.stale.take().and_then(|hit| give(&rules, hit)) {
                        count(&store.stats.stale_hits);
                        return output;
                    }
                    match flight.wait_blocking() {
                        Waited::Abandoned => {}
                        Waited::Nothing => return body(),
                        Waited::Hit(hit) => match give(&rules, hit) {
                            Some(output) => {
                                store.stats.hits.add();
                                return output;
                            }
                            None => return body(),
                        },
                    }
                }
            }
        };
        if let Some(output) = self.landed(text, &rules) {
            lead.finish(None);
            return output;
        }
        let codec = rules.kept.info.codec;
        let asked = if store.shared {
            let (bound, key, tags) = (Arc::clone(&bound), key.clone(), tags.clone());
            let own = Own::current();
            store.block(async move {
                let store = &bound.store;
                store
                    .approach(key.as_str(), &tags, codec, own.as_ref())
                    .await
            })
        } else {
            None
        };
        let here = asked.is_none();
        let (right, stale) = match asked {
            Some(Approach::Hit(hit)) => match give(&rules, hit.clone()) {
                Some(output) => {
                    store.stats.hits.add();
                    lead.finish(Some(hit));
                    return output;
                }
                None => (Right::Unguarded, None),
            },
            Some(Approach::Compute { right, stale }) => (right, stale.or(self.stale.take())),
            None => (Right::Lost, self.stale.take()),
        };
        if let Some(hit) = &stale {
            lead.offer(hit);
        }
        if let Some(hit) = stale
            && let Some(runtime) = store.runtime.clone()
            && let Some(call) = background()
            && let Some(output) = give(&rules, hit)
        {
            count(&store.stats.stale_hits);
            let context = Context::current().map(|context| context.outside_transaction());
            let bound = Arc::clone(&bound);
            runtime.spawn_blocking(move || {
                let work = || refresh_blocking(&bound, lead, right, &key, tags, &rules, call, here);
                match context {
                    Some(context) => context.sync_scope(work),
                    None => work(),
                }
            });
            return output;
        }
        self.missed();
        let since = self.since(text);
        let started = Instant::now();
        let output = body();
        let digest = digest(&bound, &rules, tags, &output);
        store.loaded(started, digest.failed);
        bound.land_blocking(lead, right, &key, digest, since, codec, here);
        output
    }

    fn load_blocking_in_transaction<M, O: Shape<M>>(
        self,
        key: &KeyText,
        tags: Vec<String>,
        rules: &Rules<O::Item, O::Failure>,
        body: impl FnOnce() -> O,
    ) -> O {
        self.missed();
        let since = self.since(key.as_str());
        let started = Instant::now();
        let output = body();
        let digest = digest(&self.bound, rules, tags, &output);
        self.bound.store.loaded(started, digest.failed);
        if let (Some(entry), Some(context)) = (digest.entry, Context::current()) {
            let (bound, key) = (Arc::clone(&self.bound), key.clone());
            let stays = digest.here || !rules.kept.info.codec.is_portable();
            context.after_commit(move || async move {
                let store = &bound.store;
                store.settle_here(key.as_str(), entry, since, stays);
            });
        }
        output
    }
}

impl Bound {
    pub(super) fn since(&self, key: &str) -> Option<u64> {
        self.store.here.as_ref().map(|local| local.stamp(key))
    }

    /// Keeps what was computed, and gives it to those who wait.
    async fn land(
        &self,
        lead: Lead,
        right: Right,
        key: &str,
        digest: Digest,
        since: Option<u64>,
        codec: &'static dyn savia_core::cache::CacheCodec,
    ) {
        if let Some(entry) = digest.entry.filter(|_| lead.is_current()) {
            if digest.here {
                self.store.settle_here(key, entry, since, true);
            } else {
                self.store.settle(key, entry, right, since, codec).await;
            }
        }
        lead.finish(digest.share);
    }

    #[allow(clippy::too_many_arguments, reason = "what a computation has gathered")]
    fn land_blocking(
        self: &Arc<Self>,
        lead: Lead,
        right: Right,
        key: &KeyText,
        digest: Digest,
        since: Option<u64>,
        codec: &'static dyn savia_core::cache::CacheCodec,
        here: bool,
    ) {
        let share: Option<CacheHit> = digest.share;
        if let Some(entry) = digest.entry.filter(|_| lead.is_current()) {
            if here || digest.here {
                let stays = digest.here || !codec.is_portable();
                let store = &self.store;
                store.settle_here(key.as_str(), entry, since, stays);
            } else {
                let (bound, key) = (Arc::clone(self), key.clone());
                self.store.block(async move {
                    let store = &bound.store;
                    store.settle(key.as_str(), entry, right, since, codec).await;
                });
            }
        }
        lead.finish(share);
    }
}

/// Computes a stale value anew, after the call that found it has ended.
async fn refresh<M, O: Shape<M>>(
    bound: Arc<Bound>,
    lead: Lead,
    right: Right,
    key: KeyText,
    tags: Vec<String>,
    rules: Rules<O::Item, O::Failure>,
    body: Background<O>,
) {
    let since = bound.since(key.as_str());
    let started = Instant::now();
    let digest = digest(&bound, &rules, tags, &lead.within(body).await);
    bound.store.loaded(started, digest.failed);
    let codec = rules.kept.info.codec;
    bound
        .land(lead, right, key.as_str(), digest, since, codec)
        .await;
}

#[allow(clippy::too_many_arguments, reason = "what a computation has gathered")]
fn refresh_blocking<M, O: Shape<M>>(
    bound: &Arc<Bound>,
    lead: Lead,
    right: Right,
    key: &KeyText,
    tags: Vec<String>,
    rules: &Rules<O::Item, O::Failure>,
    body: BackgroundCall<O>,
    here: bool,
) {
    let since = bound.since(key.as_str());
    let started = Instant::now();
    let digest = digest(bound, rules, tags, &body());
    bound.store.loaded(started, digest.failed);
    let codec = rules.kept.info.codec;
    bound.land_blocking(lead, right, key, digest, since, codec, here);
}
