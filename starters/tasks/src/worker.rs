//! Workers: apalis' loop around our stores.
//!
//! Each queue has a *lane*: a pump that takes tasks from the store, and a worker of apalis that runs
//! them, with apalis' layers for concurrency and rate; apalis' monitor restarts a worker that ends.
//! What is our own is what a store has to agree with: leases, settlements in batches, the retries
//! that are kept in the store.

mod absent;
mod blocking;
pub(crate) mod execute;
mod heart;
pub(crate) mod lane;
mod lifecycle;
mod pace;
mod pump;
mod queue_backend;
pub(crate) mod run;
mod runs;
mod service;
mod settler;

use std::sync::Arc;

use savia_core::AppHandle;
use tokio::sync::{Semaphore, mpsc, watch};
use uuid::Uuid;

use crate::config::TasksConfig;
use crate::metrics::Handles;
use crate::registration::Runners;
use crate::store::{Settlement, TaskStore};

pub(crate) use absent::AbsentWorkers;
pub(crate) use blocking::BlockingPool;
pub(crate) use lifecycle::Workers;

use runs::Runs;

/// The name of a run that no function here has: that of no function, as names have no spaces.
pub(crate) const UNKNOWN: &str = "(unknown)";

/// What all workers of a process share.
pub(crate) struct Engine {
    pub(crate) app: AppHandle,
    pub(crate) store: Arc<dyn TaskStore>,
    pub(crate) runners: Runners,
    pub(crate) config: TasksConfig,
    /// By which the backend knows this process.
    pub(crate) worker: Arc<str>,
    pub(crate) runs: Runs,
    pub(crate) settlements: mpsc::UnboundedSender<settler::Order>,
    pub(crate) blocking: BlockingPool,
    /// What is counted of tasks without a function here.
    pub(crate) unknown: Handles,
    pub(crate) stopping: watch::Sender<bool>,
    /// There is one, for the one suspect that this process may have.
    pub(crate) suspects: Arc<Semaphore>,
}

impl Engine {
    /// The name of this process among those that share a backend: where it runs, and what tells two
    /// there apart.
    pub(crate) fn name() -> Arc<str> {
        let host = std::env::var("HOSTNAME").unwrap_or_else(|_| "localhost".to_owned());
        let tail = Uuid::new_v4().simple().to_string();
        format!("{host}:{}:{}", std::process::id(), &tail[..8]).into()
    }

    /// Notes what a run came to, soon and together with others.
    pub(crate) fn settle(&self, settlement: Settlement) {
        // Where nobody listens any more, the lease ends, and the task runs again.
        let _ = self.settlements.send(settler::Order::Settle(settlement));
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }
}
