//! Which routes an application has: registrations of live apps under their full paths.

use std::collections::HashSet;
use std::sync::Arc;

use savia_core::app::{AppHandle, Owner};
use savia_core::error::Diagnosis;

use super::{Route, RouteMeta, RouteRegistration};
use crate::access::{AccessAmendment, AccessRule, AskingRoute, ClosedByDefault};
use crate::config::ServerConfig;

/// A route of a live app under its full path; not yet bound to its controller.
pub struct PlannedRoute {
    /// What the macro registered.
    pub registration: &'static RouteRegistration,
    /// What is known of it.
    pub route: Arc<Route>,
}

/// Every route of an application, sorted by pattern and method.
pub struct RouteTable;

impl RouteTable {
    /// Collects the routes of live apps. It needs no built container.
    ///
    /// # Errors
    ///
    /// The faults of the `server` section, from which prefixes are read.
    pub fn collect(app: &AppHandle) -> Result<Vec<PlannedRoute>, Vec<Diagnosis>> {
        let config = app.config().section::<ServerConfig>().map_err(|errors| {
            errors
                .iter()
                .map(savia_core::config::ConfigError::diagnosis)
                .collect::<Vec<_>>()
        })?;
        let mut routes: Vec<_> = savia_core::__private::inventory::iter::<RouteRegistration>
            .into_iter()
            .filter(|registration| app.apps().is_live(registration.module_path))
            .filter(|registration| is_registered(app, registration))
            .map(|registration| {
                let owner = app.apps().owner_of(registration.module_path);
                (pattern(&config, owner, registration), owner, registration)
            })
            .collect();
        yield_to_the_users(&mut routes);
        // Inventory's order is unspecified.
        routes.sort_by(|a, b| {
            (&a.0, a.2.method, a.2.location).cmp(&(&b.0, b.2.method, b.2.location))
        });
        let metas = metas(app, &routes);
        Ok(routes
            .into_iter()
            .zip(metas)
            .enumerate()
            .map(
                |(index, ((pattern, owner, registration), meta))| PlannedRoute {
                    registration,
                    route: Arc::new(Route {
                        method: registration.method,
                        pattern,
                        controller: (registration.controller)(),
                        handler: registration.handler,
                        app: match owner {
                            Owner::App(name) => Some(name),
                            _ => None,
                        },
                        meta,
                        location: registration.location,
                        index,
                    }),
                },
            )
            .collect())
    }
}

/// A route's pattern, whose it is, and what the macro registered.
type Collected = (String, Owner, &'static RouteRegistration);

/// What the routes' attributes say, and what starters add to it. In a closed application, one that says
/// nothing of its callers after that asks that they are known.
fn metas(app: &AppHandle, routes: &[Collected]) -> Vec<RouteMeta> {
    let metas = routes
        .iter()
        .map(|(_, _, registration)| (registration.meta)());
    let mut metas: Vec<_> = metas.collect();
    let mut asking: Vec<_> = routes
        .iter()
        .zip(&mut metas)
        .map(|((pattern, _, registration), meta)| AskingRoute {
            method: registration.method,
            pattern,
            meta,
        })
        .collect();
    for amendment in savia_core::__private::inventory::iter::<AccessAmendment> {
        if app.apps().is_live(amendment.module_path) {
            (amendment.amend)(app, &mut asking);
        }
    }
    if app.registry().has::<ClosedByDefault>() {
        for meta in &mut metas {
            if !meta.public && meta.access.is_none() {
                meta.access = Some(AccessRule::Authenticated);
            }
        }
    }
    metas
}

/// What a starter answers yields to what the user answers on the same method and path, as its
/// components do: the start page goes when the application has its own.
fn yield_to_the_users(routes: &mut Vec<Collected>) {
    let is_starters = |owner: &Owner| matches!(owner, Owner::Starter(_));
    let users: HashSet<_> = routes
        .iter()
        .filter(|(_, owner, _)| !is_starters(owner))
        .map(|(pattern, _, registration)| (registration.method, pattern.clone()))
        .collect();
    routes.retain(|(pattern, owner, registration)| {
        !is_starters(owner) || !users.contains(&(registration.method, pattern.clone()))
    });
}

/// A controller whose conditions do not hold has no routes either.
fn is_registered(app: &AppHandle, registration: &RouteRegistration) -> bool {
    let controller = (registration.controller)();
    app.registry()
        .entries()
        .iter()
        .any(|entry| entry.name == controller)
}

/// `server.path_prefix`, the app's own prefix, the controller's path and the route's, joined.
/// What Savia itself serves stands where the contract says, under no prefix.
fn pattern(config: &ServerConfig, owner: Owner, registration: &RouteRegistration) -> String {
    let prefixes: [&str; 2] = match owner {
        Owner::Starter(_) => ["", ""],
        Owner::App(app) => [
            &config.path_prefix,
            config.prefixes.get(app).map_or("", String::as_str),
        ],
        _ => [&config.path_prefix, ""],
    };
    join(&[
        prefixes[0],
        prefixes[1],
        registration.base,
        registration.path,
    ])
}

fn join(parts: &[&str]) -> String {
    let mut path = String::new();
    for part in parts {
        let part = part.trim_matches('/');
        if !part.is_empty() {
            path.push('/');
            path.push_str(part);
        }
    }
    if path.is_empty() {
        "/".to_owned()
    } else {
        path
    }
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn parts_are_joined_with_one_slash() {
        assert_eq!(join(&["", "", "/", "/"]), "/");
        assert_eq!(join(&["", "", "/posts", ""]), "/posts");
        assert_eq!(
            join(&["/v1/", "api", "/posts", "/{id}"]),
            "/v1/api/posts/{id}"
        );
    }
}
