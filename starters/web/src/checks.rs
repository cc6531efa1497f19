//! What is wrong with the routes, found before a request finds it.

mod pattern;

use std::collections::BTreeMap;

use savia_core::app::AppHandle;
use savia_core::check::CheckRegistration;
use savia_core::error::{Diagnosis, did_you_mean};

use crate::access::AccessControl;
use crate::config::ServerConfig;
use crate::route::{Method, PlannedRoute, RouteTable};

savia_core::__private::inventory::submit! {
    CheckRegistration { name: "web routes", module_path: module_path!(), check: routes }
}

fn routes(app: &AppHandle, _production: bool) -> Vec<Diagnosis> {
    // A section that cannot be read has been reported as such.
    let Ok(routes) = RouteTable::collect(app) else {
        return Vec::new();
    };
    let mut faults: Vec<_> = routes
        .iter()
        .flat_map(|planned| {
            pattern::faults(&planned.route.pattern)
                .into_iter()
                .map(|what| invalid(planned, &what))
        })
        .collect();
    faults.extend(prefixes(app));
    faults.extend(shared(&routes));
    if !app.registry().has::<dyn AccessControl>() {
        faults.extend(unguarded(&routes));
    }
    faults
}

/// Prefixes of apps that do not exist.
fn prefixes(app: &AppHandle) -> Vec<Diagnosis> {
    let Ok(server) = app.config().section::<ServerConfig>() else {
        return Vec::new();
    };
    let compiled: Vec<_> = app.apps().compiled().map(|app| app.name).collect();
    server
        .prefixes
        .keys()
        .filter(|name| !compiled.contains(&name.as_str()))
        .map(|name| {
            let mut fault = Diagnosis::new(
                "web::prefix",
                format!("`server.prefixes` names `{name}`, an unknown app"),
            );
            if let Some(place) = app.config().place(&format!("server.prefixes.{name}")) {
                fault = fault.at(place);
            }
            match did_you_mean(name, compiled.iter().copied()) {
                Some(near) => fault.help(format!("did you mean `{near}`?")),
                None => fault.help(format!("compiled apps: {}", compiled.join(", "))),
            }
        })
        .collect()
}

fn invalid(planned: &PlannedRoute, what: &str) -> Diagnosis {
    Diagnosis::new("web::path", format!("`{}`: {what}", planned.route.pattern))
        .at(planned.route.location)
        .because(format!("{} answers there", planned.route.name()))
}

/// Routes that share a path: twice with one method, or under two names.
fn shared(routes: &[PlannedRoute]) -> Vec<Diagnosis> {
    let mut faults = Vec::new();
    let mut by_shape: BTreeMap<String, Vec<&PlannedRoute>> = BTreeMap::new();
    for planned in routes {
        by_shape
            .entry(pattern::shape(&planned.route.pattern))
            .or_default()
            .push(planned);
    }
    for sharing in by_shape.values() {
        let mut by_method: BTreeMap<Method, Vec<&PlannedRoute>> = BTreeMap::new();
        for planned in sharing {
            by_method
                .entry(planned.route.method)
                .or_default()
                .push(planned);
        }
        let twice: Vec<_> = by_method.values().filter(|same| same.len() > 1).collect();
        faults.extend(twice.iter().map(|same| duplicate(same)));
        // The router keeps one resource a pattern: of two names for one path, one is never found.
        let first = &sharing[0].route.pattern;
        let other = sharing
            .iter()
            .find(|planned| planned.route.pattern != *first);
        if let (true, Some(other)) = (twice.is_empty(), other) {
            faults.push(
                Diagnosis::new(
                    "web::names",
                    format!("`{first}` and `{}` are one path", other.route.pattern),
                )
                .at(sharing[0].route.location)
                .at(other.route.location)
                .help("give what varies the same name in both"),
            );
        }
    }
    faults
}

fn duplicate(same: &[&PlannedRoute]) -> Diagnosis {
    let route = &same[0].route;
    let names: Vec<_> = same.iter().map(|planned| planned.route.name()).collect();
    let mut fault = Diagnosis::new(
        "web::duplicate",
        format!(
            "{} {} has {} handlers",
            route.method,
            route.pattern,
            same.len()
        ),
    );
    for planned in same {
        fault = fault.at(planned.route.location);
    }
    fault
        .because(format!("{} answer there", names.join(" and ")))
        .help("give one another path, or put its app under a prefix with `server.prefixes`")
}

/// Secured routes that nobody guards.
fn unguarded(routes: &[PlannedRoute]) -> Option<Diagnosis> {
    let secured: Vec<_> = routes
        .iter()
        .filter(|planned| planned.route.meta.access.is_some())
        .collect();
    let first = secured.first()?;
    let what = match secured.len() {
        1 => format!(
            "{} is `#[secured]`, and nothing guards it",
            first.route.name()
        ),
        more => format!("{more} routes are `#[secured]`, and nothing guards them"),
    };
    // A place each, and not a wall of them.
    let mut fault = Diagnosis::new("web::unguarded", what);
    for planned in secured.iter().take(5) {
        fault = fault.at(planned.route.location);
    }
    if secured.len() > 5 {
        fault = fault.because(format!("and {} more", secured.len() - 5));
    }
    Some(
        fault
            .help("turn the security starter on: `features = [\"security\"]` in Cargo.toml")
            .help("or provide a component of your own: `#[service(provides(dyn AccessControl))]`"),
    )
}
