//! What runs beside the requests: revocations are read, what is past its end is forgotten.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use savia_core::app::AppHandle;
use savia_core::error::StartupError;
use savia_core::lifecycle::{Lifecycle, Phase};
use savia_core::{Result, service};
use tokio::task::JoinHandle;

use crate::TokenStore;
use crate::config::SecurityConfig;
use crate::credentials::PasswordLogin;
use crate::jwt::JwtKeys;
use crate::token::Revocations;

/// How often what is past its end is forgotten.
const PURGE: Duration = Duration::from_secs(300);

/// Reads revocations, and forgets what is past its end.
#[service(
    provides(dyn Lifecycle),
    conditional(property = "security.enabled", equals = "true")
)]
struct SecurityLifecycle {
    store: Arc<dyn TokenStore>,
    revocations: Arc<Revocations>,
    login: Arc<PasswordLogin>,
    keys: Option<Arc<JwtKeys>>,
    config: Arc<SecurityConfig>,
    #[init]
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

#[async_trait]
impl Lifecycle for SecurityLifecycle {
    fn name(&self) -> &str {
        "security"
    }

    fn phase(&self) -> Phase {
        Phase::Application
    }

    fn order(&self) -> i32 {
        -100
    }

    async fn start(&self, app: &AppHandle) -> Result<(), StartupError> {
        if self.keys.as_ref().is_some_and(|keys| keys.made_up) && app.config().profile() != "test" {
            tracing::warn!(
                "access tokens are signed with a key that was made at start: they end with this process \
                 (set `security.jwt.key`)"
            );
        }
        let failed = |error: savia_core::Error| StartupError::from(diagnosis(&error));
        self.login.prepare().await.map_err(failed)?;
        self.revocations.refresh().await.map_err(failed)?;
        let (revocations, every) = (
            Arc::clone(&self.revocations),
            self.config.jwt.revocation_refresh,
        );
        let reads = savia_core::spawn(async move {
            loop {
                tokio::time::sleep(every).await;
                if let Err(error) = revocations.refresh().await {
                    tracing::warn!("which logins were revoked could not be read: {error}");
                }
            }
        });
        let store = Arc::clone(&self.store);
        let forgets = savia_core::spawn(async move {
            loop {
                tokio::time::sleep(PURGE).await;
                if let Err(error) = store.purge().await {
                    tracing::warn!("old tokens could not be forgotten: {error}");
                }
            }
        });
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.extend([reads, forgets]);
        Ok(())
    }

    async fn stop(&self) -> Result<()> {
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            task.abort();
        }
        Ok(())
    }
}

fn diagnosis(error: &savia_core::Error) -> savia_core::error::Diagnosis {
    let what = format!("the security starter cannot start: {error}");
    savia_core::error::Diagnosis::new("security::start", what)
        .help("see that the store of `security.store` can be reached and is migrated")
}
