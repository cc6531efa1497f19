//! The router: a radix tree finds the one resource, whose `ResourceDef` then captures.
//!
//! actix-web's own router tries every resource in turn; with 200 of them the last costs far more
//! than the first. Here the tree (`matchit`) costs the same for all.

mod shape;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ResourceDef;
use actix_web::http::header::HeaderValue;

use crate::handler::Handler;
use crate::route::{Method, Route};

use shape::{Place, Shape};

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
    /// A path without parameters captures nothing, and the tree alone decides on it.
    captures: bool,
    methods: [Option<Arc<BoundRoute>>; Method::COUNT],
    allow: HeaderValue,
}

/// What a request's path and method come to.
pub(crate) enum Found<'a> {
    /// This route answers.
    Route(&'a Arc<BoundRoute>),
    /// The path is known, not with this method; these it has.
    OtherMethods(HeaderValue),
    /// The path is not known.
    Nothing,
}

/// Finds routes: of those that match path and method, the most specific one.
pub(crate) struct Router {
    /// Most specific first.
    resources: Vec<Resource>,
    /// For each shape of whole segments, its resources (they differ by regular expression).
    tree: matchit::Router<Vec<usize>>,
    /// The same for shapes that end in a parameter over the rest of the path.
    tails: matchit::Router<Vec<usize>>,
    /// Resources with a parameter beside text in one segment: tried before the tree's parameters.
    partial: Vec<usize>,
    /// Resources with a parameter that may run over segments: tried last.
    running: Vec<usize>,
}

impl Router {
    /// A router of these routes. A later route of the same method and path is left out; the check
    /// before the start has refused such pairs.
    pub(crate) fn new(routes: impl IntoIterator<Item = Arc<BoundRoute>>) -> Self {
        let mut by_pattern: BTreeMap<String, Vec<Arc<BoundRoute>>> = BTreeMap::new();
        for route in routes {
            let pattern = route.route.pattern.clone();
            by_pattern.entry(pattern).or_default().push(route);
        }
        let mut shaped: Vec<_> = by_pattern
            .into_iter()
            .map(|(pattern, routes)| (Shape::of(&pattern), pattern, routes))
            .collect();
        shaped.sort_by(|a, b| (a.0.rank(), &a.1).cmp(&(b.0.rank(), &b.1)));
        let mut router = Self {
            resources: Vec::with_capacity(shaped.len()),
            tree: matchit::Router::new(),
            tails: matchit::Router::new(),
            partial: Vec::new(),
            running: Vec::new(),
        };
        let (mut whole, mut tails): (Shapes, Shapes) = Default::default();
        for (index, (shape, pattern, routes)) in shaped.into_iter().enumerate() {
            router.resources.push(Resource::new(&pattern, routes));
            match shape.place() {
                Place::Whole(nameless) => whole.entry(nameless).or_default().push(index),
                Place::Tail(nameless) => tails.entry(nameless).or_default().push(index),
                Place::Partial => router.partial.push(index),
                Place::Running => router.running.push(index),
            }
        }
        for (shapes, tree) in [(whole, &mut router.tree), (tails, &mut router.tails)] {
            for (nameless, indices) in shapes {
                // What the tree should refuse after all is found by trying.
                if tree.insert(nameless, indices.clone()).is_err() {
                    router.running.extend(indices);
                }
            }
        }
        router.running.sort_unstable();
        router
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
        let method = Method::from_http(method);
        let whole = self.whole(path.unprocessed());
        // A path without parameters is more specific than any other, and where no pattern has a
        // parameter beside text, one candidate is the only one: it is captured at once.
        if let [only] = whole
            && let resource = &self.resources[*only]
            && let Some(route) = resource.route(method)
            && (!resource.captures
                || (self.partial.is_empty() && resource.def.capture_match_info(path)))
        {
            return Found::Route(route);
        }
        let found = self
            .partial
            .iter()
            .chain(whole)
            .copied()
            .find(|index| self.resources[*index].answers(method, path.unprocessed()));
        match found {
            Some(index) => self.captured(index, method, path),
            None => self.search(method, path),
        }
    }

    /// The resources whose shape of whole segments the path has.
    #[inline]
    fn whole(&self, path: &str) -> &[usize] {
        self.tree.at(path).map_or(&[], |hit| hit.value)
    }

