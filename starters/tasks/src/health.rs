//! Whether the queue is well.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use savia_core::health::{Health, HealthIndicator};
use uuid::Uuid;

use crate::store::TaskStore;

/// How long the backend may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// `tasks`: whether the backend answers.
pub(crate) struct TasksHealth {
    store: Arc<dyn TaskStore>,
}

impl TasksHealth {
    pub(crate) fn new(store: Arc<dyn TaskStore>) -> Self {
        Self { store }
    }
}

#[async_trait]
impl HealthIndicator for TasksHealth {
    fn name(&self) -> &str {
        "tasks"
    }

    // What does not enqueue can be answered without it.
    fn affects_readiness(&self) -> bool {
        false
    }

    async fn check(&self) -> Health {
        let asked = self.store.find(Uuid::nil());
        let health = match tokio::time::timeout(PATIENCE, asked).await {
            Ok(Ok(_)) => Health::up(),
            Ok(Err(error)) => Health::down(error.to_string()),
            Err(_) => Health::down("the queue did not answer in time"),
        };
        health
            .with("backend", self.store.name())
            .with("durable", self.store.is_durable())
    }
}
