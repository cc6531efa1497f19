//! What waits for a commit.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use savia_core::Context;
use tokio::task::JoinHandle;

use super::unit::Unit;

/// The context of a unit, and the one around it.
pub(crate) struct Contexts {
    outer: Option<Context>,
    inner: Option<Context>,
}

impl Contexts {
    /// The current context, and the one of a unit inside it.
    pub(crate) fn of(outer: Option<Context>, unit: &Arc<Unit>) -> Self {
        let inner = outer
            .as_ref()
            .map(|outer| outer.in_transaction(unit.clone()));
        Self { outer, inner }
    }

    /// The context of the unit.
    pub(crate) fn inner(&self) -> Option<Context> {
        self.inner.clone()
    }

    /// Hands what waits over to the transaction around this savepoint.
    pub(crate) fn pass_on(&self) {
        if let (Some(outer), Some(inner)) = (&self.outer, &self.inner) {
            for action in inner.take_after_commit() {
                outer.after_commit(action);
            }
        }
    }

    /// Starts what waited for the commit, outside the transaction and in a task of its own: the
    /// commit is not undone where the caller goes away now.
    pub(crate) fn start(&self) -> Option<JoinHandle<()>> {
        let (outer, inner) = (self.outer.as_ref()?, self.inner.as_ref()?);
        let actions = inner.take_after_commit();
        if actions.is_empty() {
            return None;
        }
        let work = async move {
            for action in actions {
                // What one of them cannot do is not what another must not.
                let done = AssertUnwindSafe(async move { action().await }).catch_unwind();
                if done.await.is_err() {
                    tracing::error!("something that was to be done after a commit panicked");
                }
            }
        };
        Some(outer.sync_scope(|| savia_core::spawn(work)))
    }

    /// Does what waited for the commit, and waits for it.
    pub(crate) async fn run(&self) {
        if let Some(task) = self.start() {
            finished(task).await;
        }
    }
}

/// Waits for what was to be done after a commit.
pub(crate) async fn finished(task: JoinHandle<()>) {
    if let Err(error) = task.await {
        tracing::error!("what was to be done after a commit did not come to its end: {error}");
    }
}
