//! Which sink the audit log has, unless the application has one of its own.

use std::sync::Arc;

use async_trait::async_trait;
use savia_core::auto_configuration;
use savia_core::autoconfig::{AutoConfiguration, Configure};
use savia_core::component::Interface;
use savia_core::condition::Condition;
use savia_core::config::Config;
use savia_core::error::{Diagnosis, StartupError};
#[cfg(feature = "data")]
use savia_core::lifecycle::Lifecycle;

use super::{AuditSink, ChainKey, FileAuditSink, LogAuditSink};
use crate::config::{AuditConfig, SecurityConfig, Sink};

/// The shortest key, in bytes.
const SHORTEST: usize = 32;

#[auto_configuration]
struct AuditSinkAutoConfiguration;

#[async_trait]
impl AutoConfiguration for AuditSinkAutoConfiguration {
    fn conditions(&self) -> Vec<Condition> {
        vec![
            Condition::property_is("security.enabled", "true"),
            Condition::missing_component::<dyn AuditSink>(),
        ]
    }

    fn provides(&self) -> Vec<Interface> {
        vec![
            Interface::of::<dyn AuditSink>(),
            #[cfg(feature = "data")]
            Interface::of::<dyn Lifecycle>(),
        ]
    }

    async fn configure(&self, configure: &mut Configure<'_>) -> Result<(), StartupError> {
        let config: SecurityConfig = configure.section()?;
        let audit = &config.audit;
        if let Some(fault) = key_fault(configure.config(), audit) {
            return Err(fault.into());
        }
        let key = key(audit);
        let sink: Arc<dyn AuditSink> = match chosen(configure.config(), audit) {
            Sink::File => {
                let path = configure.config().dir().join(&audit.file.path);
                Arc::new(FileAuditSink::new(path, &audit.file, key))
            }
            #[cfg(feature = "data")]
            Sink::Database => {
                let database = Arc::<crate::late::LateDatabase>::default();
                let knows =
                    crate::late::KnowsDatabase::new("security audit", Arc::clone(&database));
                configure.provide::<dyn Lifecycle>(Arc::new(knows));
                Arc::new(super::DatabaseAuditSink::late(database, key))
            }
            _ => Arc::new(LogAuditSink::default()),
        };
        configure.provide(sink);
        Ok(())
    }
}

/// What `auto` comes to. The file and not the database: it stands whatever becomes of a transaction, and whom
/// the database belongs to does not rewrite what was done with it.
pub(super) fn chosen(config: &Config, audit: &AuditConfig) -> Sink {
    match audit.sink {
        _ if !audit.enabled => Sink::Log,
        Sink::Auto if matches!(config.profile(), "dev" | "test") => Sink::Log,
        Sink::Auto => Sink::File,
        other => other,
    }
}

/// The key of the configuration.
pub(crate) fn key(audit: &AuditConfig) -> ChainKey {
    ChainKey::new(audit.key.as_ref().map(|it| it.expose().as_str()))
}

/// What is wrong with the key or the sink.
pub(crate) fn key_fault(config: &Config, audit: &AuditConfig) -> Option<Diagnosis> {
    if !cfg!(feature = "data") && audit.enabled && audit.sink == Sink::Database {
        let what = "the audit log is to be in the database, which this binary cannot";
        let fault = Diagnosis::new("security::audit_sink", what);
        return Some(
            fault
                .at_key(config, "security.audit.sink")
                .help("add the feature `data` to `savia` in Cargo.toml"),
        );
    }
    let short = audit
        .key
        .as_ref()
        .is_some_and(|it| it.expose().len() < SHORTEST);
    short.then(|| {
        let what = format!("the key of the audit log is shorter than {SHORTEST} bytes");
        Diagnosis::new("security::audit_key", what)
            .at_key(config, "security.audit.key")
            .help("`openssl rand -base64 32` makes one")
    })
}
