//! A function that uses a cache: what its attribute says, and its cache in each application.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use savia_core::AppHandle;
use savia_core::cache::CacheCodec;
use savia_core::component::Location;

use crate::Cache;
use crate::store::{Store, Terms};

/// What an attribute says of how entries are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SiteTerms {
    /// `ttl`.
    pub ttl: Option<Duration>,
    /// `none_ttl`.
    pub none_ttl: Option<Duration>,
    /// `errors`.
    pub error_ttl: Option<Duration>,
    /// `stale_while_revalidate`.
    pub stale: Option<Duration>,
    /// `tti`.
    pub tti: Option<Duration>,
    /// `max_entries`.
    pub max_entries: Option<u64>,
    /// `max_weight`.
    pub max_weight: Option<u64>,
}

impl SiteTerms {
    /// Nothing is said.
    pub const NONE: Self = Self {
        ttl: None,
        none_ttl: None,
        error_ttl: None,
        stale: None,
        tti: None,
        max_entries: None,
        max_weight: None,
    };
}

/// A function with `#[cached]`, `#[cache_put]` or `#[cache_evict]`: a `static` in its body.
pub struct Site {
    /// The attribute.
    pub attribute: &'static str,
    /// The cache it names; without one it has a cache of its own.
    pub cache: Option<&'static str>,
    /// A type's name that begins with the function's path.
    pub function: fn() -> &'static str,
    /// The module it stands in, from which its app follows.
    pub module_path: &'static str,
    /// Where it stands.
    pub location: Location,
    /// How entries are kept.
    pub terms: SiteTerms,
    /// Whether its values stay in the process.
    pub local: bool,
    /// Its cache in the first application of the process, which mostly is the only one.
    pub first: OnceLock<(u64, Arc<Bound>)>,
    /// Its caches in further applications: tests have many.
    pub others: RwLock<Vec<(u64, Arc<Bound>)>>,
    /// Whether it was told that there is no application.
    pub told: AtomicBool,
}

/// What the macros submit for each function.
pub struct SiteRegistration {
    /// The function.
    pub site: &'static Site,
    /// What it keeps, where its type can be named outside of the function.
    pub value: Option<fn() -> ValueInfo>,
}

savia_core::__private::inventory::collect!(SiteRegistration);

/// The type of the values in a cache.
#[derive(Clone, Copy)]
pub struct ValueInfo {
    /// Its name.
    pub type_name: &'static str,
    /// How its values leave the process.
    pub codec: &'static dyn CacheCodec,
}

/// The cache of a function in one application.
pub struct Bound {
    pub(crate) store: Arc<Store>,
    pub(crate) terms: Terms,
}

/// A handle to it; of the first application without counting.
pub(crate) enum BoundRef {
    First(&'static Arc<Bound>),
    Other(Arc<Bound>),
}

impl std::ops::Deref for BoundRef {
    type Target = Bound;

    #[inline]
    fn deref(&self) -> &Bound {
        match self {
            Self::First(bound) => bound,
            Self::Other(bound) => bound,
        }
    }
}

impl BoundRef {
    pub(crate) fn owned(&self) -> Arc<Bound> {
        match self {
            Self::First(bound) => Arc::clone(bound),
            Self::Other(bound) => Arc::clone(bound),
        }
    }
}

impl Site {
    /// The name of its cache.
    pub(crate) fn name(&self) -> String {
        match self.cache {
            Some(name) => name.to_owned(),
            None => self.path(),
        }
    }

    /// The function's path: `blog::posts::PostService::find`.
    pub(crate) fn path(&self) -> String {
        let inner = (self.function)();
        let path = inner.rsplit_once("::").map_or(inner, |(path, _)| path);
        path.replace("::{{closure}}", "").replace(['<', '>'], "")
    }

    /// Its cache in this application.
    #[inline]
    pub(crate) fn bound(&'static self, app: &AppHandle) -> Option<BoundRef> {
        match self.first.get() {
            Some((id, bound)) if *id == app.id() => Some(BoundRef::First(bound)),
            _ => self.bound_slowly(app),
        }
    }

    #[cold]
    fn bound_slowly(&'static self, app: &AppHandle) -> Option<BoundRef> {
        let find = |all: &[(u64, Arc<Bound>)]| {
            let found = all.iter().find(|(id, _)| *id == app.id());
            found.map(|(_, bound)| BoundRef::Other(Arc::clone(bound)))
        };
        let read = self.others.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = find(&read) {
            return Some(found);
        }
        drop(read);
        let cache = app.component::<Cache>()?;
        let bound = Arc::new(cache.bind(&self.name(), &self.terms, app));
        let mut others = self.others.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = find(&others) {
            return Some(found);
        }
        match self.first.set((app.id(), Arc::clone(&bound))) {
            Ok(()) => self.first.get().map(|(_, bound)| BoundRef::First(bound)),
            Err(_) => {
                others.push((app.id(), Arc::clone(&bound)));
                Some(BoundRef::Other(bound))
            }
        }
    }

    /// Lets go of an application that has stopped.
    pub(crate) fn forget(&self, app: u64) {
        let mut others = self.others.write().unwrap_or_else(PoisonError::into_inner);
        others.retain(|(id, _)| *id != app);
    }

    /// Says once that there is no application whose cache it could use.
    #[cold]
    pub(crate) fn outside(&self) {
        if !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "{} ({}) was called outside of an application and so without its cache; enter a `Context` first",
                self.path(),
                self.location
            );
        }
    }
}

/// Every function of the installed apps, by where it stands.
pub(crate) fn live(app: &AppHandle) -> Vec<&'static SiteRegistration> {
    let mut sites: Vec<_> = savia_core::__private::inventory::iter::<SiteRegistration>
        .into_iter()
        .filter(|it| app.apps().is_live(it.site.module_path))
        .collect();
    sites.sort_by_key(|it| it.site.location);
    sites
}

/// Says once that a value could not be written into a key.
#[cold]
pub(crate) fn warn_key(error: &serde_json::Error) {
    static TOLD: AtomicBool = AtomicBool::new(false);
    if !TOLD.swap(true, Ordering::Relaxed) {
        tracing::warn!("an argument cannot be written into a cache's key: {error}");
    }
}
