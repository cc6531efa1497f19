//! Puts the document together.

use crate::route::pattern::closing;
use std::collections::{BTreeMap, BTreeSet};

use savia_core::app::AppHandle;
use savia_core::config::ConfigError;
use savia_core::error::StartupError;
use serde_json::Value;
use utoipa::openapi::path::{HttpMethod, Operation, PathItem, Paths};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, Deprecated, Info, OpenApiBuilder, Server};

use super::OpenApiConfig;
use super::operation::OperationBuilder;
use super::schemas::Schemas;
use crate::access::AccessRule;
use crate::route::{Method, PlannedRoute, RouteRegistration, RouteTable};

/// The name of the security scheme that `#[secured]` routes ask for.
const SCHEME: &str = "bearer";

/// The OpenAPI document of an application: every route of its live apps that is not `hidden`.
///
/// It needs no server, no container and no connection. The same application gives the same
/// document, key by key.
///
/// # Errors
///
/// The faults of the sections `server` and `openapi`.
pub fn document(app: &AppHandle) -> Result<Value, StartupError> {
    let config = app.config().section::<OpenApiConfig>().map_err(|errors| {
        errors
            .iter()
            .map(ConfigError::diagnosis)
            .collect::<Vec<_>>()
    })?;
    let routes = RouteTable::collect(app)?;
    let shown: Vec<_> = routes
        .iter()
        .filter(|planned| !planned.route.meta.hidden)
        .collect();
    let mut schemas = Schemas::default();
    let mut ids = BTreeSet::new();
    let mut paths = Paths::new();
    for planned in &shown {
        let item = PathItem::new(
            method(planned.route.method),
            operation(planned, &mut schemas, &mut ids),
        );
        let path = openapi_path(&planned.route.pattern).0;
        match paths.paths.get_mut(&path) {
            Some(known) => known.merge_operations(item),
            None => {
                paths.paths.insert(path, item);
            }
        }
    }
    let mut builder = OpenApiBuilder::new()
        .info(info(app, &config, &shown))
        .paths(paths)
        .components(components(&shown));
    if !config.servers.is_empty() {
        builder = builder.servers(Some(config.servers.iter().map(Server::new)));
    }
    let mut document = serde_json::to_value(builder.build()).map_err(|error| {
        savia_core::error::Diagnosis::new("openapi::document", error.to_string())
    })?;
    schemas.insert_into(&mut document);
    Ok(document)
}

fn info(app: &AppHandle, config: &OpenApiConfig, routes: &[&PlannedRoute]) -> Info {
    let name = app.config().text("name");
    let version = config
        .version
        .clone()
        .or_else(|| {
            version(
                name.as_deref(),
                routes.iter().map(|planned| planned.registration),
            )
        })
        .unwrap_or_else(|| "0.1.0".to_owned());
    let title = config
        .title
        .clone()
        .or(name)
        .unwrap_or_else(|| "API".to_owned());
    let mut info = Info::new(title, version);
    info.description = config.description.clone();
    info
}

/// The version of the package that bears the application's name, or of the only one with routes.
fn version<'a>(
    name: Option<&str>,
    routes: impl Iterator<Item = &'a RouteRegistration>,
) -> Option<String> {
    let packages: BTreeMap<&str, &str> = routes
        .filter_map(|route| Some((route.package.0?, route.package.1?)))
        .collect();
    let version = match name.and_then(|name| packages.get(name)) {
        Some(version) => version,
        None if packages.len() == 1 => packages.values().next()?,
        None => return None,
    };
    Some((*version).to_owned())
}

fn components(routes: &[&PlannedRoute]) -> Option<Components> {
    if routes
        .iter()
        .all(|planned| planned.route.meta.access.is_none())
    {
        return None;
    }
    let mut components = Components::new();
    components.add_security_scheme(
        SCHEME,
        SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
    );
    Some(components)
}

fn operation(
    planned: &PlannedRoute,
    schemas: &mut Schemas,
    ids: &mut BTreeSet<String>,
) -> Operation {
    let PlannedRoute {
        registration,
        route,
    } = planned;
    let (_, names) = openapi_path(&route.pattern);
    let access = route.meta.access.as_ref();
    let mut builder = OperationBuilder::new(schemas, names, access.is_some());
    (registration.describe)(&mut builder);
    let mut operation = builder.build();
    let tag = tag(planned);
    let (summary, description) = documentation(registration.docs);
    operation.operation_id = Some(unique(&format!("{tag}_{}", route.handler), ids));
    operation.tags = Some(vec![tag]);
    operation.summary = summary;
    operation.description = description;
    operation.deprecated = route.meta.deprecated.then_some(Deprecated::True);
    operation.security = access.map(|rule| {
        let ways = ways_in(rule).into_iter();
        ways.map(|names| SecurityRequirement::new(SCHEME, names))
            .collect()
    });
    operation
}

