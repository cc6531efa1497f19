//! The router: a radix tree finds the one resource, whose `ResourceDef` then captures.
//!
//! actix-web's own router tries every resource in turn; with 200 of them the last costs far more
//! than the first. Here the tree (`matchit`) costs the same for all.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ResourceDef;
use actix_web::http::header::HeaderValue;

use crate::handler::Handler;
use crate::route::{Method, Route};

/// A route with what its requests need, all of it decided at start.
pub(crate) struct BoundRoute {
    pub(crate) route: Arc<Route>,
    pub(crate) handler: Arc<dyn Handler>,
    pub(crate) body_limit: usize,
    pub(crate) timeout: Option<Duration>,
    pub(crate) compression: bool,
}

/// Every path that has routes, each with its methods.
struct Resource {
    def: ResourceDef,
    /// A path without parameters captures nothing.
    captures: bool,
    methods: [Option<Arc<BoundRoute>>; Method::COUNT],
    allow: HeaderValue,
}

/// What a request's path and method come to.
pub(crate) enum Found<'a> {
    /// This route answers.
    Route(&'a Arc<BoundRoute>),
    /// The path is known, not with this method; these it has.
    OtherMethods(&'a HeaderValue),
    /// The path is not known.
    Nothing,
}

/// Finds routes.
pub(crate) struct Router {
    resources: Vec<Resource>,
    /// For each shape of a path, the resources of that shape (they differ by regular expression).
    tree: matchit::Router<Vec<usize>>,
    /// Resources whose shape the tree cannot hold, tried in order after it.
    irregular: Vec<usize>,
}

impl Router {
    /// A router of these routes. A later route of the same method and path is left out; the check
    /// before the start has refused such pairs.
    pub(crate) fn new(routes: impl IntoIterator<Item = Arc<BoundRoute>>) -> Self {
        let mut by_pattern: BTreeMap<String, Vec<Arc<BoundRoute>>> = BTreeMap::new();
        for route in routes {
            by_pattern
                .entry(route.route.pattern.clone())
                .or_default()
                .push(route);
        }
        let resources: Vec<_> = by_pattern
            .into_iter()
            .map(|(pattern, routes)| Resource::new(&pattern, routes))
            .collect();
        let mut shapes: HashMap<String, Vec<usize>> = HashMap::new();
        let mut irregular = Vec::new();
        for (index, resource) in resources.iter().enumerate() {
            match resource.def.pattern().and_then(shape) {
                Some(shape) => shapes.entry(shape).or_default().push(index),
                None => irregular.push(index),
            }
        }
        let mut shapes: Vec<_> = shapes.into_iter().collect();
        shapes.sort();
        let mut tree = matchit::Router::new();
        for (shape, mut indices) in shapes {
            // A regular expression is more telling than none, so it is tried first.
            indices.sort_by_key(|index| !has_regex(resources[*index].def.pattern()));
            if tree.insert(shape, indices.clone()).is_err() {
                irregular.extend(indices);
            }
        }
        Self {
            resources,
            tree,
            irregular,
        }
    }

    /// Every route.
    pub(crate) fn routes(&self) -> impl Iterator<Item = &Arc<BoundRoute>> {
        self.resources
            .iter()
            .flat_map(|resource| resource.methods.iter().flatten())
    }

    /// Finds the route of a request and captures its path parameters.
    #[inline]
    pub(crate) fn find(
        &self,
        method: &actix_web::http::Method,
        path: &mut actix_web::dev::Path<actix_web::dev::Url>,
    ) -> Found<'_> {
        let candidates = self.tree.at(path.unprocessed()).ok();
        let regular = candidates.iter().flat_map(|matched| matched.value.iter());
        let hit = regular.chain(&self.irregular).copied().find(|index| {
            let resource = &self.resources[*index];
            !resource.captures || resource.def.is_match(path.unprocessed())
        });
        let Some(index) = hit else {
            return Found::Nothing;
        };
        let resource = &self.resources[index];
        if resource.captures {
            resource.def.capture_match_info(path);
        }
        let method = Method::from_http(method);
        let route = method.and_then(|method| resource.methods[method as usize].as_ref());
        let route = match (route, method) {
            // What reads can be asked for its head alone; the body is not sent.
            (None, Some(Method::Head)) => resource.methods[Method::Get as usize].as_ref(),
            (route, _) => route,
        };
        route.map_or(Found::OtherMethods(&resource.allow), Found::Route)
    }
}

impl Resource {
    fn new(pattern: &str, routes: Vec<Arc<BoundRoute>>) -> Self {
        let mut methods: [Option<Arc<BoundRoute>>; Method::COUNT] = Default::default();
        for route in routes {
            methods[route.route.method as usize].get_or_insert(route);
        }
        let mut allowed: Vec<_> = methods
            .iter()
            .flatten()
            .map(|route| route.route.method.as_str())
            .collect();
        if methods[Method::Get as usize].is_some() && methods[Method::Head as usize].is_none() {
            allowed.push("HEAD");
        }
        if methods[Method::Options as usize].is_none() {
            allowed.push("OPTIONS");
        }
        let allow = HeaderValue::from_str(&allowed.join(", "))
            .unwrap_or_else(|_| HeaderValue::from_static(""));
        Self {
            def: ResourceDef::new(pattern),
            captures: pattern.contains('{'),
            methods,
            allow,
        }
    }
}

