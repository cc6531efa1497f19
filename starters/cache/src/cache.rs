//! What users inject.

mod typed;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use savia_core::cache::{BaseCache, CacheSpec, CacheValue, JsonCodec, LocalCodec};
use savia_core::{AppHandle, Context, Result, service};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::runtime::Handle;

use crate::CacheKey;
use crate::config::CacheConfig;
use crate::key::KeyText;
use crate::private::evict_after_commit;
use crate::private::{Kept, ValueInfo};
use crate::site::{Bound, SiteRegistration, SiteTerms};
use crate::store::{Eviction, Store, Terms};

pub use typed::TypedCache;

/// The caches of the application, by name: the ones that `#[cached]` functions use, and any other.
///
/// ```
/// # extern crate savia_starter_cache as savia;
/// use std::sync::Arc;
/// use savia_core::{Result, service};
/// use savia_starter_cache::Cache;
///
/// #[service]
/// pub struct Prices {
///     cache: Arc<Cache>,
/// }
///
/// impl Prices {
///     async fn of(&self, sku: &str) -> Result<u64> {
///         let prices = self.cache.typed::<u64>("prices");
///         prices.get_or_load(sku, async || Ok(ask_the_supplier(sku).await)).await
///     }
///
///     async fn changed(&self, sku: &str) -> Result<()> {
///         self.cache.evict("prices", sku).await
///     }
/// }
/// # async fn ask_the_supplier(_: &str) -> u64 { 7 }
/// # fn main() {}
/// ```
///
/// What is evicted inside a transaction goes once the transaction has committed, as with
/// `#[cache_evict]`.
#[service]
pub struct Cache {
    backend: Arc<dyn BaseCache>,
    config: Arc<CacheConfig>,
    #[init]
    stores: Mutex<BTreeMap<String, Arc<Store>>>,
    #[init]
    runtime: OnceLock<Handle>,
}

impl Cache {
    /// The cache of this name, for values that serde knows, so that every backend can hold them.
    pub fn typed<V>(&self, name: &str) -> TypedCache<V>
    where
        V: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        self.handle(
            name,
            ValueInfo {
                type_name: std::any::type_name::<V>(),
                codec: const { &JsonCodec::<V>::new() },
            },
        )
    }

    /// The cache of this name, for values that never leave the process.
    pub fn typed_local<V: Clone + Send + Sync + 'static>(&self, name: &str) -> TypedCache<V> {
        self.handle(
            name,
            ValueInfo {
                type_name: std::any::type_name::<V>(),
                codec: &LocalCodec,
            },
        )
    }

    /// Takes an entry out.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    pub async fn evict<K: CacheKey + ?Sized>(&self, name: &str, key: &K) -> Result<()> {
        let key = KeyText::of(key).as_str().to_owned();
        self.take_out(name, Eviction::Key(key)).await
    }

    /// Takes every entry out that was put with this tag.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    pub async fn evict_tag(&self, name: &str, tag: &str) -> Result<()> {
        self.take_out(name, Eviction::Tag(tag.to_owned())).await
    }

    /// Takes every entry of the cache out.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the backend is out of reach.
    pub async fn clear(&self, name: &str) -> Result<()> {
        self.take_out(name, Eviction::All).await
    }

    /// The backend.
    pub fn backend(&self) -> &Arc<dyn BaseCache> {
        &self.backend
    }

    async fn take_out(&self, name: &str, eviction: Eviction) -> Result<()> {
        let store = self.store(name);
        match Context::current().filter(Context::is_in_transaction) {
            Some(context) => {
                evict_after_commit(&context, &store, eviction);
                Ok(())
            }
            None => store.evict(&eviction).await,
        }
    }

    fn handle<V: Clone + Send + Sync + 'static>(
        &self,
        name: &str,
        info: ValueInfo,
    ) -> TypedCache<V> {
        let kept = Kept::<V> {
            store: |value| Arc::new(value.clone()),
            take: |value: CacheValue| match value.downcast_ref::<V>() {
                Some(found) => Ok(found.clone()),
                None => Err(value),
            },
            info,
        };
        TypedCache::new(self.bound(name, &SiteTerms::NONE), kept)
    }

    fn bound(&self, name: &str, terms: &SiteTerms) -> Bound {
        Bound {
            store: self.store(name),
            terms: Terms::of(&self.config, name, terms),
        }
    }

    /// The cache of a function.
    pub(crate) fn bind(&self, name: &str, terms: &SiteTerms, app: &AppHandle) -> Bound {
        self.runs_on(app);
        self.bound(name, terms)
    }

    pub(crate) fn runs_on(&self, app: &AppHandle) {
        if let Some(runtime) = app.runtime() {
            let _ = self.runtime.set(runtime.clone());
        }
    }

    pub(crate) fn config(&self) -> &CacheConfig {
        &self.config
    }

    /// The cache of this name; it is made when it is first named.
    pub(crate) fn store(&self, name: &str) -> Arc<Store> {
        let mut stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = stores.get(name) {
            return Arc::clone(store);
        }
        let runtime = self.runtime.get().cloned();
        let runtime = runtime.or_else(|| Handle::try_current().ok());
        let spec = spec(&self.config, name);
        let store = Arc::new(Store::new(spec, Arc::clone(&self.backend), runtime));
        stores.insert(name.to_owned(), Arc::clone(&store));
        store
    }

    /// Those that have been named so far, by name.
    pub(crate) fn stores(&self) -> Vec<Arc<Store>> {
        let stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        stores.values().cloned().collect()
    }
}

/// How a cache is kept: what the configuration says of it, else what its functions say, else what
/// the configuration says of all.
fn spec(config: &CacheConfig, name: &str) -> CacheSpec {
    let own = config.caches.get(name);
    let sites: Vec<&SiteTerms> = savia_core::__private::inventory::iter::<SiteRegistration>
        .into_iter()
        .filter(|it| it.site.name() == name)
        .map(|it| &it.site.terms)
        .collect();
    let first = |value: fn(&SiteTerms) -> Option<u64>| sites.iter().find_map(|it| value(it));
    let max_weight = own.and_then(|own| own.max_weight);
    let max_entries = own.and_then(|own| own.max_entries);
    let max_weight = max_weight.or_else(|| match max_entries {
        Some(_) => None,
        None => first(|it| it.max_weight),
    });
    let max_entries = max_entries
        .or_else(|| first(|it| it.max_entries))
        .unwrap_or(config.max_entries);
    let by_hand = SiteTerms::NONE;
    let longest = sites
        .iter()
        .copied()
        .chain([&by_hand])
        .map(|site| Terms::of(config, name, site).longest())
        .collect::<Option<Vec<Duration>>>()
        .and_then(|all| all.into_iter().max());
    let tti = own.and_then(|own| own.tti);
    let tti = tti.or_else(|| sites.iter().find_map(|it| it.tti));
    CacheSpec {
        name: name.to_owned(),
        max_entries: Some(max_entries),
        max_weight,
        tti: tti.filter(|tti| !tti.is_zero()),
        longest,
    }
}
