//! Records in the application's log.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use savia_core::Result;

use super::super::{AuditEvent, json};
use super::{AuditQuery, AuditSink};

/// How many events are kept for the endpoint.
const KEPT: usize = 1_000;

/// Records in the application's log, with the target `audit`, and the last thousand in memory.
#[derive(Default)]
pub struct LogAuditSink {
    last: Mutex<VecDeque<AuditEvent>>,
}

#[async_trait]
impl AuditSink for LogAuditSink {
    fn name(&self) -> &'static str {
        "log"
    }

    fn is_local(&self) -> bool {
        true
    }

    async fn append(&self, events: &[AuditEvent]) -> Result<()> {
        for event in events {
            let text = json::written(event)?;
            tracing::info!(target: "audit", "{}", String::from_utf8_lossy(&text));
        }
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.extend(events.iter().cloned());
        let beyond = last.len().saturating_sub(KEPT);
        last.drain(..beyond);
        Ok(())
    }

    async fn find(&self, query: &AuditQuery) -> Result<Vec<AuditEvent>> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = last.iter().rev().filter(|it| query.matches(it));
        let mut found: Vec<_> = newest.take(query.most()).cloned().collect();
        found.reverse();
        Ok(found)
    }
}