fn has_regex(pattern: Option<&str>) -> bool {
    pattern.is_some_and(|pattern| pattern.contains(':') && pattern.contains('{'))
}

/// The path with its parameters nameless, as `matchit` writes them: `/posts/{id:\d+}` has the
/// shape `/posts/{0}`, and `/files/{path}*` the shape `/files/{*0}`. `None` where a parameter is
/// not a whole segment, or may run over several.
fn shape(pattern: &str) -> Option<String> {
    let mut shape = String::new();
    for (at, segment) in pattern.split('/').skip(1).enumerate() {
        shape.push('/');
        if let Some(rest) = segment.strip_prefix('{') {
            if rest.ends_with("}*") || rest.ends_with(":.*}") {
                shape.push_str(&format!("{{*{at}}}"));
            } else {
                let inner = rest.strip_suffix('}')?;
                if inner.contains(['{', '}']) || inner.contains(":.") {
                    return None;
                }
                shape.push_str(&format!("{{{at}}}"));
            }
        } else if segment.contains(['{', '}']) {
            return None;
        } else {
            shape.push_str(segment);
        }
    }
    Some(shape)
}

#[cfg(test)]
mod tests {
    use actix_web::dev::{Path, Url};
    use actix_web::http::{Method as Http, Uri};
    use actix_web::{HttpRequest, HttpResponse};
    use savia_core::component::Location;

    use super::*;
    use crate::handler::HandlerFn;
    use crate::route::RouteMeta;

    fn bound(index: usize, method: Method, pattern: &str) -> Arc<BoundRoute> {
        Arc::new(BoundRoute {
            route: Arc::new(Route {
                method,
                pattern: pattern.to_owned(),
                controller: "C",
                handler: "h",
                app: None,
                meta: RouteMeta::default(),
                location: Location {
                    file: "x.rs",
                    line: 1,
                },
                index,
            }),
            handler: Arc::new(HandlerFn(|_: HttpRequest, _| async {
                HttpResponse::Ok().finish()
            })),
            body_limit: 0,
            timeout: None,
            compression: false,
        })
    }

    fn found(router: &Router, method: Http, path: &str) -> String {
        let mut path = Path::new(Url::new(Uri::try_from(path).unwrap()));
        match router.find(&method, &mut path) {
            Found::Route(route) => {
                let captured: Vec<_> = path
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                format!("{} {}", route.route.pattern, captured.join(","))
                    .trim_end()
                    .to_owned()
            }
            Found::OtherMethods(allow) => format!("405 {}", allow.to_str().unwrap()),
            Found::Nothing => "404".to_owned(),
        }
    }

    #[test]
    fn the_tree_finds_what_the_definitions_capture() {
        let patterns = [
            "/",
            "/posts",
            "/posts/{id:[0-9]+}",
            "/posts/{slug}",
            "/posts/{id}/comments/{comment}",
            "/users/{name}/posts",
            "/files/{path}*",
            "/archive/{year}-{month}",
        ];
        let mut routes: Vec<_> = patterns
            .iter()
            .enumerate()
            .map(|(at, it)| bound(at, Method::Get, it))
            .collect();
        routes.push(bound(20, Method::Post, "/posts"));
        let router = Router::new(routes);
        for (path, wanted) in [
            ("/", "/"),
            ("/posts", "/posts"),
            ("/posts/7", "/posts/{id:[0-9]+} id=7"),
            ("/posts/seven", "/posts/{slug} slug=seven"),
            (
                "/posts/7/comments/x%20y",
                "/posts/{id}/comments/{comment} id=7,comment=x y",
            ),
            ("/users/ada/posts", "/users/{name}/posts name=ada"),
            ("/files/a/b.txt", "/files/{path}* path=a/b.txt"),
            (
                "/archive/2026-11",
                "/archive/{year}-{month} year=2026,month=11",
            ),
            ("/posts/", "404"),
            ("/nowhere", "404"),
        ] {
            assert_eq!(found(&router, Http::GET, path), wanted, "{path}");
        }
        assert_eq!(found(&router, Http::POST, "/posts"), "/posts");
        assert_eq!(found(&router, Http::HEAD, "/posts"), "/posts");
        assert_eq!(
            found(&router, Http::DELETE, "/posts"),
            "405 GET, POST, HEAD, OPTIONS"
        );
        assert_eq!(
            found(&router, Http::TRACE, "/posts"),
            "405 GET, POST, HEAD, OPTIONS"
        );
    }
}
