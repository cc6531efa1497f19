//! Attacks on the audit log: what happened stands in it, and who changes it is found out.

mod chain;
#[cfg(feature = "data")]
mod database;
mod events;
mod failure;
mod process;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use savia::audit::{AuditEvent, AuditLog, AuditQuery, Fault, FaultKind, Personal, Verified};
use savia_core::{Error, Result, dto};
use savia_starter_web::{Json, controller, routes};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::application::{Site, site};

pub(crate) const SECRET: &str = "a key of thirty-two bytes or more";

/// What somebody orders.
#[dto]
pub(crate) struct Order {
    item: String,
    #[garde(length(chars, min = 1))]
    street: Personal<String>,
}

#[controller("/orders")]
struct Orders {}

#[routes]
impl Orders {
    #[post("/{id}")]
    #[savia::audited("order.placed", object = "order", id = "{*id}", record(order = *order))]
    async fn place(&self, id: savia_starter_web::Path<i64>, order: Json<Order>) -> Result<String> {
        match *id {
            13 => Err(Error::conflict("it is taken")),
            14 => Err(Error::forbidden("not yours")),
            15 => std::future::pending().await,
            id => Ok(format!("{id} {}", *order.street)),
        }
    }
}

/// A folder with an audit log.
pub(crate) struct Trail {
    folder: TempDir,
    config: Vec<(&'static str, Value)>,
}

impl Trail {
    pub(crate) fn new(config: &[(&'static str, Value)]) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            config: config.to_vec(),
        }
    }

    pub(crate) fn keyed() -> Self {
        Self::new(&[("security.audit.key", json!(SECRET))])
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("audit/audit.jsonl")
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) async fn site(&self) -> Site {
        let mut config = self.config.clone();
        config.push(("security.audit.sink", json!("file")));
        config.push(("security.audit.file.path", json!(self.path())));
        site(&config).await
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.path()).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    pub(crate) fn write(&self, lines: &[String]) {
        let text: String = lines.iter().map(|it| format!("{it}\n")).collect();
        std::fs::write(self.path(), text).unwrap();
    }
}

pub(crate) fn log(site: &Site) -> Arc<AuditLog> {
    site.inject()
}

/// Everything that is recorded.
pub(crate) async fn recorded(site: &Site) -> Vec<AuditEvent> {
    log(site).find(&AuditQuery::default()).await.unwrap()
}

pub(crate) async fn only(site: &Site, kind: &str) -> AuditEvent {
    let mut found = recorded(site).await;
    found.retain(|it| it.kind == kind);
    assert_eq!(found.len(), 1, "{kind}: {found:?}");
    found.remove(0)
}

pub(crate) async fn verified(site: &Site) -> std::result::Result<Verified, Fault> {
    log(site).verify().await.unwrap()
}

pub(crate) fn is_fault(found: std::result::Result<Verified, Fault>, seq: u64, kind: FaultKind) {
    let fault = found.unwrap_err();
    assert_eq!((fault.seq, fault.kind), (seq, kind), "{fault}");
}
