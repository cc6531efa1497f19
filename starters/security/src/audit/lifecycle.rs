//! Opening the audit log at the start, closing it at the end, and forgetting what is too old.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use chrono::Utc;
use savia_core::app::AppHandle;
use savia_core::error::{Diagnosis, StartupError};
use savia_core::lifecycle::{Lifecycle, Phase};
use savia_core::{Result, service};
use tokio::task::JoinHandle;

use super::{AuditEvent, AuditLog};
use crate::config::{OnFailure, SecurityConfig};

/// How often it is looked for what is too old.
const LOOK: Duration = Duration::from_secs(3_600);

/// Opens the audit log, and closes it after all who record.
#[service(
    provides(dyn Lifecycle),
    conditional(property = "security.enabled", equals = "true")
)]
struct AuditLifecycle {
    log: Arc<AuditLog>,
    config: Arc<SecurityConfig>,
    #[init]
    forgets: Mutex<Option<JoinHandle<()>>>,
}

#[async_trait]
impl Lifecycle for AuditLifecycle {
    fn name(&self) -> &str {
        "security audit log"
    }

    fn phase(&self) -> Phase {
        Phase::Application
    }

    fn order(&self) -> i32 {
        -200
    }

    async fn start(&self, _: &AppHandle) -> Result<(), StartupError> {
        let audit = &self.config.audit;
        if !audit.enabled {
            return Ok(());
        }
        if let Err(error) = self.log.sink().open().await {
            let what = format!("the audit log cannot be written: {error}");
            if audit.on_failure == OnFailure::Warn {
                tracing::error!("{what}");
                return Ok(());
            }
            return Err(Diagnosis::new("security::audit", what)
                .because("what has to be recorded is refused while it cannot be (`security.audit.on_failure`)")
                .help("see that it can be written; `audit verify` says what was changed")
                .into());
        }
        if let Some(retention) = audit.retention {
            let log = Arc::clone(&self.log);
            let task = savia_core::spawn(async move {
                loop {
                    if let Err(error) = forget(&log, retention).await {
                        tracing::warn!("old audit records could not be removed: {error}");
                    }
                    tokio::time::sleep(LOOK).await;
                }
            });
            let mut forgets = self.forgets.lock().unwrap_or_else(PoisonError::into_inner);
            *forgets = Some(task);
        }
        Ok(())
    }

    async fn stop(&self) -> Result<()> {
        let task =
            std::mem::take(&mut *self.forgets.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(task) = task {
            task.abort();
        }
        self.log.close().await;
        Ok(())
    }
}

/// Removes what is too old; that it was removed is recorded.
async fn forget(log: &AuditLog, retention: Duration) -> Result<()> {
    let Ok(retention) = chrono::TimeDelta::from_std(retention) else {
        return Ok(());
    };
    let before = Utc::now() - retention;
    match log.sink().prune(before).await? {
        Some(last) => {
            let event = AuditEvent::new("audit.pruned");
            log.record(event.data("last", last).data("before", before.to_rfc3339()))
                .await
        }
        None => Ok(()),
    }
}