    /// The rare cases: what runs over segments, a regular expression or a method that sends the
    /// request on to a less specific pattern, 405 and 404.
    #[cold]
    fn search(
        &self,
        method: Option<Method>,
        path: &mut actix_web::dev::Path<actix_web::dev::Url>,
    ) -> Found<'_> {
        let is_shaped =
            !self.whole(path.unprocessed()).is_empty() || self.tails.at(path.unprocessed()).is_ok();
        // Where no shape fits, only what the trees do not hold can match.
        let all = 0..self.resources.len();
        let candidates: Vec<usize> = if is_shaped {
            all.collect()
        } else {
            self.partial.iter().chain(&self.running).copied().collect()
        };
        let matching: Vec<usize> = candidates
            .into_iter()
            .filter(|index| self.resources[*index].def.is_match(path.unprocessed()))
            .collect();
        let answering = matching
            .iter()
            .copied()
            .find(|index| self.resources[*index].route(method).is_some());
        match (answering, matching.as_slice()) {
            (Some(index), _) => self.captured(index, method, path),
            (None, []) => Found::Nothing,
            (None, [only]) => Found::OtherMethods(self.resources[*only].allow.clone()),
            (None, several) => Found::OtherMethods(allow(
                several
                    .iter()
                    .flat_map(|index| self.resources[*index].methods.iter().flatten())
                    .map(|bound| bound.route.method),
            )),
        }
    }

    fn captured(
        &self,
        index: usize,
        method: Option<Method>,
        path: &mut actix_web::dev::Path<actix_web::dev::Url>,
    ) -> Found<'_> {
        let resource = &self.resources[index];
        if resource.captures {
            resource.def.capture_match_info(path);
        }
        match resource.route(method) {
            Some(route) => Found::Route(route),
            None => Found::OtherMethods(resource.allow.clone()),
        }
    }
}

/// Nameless patterns with the resources that have them.
type Shapes = BTreeMap<String, Vec<usize>>;

impl Resource {
    fn new(pattern: &str, routes: Vec<Arc<BoundRoute>>) -> Self {
        let mut methods: [Option<Arc<BoundRoute>>; Method::COUNT] = Default::default();
        for route in routes {
            methods[route.route.method as usize].get_or_insert(route);
        }
        let allow = allow(methods.iter().flatten().map(|bound| bound.route.method));
        Self {
            def: ResourceDef::new(pattern),
            captures: pattern.contains('{'),
            methods,
            allow,
        }
    }

    /// The route of this method. What reads can be asked for its head alone; the body is not
    /// sent.
    #[inline]
    fn route(&self, method: Option<Method>) -> Option<&Arc<BoundRoute>> {
        let method = method?;
        match &self.methods[method as usize] {
            None if method == Method::Head => self.methods[Method::Get as usize].as_ref(),
            route => route.as_ref(),
        }
    }

    #[inline]
    fn answers(&self, method: Option<Method>, path: &str) -> bool {
        self.route(method).is_some() && self.def.is_match(path)
    }
}

/// The `Allow` header of a path with these methods.
fn allow(methods: impl Iterator<Item = Method>) -> HeaderValue {
    let mut allowed: BTreeSet<Method> = methods.collect();
    if allowed.contains(&Method::Get) {
        allowed.insert(Method::Head);
    }
    allowed.insert(Method::Options);
    let names: Vec<_> = allowed.into_iter().map(Method::as_str).collect();
    HeaderValue::from_str(&names.join(", ")).unwrap_or_else(|_| HeaderValue::from_static(""))
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

    #[test]
    fn the_most_specific_that_answers_is_found() {
        let routes = [
            (Method::Get, "/g/{tail}*"),
            (Method::Get, "/g/{n:[0-9]{2}}"),
            (Method::Get, "/in/{year:\\d{4}}"),
            (Method::Get, "/in/{tail}*"),
            (Method::Get, "/f/{name}"),
            (Method::Get, "/f/{page}.html"),
            (Method::Get, "/f/index.html"),
            (Method::Get, "/m/{id:[0-9]+}"),
            (Method::Post, "/m/{slug}"),
            (Method::Post, "/m/new"),
            (Method::Get, "/a/{x:[0-9]+}"),
            (Method::Get, "/{any}/b"),
        ];
        let router = Router::new(
            routes
                .iter()
                .enumerate()
                .map(|(at, (method, pattern))| bound(at, *method, pattern)),
        );
        for (method, path, wanted) in [
            (Http::GET, "/g/12", "/g/{n:[0-9]{2}} n=12"),
            (Http::GET, "/g/123", "/g/{tail}* tail=123"),
            (Http::GET, "/g/1/2", "/g/{tail}* tail=1/2"),
            (Http::GET, "/in/2024", "/in/{year:\\d{4}} year=2024"),
            (Http::GET, "/in/then", "/in/{tail}* tail=then"),
            (Http::GET, "/f/index.html", "/f/index.html"),
            (Http::GET, "/f/about.html", "/f/{page}.html page=about"),
            (Http::GET, "/f/about", "/f/{name} name=about"),
            (Http::POST, "/m/55", "/m/{slug} slug=55"),
            (Http::GET, "/m/55", "/m/{id:[0-9]+} id=55"),
            (Http::GET, "/m/abc", "405 POST, OPTIONS"),
            (Http::DELETE, "/m/55", "405 GET, POST, HEAD, OPTIONS"),
            (Http::GET, "/m/new", "405 POST, OPTIONS"),
            (Http::GET, "/a/b", "/{any}/b any=a"),
            (Http::GET, "/a/c", "404"),
        ] {
            assert_eq!(found(&router, method, path), wanted, "{path}");
        }
    }
}
