//! Whether Redis is well.

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use savia_core::health::{Health, HealthIndicator};

use crate::backend::redis::Link;

/// `redis`: whether the cache's server answers. The application goes on without it.
pub(crate) struct RedisHealth {
    link: Arc<Link>,
}

impl RedisHealth {
    pub(crate) fn new(link: Arc<Link>) -> Self {
        Self { link }
    }
}

#[async_trait]
impl HealthIndicator for RedisHealth {
    fn name(&self) -> &str {
        "redis"
    }

    fn affects_readiness(&self) -> bool {
        false
    }

    async fn check(&self) -> Health {
        let since = Instant::now();
        let health = match self.link.ping().await {
            Ok(()) => Health::up().with("elapsed_ms", since.elapsed().as_secs_f64() * 1e3),
            Err(error) => Health::down(error.to_string()),
        };
        health.with("losses", self.link.losses())
    }
}
