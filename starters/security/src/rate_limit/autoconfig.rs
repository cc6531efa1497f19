//! The limits as a component, and their forgetting.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use savia_core::app::AppHandle;
use savia_core::autoconfig::{AutoConfiguration, Configure};
use savia_core::component::Interface;
use savia_core::condition::Condition;
use savia_core::error::StartupError;
use savia_core::lifecycle::{Lifecycle, Phase};
use savia_core::{Result, auto_configuration};
use tokio::task::JoinHandle;

use super::RateLimits;
use crate::config::SecurityConfig;

/// How often callers are forgotten of whom there is nothing left to know.
const FORGET: Duration = Duration::from_secs(60);

/// The limits of `security.rate_limit`.
#[auto_configuration]
struct RateLimitAutoConfiguration;

#[async_trait]
impl AutoConfiguration for RateLimitAutoConfiguration {
    fn conditions(&self) -> Vec<Condition> {
        vec![
            Condition::property_is("security.enabled", "true"),
            Condition::property_is("security.rate_limit.enabled", "true"),
        ]
    }

    fn provides(&self) -> Vec<Interface> {
        vec![
            Interface::of::<RateLimits>(),
            Interface::of::<dyn Lifecycle>(),
        ]
    }

    async fn configure(&self, configure: &mut Configure<'_>) -> Result<(), StartupError> {
        let config: SecurityConfig = configure.section()?;
        let limits = RateLimits::new(&config.rate_limit);
        #[cfg(feature = "redis")]
        let limits = limits.on(&config, configure.config())?;
        let limits = Arc::new(limits);
        configure.provide::<dyn Lifecycle>(Arc::new(Forgets {
            limits: Arc::clone(&limits),
            task: Mutex::default(),
        }));
        configure.provide(limits);
        Ok(())
    }
}

/// Forgets from time to time.
struct Forgets {
    limits: Arc<RateLimits>,
    task: Mutex<Option<JoinHandle<()>>>,
}

#[async_trait]
impl Lifecycle for Forgets {
    fn name(&self) -> &str {
        "rate limits"
    }

    fn phase(&self) -> Phase {
        Phase::Application
    }

    async fn start(&self, _: &AppHandle) -> Result<(), StartupError> {
        let limits = Arc::clone(&self.limits);
        let task = savia_core::spawn(async move {
            loop {
                tokio::time::sleep(FORGET).await;
                limits.forget();
            }
        });
        *self.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
        Ok(())
    }

    async fn stop(&self) -> Result<()> {
        let task = self
            .task
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(task) = task {
            task.abort();
        }
        Ok(())
    }
}
