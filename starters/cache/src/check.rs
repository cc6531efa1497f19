//! What can be said of the caches before anything is connected to.

mod bounds;

use std::collections::BTreeMap;

use savia_core::app::{AppHandle, Owner};
use savia_core::cache::BaseCache;
use savia_core::check::CheckRegistration;
use savia_core::component::Interface;
use savia_core::error::Diagnosis;

use crate::autoconfig::client;
use crate::config::{Backend, CacheConfig};
use crate::site::{self, SiteRegistration};

savia_core::__private::inventory::submit! {
    CheckRegistration { name: "caches", module_path: module_path!(), check }
}

fn check(app: &AppHandle, _: bool) -> Vec<Diagnosis> {
    let config = app.config();
    // A section that cannot be read has been reported as such.
    let Ok(section) = config.section::<CacheConfig>() else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    let sites = site::live(app);
    let own_backend = has_own_backend(app);
    let backend = section.backend.of(config);
    if backend.needs_redis() && !own_backend {
        faults.extend(client(config, &section).err());
        faults.extend(sites.iter().filter_map(|site| cannot_leave(site)));
    }
    if backend == Backend::Redis && !own_backend {
        faults.extend(bounds::on_redis(config, &section, &sites));
    }
    faults.extend(twice(&sites));
    faults.extend(types(&sites));
    faults.extend(bounds::differing(&sites));
    faults
}

/// Whether a component of the application's takes the place of the configured backend.
fn has_own_backend(app: &AppHandle) -> bool {
    let interface = Interface::of::<dyn BaseCache>().name;
    app.registry().entries().iter().any(|entry| {
        !matches!(entry.owner, Owner::Starter(_)) && entry.provides().any(|it| it == interface)
    })
}

/// A value without a codec where the backend is outside the process.
fn cannot_leave(registration: &SiteRegistration) -> Option<Diagnosis> {
    let info = registration.value?();
    let site = registration.site;
    (!info.codec.is_portable() && !site.local).then(|| {
        let what = format!(
            "`{}` keeps `{}`, which cannot leave the process, and the cache is on Redis",
            site.path(),
            info.type_name
        );
        Diagnosis::new("cache::not_portable", what)
            .at(site.location)
            .help("derive `serde::Serialize` and `serde::Deserialize` for it")
            .help("or say that its values stay in the process: `#[cached(local)]`")
    })
}

/// Two functions that would share a cache without having said so.
fn twice(sites: &[&SiteRegistration]) -> Vec<Diagnosis> {
    let mut by_name: BTreeMap<String, Vec<&SiteRegistration>> = BTreeMap::new();
    for registration in sites.iter().filter(|it| it.site.cache.is_none()) {
        by_name
            .entry(registration.site.name())
            .or_default()
            .push(registration);
    }
    let shared = by_name.into_iter().filter(|(_, sites)| sites.len() > 1);
    shared
        .map(|(name, sites)| {
            let what = format!("two functions are called `{name}`, so their caches would be one");
            let fault = Diagnosis::new("cache::same_name", what);
            let fault = sites
                .iter()
                .fold(fault, |fault, it| fault.at(it.site.location));
            fault.help("name the cache of one of them: `#[cached(cache = \"…\")]`")
        })
        .collect()
}

/// One cache, and values of two types in it.
fn types(sites: &[&SiteRegistration]) -> Vec<Diagnosis> {
    let mut known: BTreeMap<String, (&'static str, &SiteRegistration)> = BTreeMap::new();
    let mut faults = Vec::new();
    for registration in sites {
        let Some(value) = registration.value else {
            continue;
        };
        let (name, type_name) = (registration.site.name(), value().type_name);
        match known.get(&name) {
            Some((other, first)) if *other != type_name => {
                let what =
                    format!("the cache `{name}` is to hold both `{other}` and `{type_name}`");
                faults.push(
                    Diagnosis::new("cache::types", what)
                        .at(registration.site.location)
                        .at(first.site.location)
                        .help("give each type a cache of its own: `cache = \"…\"`"),
                );
            }
            Some(_) => {}
            None => {
                known.insert(name, (type_name, registration));
            }
        }
    }
    faults
}
