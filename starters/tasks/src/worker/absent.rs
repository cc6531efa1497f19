//! What is told where tasks are enqueued in memory and nobody runs them.

use std::sync::Arc;

use async_trait::async_trait;
use savia_core::app::AppHandle;
use savia_core::error::{Diagnosis, StartupError};
use savia_core::lifecycle::{Lifecycle, Phase};

use super::Workers;
use crate::registration;
use crate::store::TaskStore;

/// Stands behind the workers, where a process serves: without them, what it enqueues in its memory
/// runs nowhere.
pub(crate) struct AbsentWorkers {
    pub(crate) workers: Arc<Workers>,
    pub(crate) store: Arc<dyn TaskStore>,
}

#[async_trait]
impl Lifecycle for AbsentWorkers {
    fn name(&self) -> &str {
        "tasks without workers"
    }

    fn phase(&self) -> Phase {
        Phase::Server
    }

    async fn start(&self, app: &AppHandle) -> Result<(), StartupError> {
        let config = app.config();
        // A test runs its tasks by itself.
        let runs = self.workers.are_running() || self.store.is_durable();
        let functions = registration::live(app.apps());
        let (false, Some(first)) = (runs || config.profile() == "test", functions.first()) else {
            return Ok(());
        };
        let fault = Diagnosis::new(
            "tasks::nobody",
            "tasks are kept in the memory of this process, which runs none: what it enqueues is never run",
        )
        .at_key(config, "tasks.backend")
        .because(format!("the application has tasks, such as `{}`", first.name))
        .because("this process was started without workers: `--only web`, `lifecycle.only` or `tasks.workers`")
        .help(
            "write `tasks.backend: database` or `redis`, which another process takes them from, or let \
             this one run them",
        );
        if config.is_prod() {
            return Err(fault.into());
        }
        tracing::warn!("{}", fault.line());
        Ok(())
    }
}