/// What a caller must have, way by way: one of the lists is enough, with all that is in it. OpenAPI
/// 3.1 lets a requirement name roles, whatever its scheme.
fn ways_in(rule: &AccessRule) -> Vec<Vec<String>> {
    match rule {
        AccessRule::Authenticated => vec![Vec::new()],
        AccessRule::Permission(name) | AccessRule::Role(name) | AccessRule::Scope(name) => {
            vec![vec![name.clone()]]
        }
        AccessRule::Any(rules) => rules.iter().flat_map(ways_in).collect(),
        AccessRule::All(rules) => rules.iter().fold(vec![Vec::new()], |ways, rule| {
            let more = ways_in(rule);
            let both = |way: &Vec<String>| -> Vec<Vec<String>> {
                more.iter()
                    .map(|names| [way.as_slice(), names].concat())
                    .collect()
            };
            ways.iter().flat_map(both).collect()
        }),
    }
}

/// The app's name, or the controller's: `PostController` is `post`.
fn tag(planned: &PlannedRoute) -> String {
    if let Some(app) = planned.route.app {
        return app.to_owned();
    }
    let controller = planned
        .route
        .controller
        .rsplit("::")
        .next()
        .unwrap_or_default();
    let name = controller
        .strip_suffix("Controller")
        .filter(|it| !it.is_empty());
    snake_case(name.unwrap_or(controller))
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for (at, c) in name.chars().enumerate() {
        if c.is_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

fn unique(id: &str, taken: &mut BTreeSet<String>) -> String {
    let mut unique = id.to_owned();
    let mut number = 2;
    while !taken.insert(unique.clone()) {
        unique = format!("{id}_{number}");
        number += 1;
    }
    unique
}

/// The first paragraph of a doc comment in one line without its full stop, and the rest.
fn documentation(docs: &str) -> (Option<String>, Option<String>) {
    let (first, rest) = docs.split_once("\n\n").unwrap_or((docs, ""));
    let summary = first.split_whitespace().collect::<Vec<_>>().join(" ");
    let summary = summary.strip_suffix('.').unwrap_or(&summary).to_owned();
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    (given(&summary), given(rest.trim()))
}

fn method(method: Method) -> HttpMethod {
    match method {
        Method::Get => HttpMethod::Get,
        Method::Post => HttpMethod::Post,
        Method::Put => HttpMethod::Put,
        Method::Patch => HttpMethod::Patch,
        Method::Delete => HttpMethod::Delete,
        Method::Head => HttpMethod::Head,
        Method::Options => HttpMethod::Options,
    }
}

/// A pattern as OpenAPI writes it, `{id:\d+}` and `{tail}*` without what follows the name, and
/// its names.
fn openapi_path(pattern: &str) -> (String, Vec<String>) {
    let (mut path, mut names, mut rest) = (String::new(), Vec::new(), pattern);
    while let Some(open) = rest.find('{') {
        let close = closing(&rest[open + 1..]).map(|end| open + 1 + end);
        let Some(close) = close else { break };
        let name = rest[open + 1..close].split(':').next().unwrap_or_default();
        path.push_str(&rest[..open]);
        path.push_str(&format!("{{{name}}}"));
        names.push(name.to_owned());
        rest = &rest[close + 1..];
        rest = rest.strip_prefix('*').unwrap_or(rest);
    }
    path.push_str(rest);
    (path, names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openapi_knows_names_only() {
        let (path, names) = openapi_path(r"/a/{year:\d{4}}/{slug}/{tail}*");
        assert_eq!(path, "/a/{year}/{slug}/{tail}");
        assert_eq!(names, ["year", "slug", "tail"]);
    }

    #[test]
    fn a_doc_comment_is_summary_and_description() {
        let told = |docs| {
            let (summary, description) = documentation(docs);
            (summary.unwrap_or_default(), description.unwrap_or_default())
        };
        assert_eq!(told("One post."), ("One post".to_owned(), String::new()));
        assert_eq!(
            told("One\npost.\n\nWith its *comments*.\n"),
            ("One post".to_owned(), "With its *comments*.".to_owned())
        );
        assert_eq!(told(""), (String::new(), String::new()));
    }

    #[test]
    fn every_way_in_is_a_requirement() {
        let permission = |name: &str| AccessRule::Permission(name.to_owned());
        let either = AccessRule::Any(vec![permission("a"), AccessRule::Role("B".to_owned())]);
        assert_eq!(ways_in(&AccessRule::Authenticated), [[""; 0]]);
        assert_eq!(ways_in(&either), [["a"], ["B"]]);
        let both = AccessRule::All(vec![either, permission("c"), AccessRule::Authenticated]);
        assert_eq!(ways_in(&both), [["a", "c"], ["B", "c"]]);
    }

    #[test]
    fn operation_ids_are_unique() {
        let mut ids = BTreeSet::new();
        let all: Vec<_> = (0..3).map(|_| unique("posts_show", &mut ids)).collect();
        assert_eq!(all, ["posts_show", "posts_show_2", "posts_show_3"]);
    }
}
