//! Records in this process.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use savia_core::{Error, Result};

use super::{Kind, TokenRecord, TokenStore};
use crate::clock;

/// The most records that are kept: what is counted of addresses must not fill the memory.
const MOST: usize = 1_000_000;

/// Records in this process: they end with it.
#[derive(Debug, Default)]
pub struct MemoryTokenStore(Mutex<HashMap<(Kind, String), TokenRecord>>);

impl MemoryTokenStore {
    fn records(&self) -> MutexGuard<'_, HashMap<(Kind, String), TokenRecord>> {
        // Nothing that can panic runs under this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn filtered(&self, keep: impl Fn(&TokenRecord) -> bool) -> Vec<TokenRecord> {
        let now = clock::now();
        let records = self.records();
        let found = records
            .values()
            .filter(|it| it.expires_at > now && keep(it));
        found.cloned().collect()
    }
}

#[async_trait]
impl TokenStore for MemoryTokenStore {
    async fn get(&self, kind: Kind, key: &str) -> Result<Option<TokenRecord>> {
        let found = self.records().get(&(kind, key.to_owned())).cloned();
        Ok(found.filter(|record| record.expires_at > clock::now()))
    }

    async fn insert(&self, record: TokenRecord) -> Result<bool> {
        let now = clock::now();
        let key = (record.kind, record.key.clone());
        let mut records = self.records();
        if records.get(&key).is_some_and(|held| held.expires_at > now) {
            return Ok(false);
        }
        if records.len() >= MOST {
            records.retain(|_, held| held.expires_at > now);
            if records.len() >= MOST {
                return Err(Error::unavailable("too much is under way"));
            }
        }
        records.insert(key, record);
        Ok(true)
    }

    async fn replace(&self, record: TokenRecord) -> Result<bool> {
        let now = clock::now();
        let mut records = self.records();
        let Some(held) = records.get_mut(&(record.kind, record.key.clone())) else {
            return Ok(false);
        };
        if held.version != record.version || held.expires_at <= now {
            return Ok(false);
        }
        *held = TokenRecord {
            version: record.version + 1,
            ..record
        };
        Ok(true)
    }

    async fn remove(&self, kind: Kind, key: &str) -> Result<bool> {
        let removed = self.records().remove(&(kind, key.to_owned()));
        Ok(removed.is_some_and(|record| record.expires_at > clock::now()))
    }

    async fn owned(&self, kind: Kind, owner: &str) -> Result<Vec<TokenRecord>> {
        Ok(self.filtered(|it| it.kind == kind && it.owner == owner))
    }

    async fn changed_since(&self, kind: Kind, moment: i64) -> Result<Vec<TokenRecord>> {
        Ok(self.filtered(|it| it.kind == kind && it.changed_at >= moment))
    }

    async fn purge(&self) -> Result<()> {
        let now = clock::now();
        self.records().retain(|_, record| record.expires_at > now);
        Ok(())
    }
}
