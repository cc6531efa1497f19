//! What goes on while the application runs: counts become metrics, and the end lets memory go.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use savia_core::app::AppHandle;
use savia_core::error::StartupError;
use savia_core::lifecycle::{Lifecycle, Phase};
use savia_core::{Result, service};
use tokio::task::JoinHandle;

use crate::Cache;
use crate::site::SiteRegistration;

/// Hands counts to the metrics, and lets go of what functions hold of a stopped application.
#[service(provides(dyn Lifecycle))]
pub(crate) struct CacheLifecycle {
    cache: Arc<Cache>,
    #[init]
    running: Mutex<Option<(u64, JoinHandle<()>)>>,
}

#[async_trait]
impl Lifecycle for CacheLifecycle {
    fn name(&self) -> &str {
        "cache"
    }

    fn phase(&self) -> Phase {
        Phase::Infrastructure
    }

    async fn start(&self, app: &AppHandle) -> Result<(), StartupError> {
        self.cache.runs_on(app);
        // What Redis holds of a cache can be looked at and evicted before it is used here.
        let named = crate::site::live(app);
        let named = named.iter().map(|it| it.site.name());
        for name in named.chain(self.cache.config().caches.keys().cloned()) {
            self.cache.store(&name);
        }
        let cache = Arc::clone(&self.cache);
        let interval = self.cache.config().metrics_interval;
        let interval = interval.max(std::time::Duration::from_millis(100));
        let task = savia_core::spawn(async move {
            loop {
                tokio::time::sleep(interval).await;
                show(&cache);
            }
        });
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = Some((app.id(), task));
        Ok(())
    }

    async fn stop(&self) -> Result<()> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((app, task)) = running.take() else {
            return Ok(());
        };
        task.abort();
        show(&self.cache);
        for store in self.cache.stores() {
            if let Some(local) = &store.here {
                local.clear();
            }
        }
        for registration in savia_core::__private::inventory::iter::<SiteRegistration> {
            registration.site.forget(app);
        }
        Ok(())
    }
}

fn show(cache: &Cache) {
    for store in cache.stores() {
        let local = store.here.as_ref();
        let local = local.map(|local| (local.len(), local.evictions()));
        store.metrics.show(&store.stats, local);
    }
}
