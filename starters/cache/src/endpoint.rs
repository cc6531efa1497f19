//! `caches`: lists and evicts.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use async_trait::async_trait;
use savia_core::endpoint::Endpoint;
use savia_core::{Error, Result, service};
use serde_json::{Map, Value, json};

use crate::Cache;
use crate::store::{Eviction, Store};

/// What the one manager of caches is called, where Spring Boot has several.
const MANAGER: &str = "cacheManager";

/// The caches that have been used. Its JSON has the shape of Spring Boot's endpoint of that name,
/// with counts beside it.
///
/// | | |
/// | --- | --- |
/// | read `caches` | all |
/// | read `caches/{name}` | one |
/// | delete `caches` | evicts everything |
/// | delete `caches/{name}` | evicts all of one |
/// | delete `caches/{name}/{key}` | evicts an entry |
#[service(provides(dyn Endpoint))]
pub(crate) struct CachesEndpoint {
    cache: Arc<Cache>,
}

impl CachesEndpoint {
    fn find(&self, name: &str) -> Result<Arc<Store>> {
        let stores = self.cache.stores();
        let found = stores.into_iter().find(|store| store.spec.name == name);
        found.ok_or_else(|| Error::not_found(format!("there is no cache {name}")))
    }

    fn show(&self, store: &Store) -> Value {
        let stats = &store.stats;
        let local = store.here.as_ref();
        json!({
            "target": self.cache.backend().name(),
            "size": local.map(|local| local.len()),
            "hits": stats.hits.sum(),
            "stale_hits": stats.stale_hits.load(Relaxed),
            "misses": stats.misses.load(Relaxed),
            "puts": stats.puts.load(Relaxed),
            "evictions": stats.evictions.load(Relaxed),
            "gone": local.map(|local| local.evictions()),
            "loads": stats.loads.load(Relaxed),
            "failed_loads": stats.failed_loads.load(Relaxed),
            "errors": stats.errors.load(Relaxed),
        })
    }
}

#[async_trait]
impl Endpoint for CachesEndpoint {
    fn id(&self) -> &'static str {
        "caches"
    }

    async fn read(&self, path: &[&str], _: &[(String, String)]) -> Result<Value> {
        match path {
            [] => {
                let mut caches = Map::new();
                for store in self.cache.stores() {
                    caches.insert(store.spec.name.clone(), self.show(&store));
                }
                Ok(json!({ "cacheManagers": { MANAGER: { "caches": caches } } }))
            }
            [name] => {
                let store = self.find(name)?;
                let mut shown = self.show(&store);
                shown["name"] = json!(name);
                shown["cacheManager"] = json!(MANAGER);
                Ok(shown)
            }
            _ => Err(Error::not_found("entries of a cache are not shown")),
        }
    }

    async fn delete(&self, path: &[&str]) -> Result<Value> {
        match path {
            [] => {
                for store in self.cache.stores() {
                    store.evict(&Eviction::All).await?;
                }
            }
            [name] => self.find(name)?.evict(&Eviction::All).await?,
            [name, key @ ..] => {
                let key = Eviction::Key(key.join("/"));
                self.find(name)?.evict(&key).await?;
            }
        }
        Ok(Value::Null)
    }
}
