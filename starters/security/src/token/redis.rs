//! Records in Redis.
//!
//! A record is a hash that ends by Redis' own clock. Three sorted sets of keys lead to it: by owner and
//! by change, to be found, and by end, so that the first two are rid of what has ended. What changes
//! more than one of them is one script, and happens as a whole or not at all.

mod link;
mod scripts;
mod start;

use std::sync::Arc;

use async_trait::async_trait;
use redis::{Client, FromRedisValue, Pipeline};
use savia_core::{Error, Result};

use super::{Kind, TokenRecord, TokenStore};
use crate::clock;
use crate::config::RedisStoreConfig;
pub(crate) use link::Link;
pub(crate) use start::{RedisHealth, RedisStart, client};

/// How many records are read or forgotten at once: others are to have their turn in between.
const PART: usize = 500;

/// The longest that a record is kept, in milliseconds: ten years.
const LONGEST: i64 = 10 * 365 * 24 * 3_600 * 1_000;

/// Records in Redis.
///
/// What is kept there lasts as long as Redis keeps it: `appendonly yes` outlives a restart, and
/// `maxmemory-policy noeviction` lets nothing be forgotten too early.
pub struct RedisTokenStore {
    link: Arc<Link>,
    /// Between braces, so that a cluster keeps all keys in one place.
    prefix: String,
}

/// A record as it is stored; nothing in it where there is none.
type Row = (
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
);

const COLUMNS: [&str; 5] = ["owner", "value", "version", "changed_at", "expires_at"];

impl RedisTokenStore {
    /// On this server, with keys that begin with this name. It is connected to when it is needed, on the
    /// runtime that this is called on.
    pub fn new(client: Client, name: &str, config: &RedisStoreConfig) -> Self {
        Self {
            link: Arc::new(Link::new(client, config.timeout)),
            prefix: format!("{{{name}:security}}:"),
        }
    }

    /// The key of a record.
    fn record(&self, kind: Kind, key: &str) -> String {
        format!("{}{}:{key}", self.prefix, kind.word())
    }

    /// The key of an index.
    fn index(&self, kind: Kind, name: &str) -> String {
        format!("{}{}-{name}", self.prefix, kind.word())
    }

    fn owner(&self, kind: Kind, owner: &str) -> String {
        self.index(kind, &format!("owner:{owner}"))
    }

    /// Puts a record where there is none, or the next version of one.
    async fn put(&self, record: TokenRecord, expected: Option<i64>) -> Result<bool> {
        let now = clock::now();
        let left = record.expires_at.saturating_sub(now).min(LONGEST);
        let mut call = scripts::PUT.prepare_invoke();
        call.key(self.record(record.kind, &record.key))
            .key(self.index(record.kind, "changed"))
            .key(self.index(record.kind, "ends"));
        if !record.owner.is_empty() {
            call.key(self.owner(record.kind, &record.owner));
        }
        call.arg(now)
            .arg(left)
            .arg(expected.map_or_else(String::new, |it| it.to_string()))
            .arg(&record.key)
            .arg(&record.owner)
            .arg(&record.value)
            .arg(expected.map_or(record.version, |it| it + 1))
            .arg(record.changed_at)
            .arg(record.expires_at);
        self.link.script(&call).await
    }

    /// The records of these keys that are there.
    async fn read(&self, kind: Kind, keys: &[String]) -> Result<Vec<TokenRecord>> {
        let now = clock::now();
        let mut records = Vec::new();
        for part in keys.chunks(PART) {
            let mut pipe = redis::pipe();
            for key in part {
                pipe.hmget(self.record(kind, key), &COLUMNS);
            }
            let rows: Vec<Row> = self.query(&pipe).await?;
            for (key, row) in part.iter().zip(rows) {
                records.extend(record(kind, key, row)?.filter(|it| it.expires_at > now));
            }
        }
        Ok(records)
    }

    async fn query<T: FromRedisValue>(&self, pipe: &Pipeline) -> Result<T> {
        self.link.query(pipe).await
    }

    /// Keys of an index from this score on.
    async fn keys(&self, index: String, from: i64) -> Result<Vec<String>> {
        let mut pipe = redis::pipe();
        pipe.zrangebyscore(index, from, "+inf");
        let (keys,): (Vec<String>,) = self.query(&pipe).await?;
        Ok(keys)
    }
}

#[async_trait]
impl TokenStore for RedisTokenStore {
    async fn get(&self, kind: Kind, key: &str) -> Result<Option<TokenRecord>> {
        Ok(self.read(kind, &[key.to_owned()]).await?.pop())
    }

    async fn insert(&self, record: TokenRecord) -> Result<bool> {
        self.put(record, None).await
    }

    async fn replace(&self, record: TokenRecord) -> Result<bool> {
        let version = record.version;
        self.put(record, Some(version)).await
    }

    async fn remove(&self, kind: Kind, key: &str) -> Result<bool> {
        let mut call = scripts::REMOVE.prepare_invoke();
        call.key(self.record(kind, key))
            .key(self.index(kind, "changed"))
            .key(self.index(kind, "ends"))
            .arg(clock::now())
            .arg(key)
            .arg(self.owner(kind, ""));
        self.link.script(&call).await
    }

    async fn owned(&self, kind: Kind, owner: &str) -> Result<Vec<TokenRecord>> {
        let keys = self.keys(self.owner(kind, owner), clock::now()).await?;
        let mut records = self.read(kind, &keys).await?;
        // A key that ended under one owner may have begun anew under another.
        records.retain(|it| it.owner == owner);
        Ok(records)
    }

    async fn changed_since(&self, kind: Kind, moment: i64) -> Result<Vec<TokenRecord>> {
        let keys = self.keys(self.index(kind, "changed"), moment).await?;
        self.read(kind, &keys).await
    }

    async fn purge(&self) -> Result<()> {
        for kind in Kind::ALL {
            loop {
                let mut call = scripts::PURGE.prepare_invoke();
                call.key(self.index(kind, "changed"))
                    .key(self.index(kind, "ends"))
                    .arg(clock::now())
                    .arg(self.record(kind, ""))
                    .arg(PART);
                let forgotten: usize = self.link.script(&call).await?;
                if forgotten < PART {
                    break;
                }
            }
        }
        Ok(())
    }
}

fn record(kind: Kind, key: &str, row: Row) -> Result<Option<TokenRecord>> {
    match row {
        (Some(owner), Some(value), Some(version), Some(changed_at), Some(expires_at)) => {
            Ok(Some(TokenRecord {
                kind,
                key: key.to_owned(),
                owner,
                value,
                version,
                changed_at,
                expires_at,
            }))
        }
        (None, None, None, None, None) => Ok(None),
        _ => Err(Error::internal("Redis holds a record that is none of ours")),
    }
}
