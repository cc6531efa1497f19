//! Bounds of caches: two of one cache, and those that Redis does not keep.

use std::collections::BTreeMap;

use savia_core::config::Config;
use savia_core::error::Diagnosis;

use crate::config::CacheConfig;
use crate::site::SiteRegistration;

/// Bounds on the number or weight of entries where there is no tier in the process: Redis counts
/// its memory, and not the entries of a cache. What stays in the process is bounded as ever.
pub(super) fn on_redis(
    config: &Config,
    section: &CacheConfig,
    sites: &[&SiteRegistration],
) -> Vec<Diagnosis> {
    let fault = |what: String| {
        let what = format!("{what}, and `cache.backend` is `redis`, which bounds no single cache");
        Diagnosis::new("cache::bounds_on_redis", what)
    };
    let help = |fault: Diagnosis, option: &str| {
        fault
            .help(format!(
                "leave `{option}` out, and bound the server: `maxmemory 1gb` and \
                 `maxmemory-policy allkeys-lru` in redis.conf"
            ))
            .help("or say `cache.backend: tiered`, where it bounds what is in the process")
    };
    let mut faults = Vec::new();
    for SiteRegistration { site, .. } in sites {
        let terms = site.terms;
        let option = match (terms.max_entries, terms.max_weight) {
            (Some(_), _) => "max_entries",
            (None, Some(_)) => "max_weight",
            (None, None) => continue,
        };
        if !site.local {
            let what = format!("`{}` says `{option}`", site.path());
            faults.push(help(fault(what).at(site.location), option));
        }
    }
    for (name, own) in &section.caches {
        let mut users = sites.iter().filter(|it| it.site.name() == *name).peekable();
        if users.peek().is_some() && users.all(|it| it.site.local) {
            continue;
        }
        let said = [
            ("max_entries", own.max_entries),
            ("max_weight", own.max_weight),
        ];
        for (option, _) in said.into_iter().filter(|(_, value)| value.is_some()) {
            let key = format!("cache.caches.{name}.{option}");
            let found = fault(format!("the cache `{name}` is bounded by `{option}`"));
            faults.push(help(found.at_key(config, &key), option));
        }
    }
    let of_all = "cache.max_entries";
    if config.place(of_all).is_some_and(|it| !it.is_default()) {
        let found = fault("every cache is bounded by `max_entries`".to_owned());
        faults.push(help(found.at_key(config, of_all), "max_entries"));
    }
    faults
}

/// One cache, and two functions that bound it differently.
pub(super) fn differing(sites: &[&SiteRegistration]) -> Vec<Diagnosis> {
    let mut known: BTreeMap<String, (_, &SiteRegistration)> = BTreeMap::new();
    let mut faults = Vec::new();
    for registration in sites {
        let terms = registration.site.terms;
        let bounds = (terms.max_entries, terms.max_weight, terms.tti);
        if bounds == (None, None, None) {
            continue;
        }
        let name = registration.site.name();
        match known.get(&name) {
            Some((other, first)) if *other != bounds => {
                let what = format!("two functions bound the cache `{name}` differently");
                faults.push(
                    Diagnosis::new("cache::bounds", what)
                        .at(registration.site.location)
                        .at(first.site.location)
                        .help("say it at one of them"),
                );
            }
            Some(_) => {}
            None => {
                known.insert(name, (bounds, registration));
            }
        }
    }
    faults
}
