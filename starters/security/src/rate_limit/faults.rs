//! What is wrong with the limits, found before the start.

use savia_core::app::AppHandle;
use savia_core::error::Diagnosis;
use savia_starter_web::actix_web::http::header::HeaderName;
use savia_starter_web::route::{PlannedRoute, RouteTable};

use super::{configured, fault, plan, requests};
use crate::authorization::{Meets, is_path, meets, unknown_method};
use crate::config::{LimitConfig, LimitKey, RateLimitStore, SecurityConfig};

/// What is wrong with the limits.
pub(crate) fn faults(app: &AppHandle, security: &SecurityConfig) -> Vec<Diagnosis> {
    let config = app.config();
    let section = &security.rate_limit;
    if !section.enabled {
        return Vec::new();
    }
    let mut faults = Vec::new();
    if section.store == RateLimitStore::Redis {
        faults.extend(redis(config));
    }
    let routes = RouteTable::collect(app).unwrap_or_default();
    for (name, limit) in configured(section) {
        if !limit.enabled {
            continue;
        }
        let key = format!("security.rate_limit.limits.{name}");
        let mut say = |key: &str, what: String, help: &str| {
            faults.push(fault(config, key, what).help(help));
        };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if name.is_empty() || name.len() > 64 || !name.bytes().all(plain) {
            say(
                &key,
                format!("{name:?} cannot name a limit"),
                "up to 64 letters, digits, `-` and `_`: answers bear the name",
            );
        }
        if requests(&name, &limit).is_none() {
            say(
                &key,
                format!("the limit `{name}` does not say how many requests"),
                "write `requests: 100`, and `per: 1m`",
            );
        }
        if let Some(what) = header(&name, &limit) {
            say(
                &format!("{key}.header"),
                what,
                "write `key: header` and `header: X-Api-Key`",
            );
        }
        if let Some(method) = unknown_method(&limit.methods) {
            say(
                &format!("{key}.methods"),
                format!("`{method}` is no method of HTTP that a route answers"),
                "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS",
            );
        }
        if let Some((what, help)) = path(&limit, &routes) {
            say(&format!("{key}.path"), what, &help);
        }
    }
    faults
}

fn header(name: &str, limit: &LimitConfig) -> Option<String> {
    match (limit.key, &limit.header) {
        (LimitKey::Header, None) => Some(format!(
            "the limit `{name}` counts by header, and does not say by which"
        )),
        (LimitKey::Header, Some(header)) => header
            .parse::<HeaderName>()
            .is_err()
            .then(|| format!("{header:?} is no header name")),
        (_, Some(header)) => Some(format!(
            "the limit `{name}` names the header `{header}` and does not count by it"
        )),
        (_, None) => None,
    }
}

fn path(limit: &LimitConfig, routes: &[PlannedRoute]) -> Option<(String, String)> {
    if !is_path(&limit.path) {
        return Some((
            format!("`{}` is no path of routes", limit.path),
            "write `/admin/**`: `**` stands at the end".to_owned(),
        ));
    }
    if limit.path == plan::EVERYWHERE {
        return None;
    }
    let mut met = false;
    for planned in routes {
        let route = &planned.route;
        if !plan::is_of(&limit.methods, route) {
            continue;
        }
        match meets(&limit.path, &route.pattern) {
            Meets::Never => {}
            Meets::Whole => met = true,
            Meets::Part => {
                return Some((
                    format!(
                        "the limit of `{}` is for some of the requests that `{}` answers, and not for \
                         the others",
                        limit.path, route.pattern
                    ),
                    format!(
                        "write `{}` or `*` for its parameter, or give the path a route of its own",
                        route.pattern
                    ),
                ));
            }
        }
    }
    (!met).then(|| {
        (
            format!("no route stands at `{}`", limit.path),
            "`savia routes` lists them; `/admin/**` is everything below `/admin`".to_owned(),
        )
    })
}

#[cfg(feature = "redis")]
fn redis(config: &savia_core::Config) -> Option<Diagnosis> {
    super::shared::client(config).err()
}

#[cfg(not(feature = "redis"))]
fn redis(config: &savia_core::Config) -> Option<Diagnosis> {
    let what = "requests are to be counted in Redis, which this binary cannot".to_owned();
    Some(
        fault(config, "security.rate_limit.store", what)
            .help("add the feature `security-redis` to `savia` in Cargo.toml"),
    )
}
