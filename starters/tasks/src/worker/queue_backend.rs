//! What apalis takes a lane's tasks from.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use apalis_core::backend::{Backend, BackendConfig};
use apalis_core::task::Task;
use apalis_core::worker::context::WorkerContext;
use tokio::sync::mpsc;
use tower_layer::Identity;

use super::Engine;
use super::lane::Lane;
use super::pump::Taken;
use crate::store::{Outcome, Settlement};

/// A backend of apalis: what the pump has taken. A worker that is restarted goes on where the one
/// before it ended.
#[derive(Clone)]
pub(super) struct QueueBackend {
    pub(super) engine: Arc<Engine>,
    pub(super) lane: Arc<Lane>,
    pub(super) taken: Arc<Mutex<mpsc::UnboundedReceiver<Taken>>>,
}

impl QueueBackend {
    /// What the pump has taken next; nothing once it has ended. Where the application stops, that is
    /// given back instead.
    fn poll_taken(&self, cx: &mut Context<'_>) -> Poll<Option<Taken>> {
        loop {
            // Nothing that can panic runs under the lock.
            let next = self
                .taken
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .poll_recv(cx);
            match next {
                Poll::Ready(Some(taken)) if self.engine.is_stopping() => self.give_back(taken),
                next => return next,
            }
        }
    }

    /// Gives back what has been taken and not begun.
    fn give_back(&self, (_, run): Taken) {
        self.engine.settle(Settlement {
            held: run.held,
            queue: Arc::clone(&self.lane.queue),
            outcome: Outcome::Released,
        });
    }
}

impl Backend for QueueBackend {
    type Task = Task<Taken>;
    type Error = Infallible;

    fn poll_ready(
        &mut self,
        _: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Option<Result<Self::Task, Infallible>>> {
        let taken = self.poll_taken(cx);
        taken.map(|taken| taken.map(|taken| Ok(Task::new(taken))))
    }

    fn poll_close(
        &mut self,
        cx: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Result<(), Infallible>> {
        // The pump may be in the middle of a claim.
        self.poll_taken(cx).map(|_| Ok(()))
    }
}

impl BackendConfig for QueueBackend {
    type Args = Taken;
    type Id = uuid::Uuid;
    type Kind = ();
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Identity {
        Identity::new()
    }
}
