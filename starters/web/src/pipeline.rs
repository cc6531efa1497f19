//! The pipeline: the one middleware. It finds the route, runs the filters and the handler, and
//! answers whatever happens.
//!
//! A request costs one box (the handler's future) and one shared context. The deadline's timer is
//! made only when a handler has to wait, and a request resolves nothing.

#![allow(
    clippy::redundant_allocation,
    reason = "a worker's requests count an `Rc`, not the atomic one that workers share"
)]

mod future;
mod trace;
mod waiting;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::body::BoxBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;
use savia_core::Context;
use savia_core::app::AppHandle;
use savia_core::context::ContextKind;

use crate::access::{AccessControl, AccessRule, ClosedByDefault};
use crate::filter::{Exchange, Flow, WebFilter};
use crate::problem::Problem;
use crate::router::{BoundRoute, Found, Router};

use future::PipelineFuture;
use waiting::{Onward, Services, Waiting};

/// What all workers share: everything that is decided at start.
pub(crate) struct Shared {
    pub(crate) app: AppHandle,
    pub(crate) router: Router,
    before: Box<[Arc<dyn WebFilter>]>,
    /// In the order in which they run: the innermost first.
    after: Box<[Arc<dyn WebFilter>]>,
    access: Option<Arc<dyn AccessControl>>,
    /// Asked of what no route answers, where the application is closed.
    otherwise: Option<AccessRule>,
    compression_min_size: usize,
    compression: bool,
    timeout: Option<Duration>,
    /// Whether plain actix services stand behind the routes.
    has_services: bool,
}

/// What holds for requests that no route of ours answers.
pub(crate) struct Defaults {
    pub(crate) compression: bool,
    pub(crate) compression_min_size: usize,
    pub(crate) timeout: Option<Duration>,
    pub(crate) has_services: bool,
}

impl Shared {
    /// Puts routes and filters together; filters are told the routes.
    pub(crate) fn new(
        app: AppHandle,
        router: Router,
        mut filters: Vec<Arc<dyn WebFilter>>,
        defaults: Defaults,
    ) -> Self {
        filters.sort_by(|a, b| (a.order(), a.name()).cmp(&(b.order(), b.name())));
        let mut routes: Vec<_> = router
            .routes()
            .map(|bound| Arc::clone(&bound.route))
            .collect();
        routes.sort_by_key(|route| route.index);
        for filter in &filters {
            filter.prepare(&routes);
        }
        Self {
            access: app.component::<dyn AccessControl>(),
            otherwise: app
                .component::<ClosedByDefault>()
                .map(|_| AccessRule::Authenticated),
            app,
            router,
            before: filters
                .iter()
                .filter(|it| it.hooks().before)
                .cloned()
                .collect(),
            after: filters
                .iter()
                .filter(|it| it.hooks().after)
                .rev()
                .cloned()
                .collect(),
            compression_min_size: defaults.compression_min_size,
            compression: defaults.compression,
            timeout: defaults.timeout,
            has_services: defaults.has_services,
        }
    }

    /// Runs what comes before the handler, from the filter at `first` on.
    fn before(
        &self,
        request: &HttpRequest,
        bound: Option<&Arc<BoundRoute>>,
        context: &Context,
        started: Instant,
        first: usize,
    ) -> Before {
        let route = bound.map(|bound| &bound.route);
        let exchange = Exchange {
            request,
            route,
            context,
            started,
        };
        let decide = || {
            for (at, filter) in self.before.iter().enumerate().skip(first) {
                match filter.before(&exchange) {
                    Flow::Continue => {}
                    Flow::Answer(response) => return Before::Answered(response),
                    Flow::Later(flow) => return Before::Waits { flow, next: at + 1 },
                }
            }
            let rule = match route {
                Some(route) => route.meta.access.as_ref(),
                None => self.otherwise.as_ref(),
            };
            match rule {
                Some(rule) => self.decide(rule, &exchange),
                None => Before::Passed,
            }
        };
        catch_unwind(AssertUnwindSafe(decide))
            .unwrap_or_else(|panic| Before::Answered(future::panicked(request, &*panic)))
    }

    /// Whether the caller may. Nobody may where nobody decides: the check before the start has
    /// refused that, and a door that is left over stays closed.
    fn decide(&self, rule: &AccessRule, exchange: &Exchange<'_>) -> Before {
        let decided = self.access.as_ref().map(|it| it.decide(rule, exchange));
        match decided {
            Some(Flow::Continue) => Before::Passed,
            Some(Flow::Answer(response)) => Before::Answered(response),
            Some(Flow::Later(_)) | None => Before::Answered(
                Problem::new(StatusCode::FORBIDDEN).into_response(exchange.request),
            ),
        }
    }

    /// Whether anything has to run before the handler of this route.
    #[inline]
    fn has_before(&self, bound: Option<&Arc<BoundRoute>>) -> bool {
        !self.before.is_empty()
            || match bound {
                Some(bound) => bound.route.meta.access.is_some(),
                None => self.otherwise.is_some(),
            }
    }

    /// Runs what comes after the handler, and compresses.
    fn finish(
        &self,
        request: &HttpRequest,
        bound: Option<&Arc<BoundRoute>>,
        context: &Context,
        started: Instant,
        mut response: HttpResponse,
    ) -> HttpResponse {
        let route = bound.map(|bound| &bound.route);
        let exchange = Exchange {
            request,
            route,
            context,
            started,
        };
        let after = || {
            for filter in &self.after {
                filter.after(&exchange, &mut response);
            }
        };
        if let Err(panic) = catch_unwind(AssertUnwindSafe(after)) {
            response = future::panicked(request, &*panic);
        }
        if bound.map_or(self.compression, |bound| bound.compression) {
            crate::compression::compress(request, response, self.compression_min_size)
        } else {
            response
        }
    }
}

/// What came of the filters and of the rule.
enum Before {
    /// The handler has its turn.
    Passed,
    /// This is the answer.
    Answered(HttpResponse),
    /// The filter before `next` has to wait.
    Waits {
        flow: LocalBoxFuture<'static, Flow>,
        next: usize,
    },
}

/// The most bytes the body of this request may have: the route's limit, or the server's.
#[inline]
pub(crate) fn body_limit(request: &HttpRequest) -> usize {
    Context::with_current(|context| {
        context
            .and_then(Context::subject::<BoundRoute>)
            .map(|bound| bound.body_limit)
    })
    .or_else(|| request.app_data::<BodyLimit>().map(|limit| limit.0))
    .unwrap_or(DEFAULT_BODY_LIMIT)
}

/// `server.body_limit`, for plain actix handlers that use our extractors.
#[derive(Clone, Copy)]
pub(crate) struct BodyLimit(pub(crate) usize);

/// What holds where nothing has been configured: 2 MiB, as axum has it.
const DEFAULT_BODY_LIMIT: usize = 2 * 1024 * 1024;

/// The middleware's factory; `App::wrap` takes it.
pub(crate) struct Pipeline(pub(crate) Arc<Shared>);

impl<S> Transform<S, ServiceRequest> for Pipeline
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = actix_web::Error>
        + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = actix_web::Error;
    type Transform = PipelineService<S>;
    type InitError = ();
    type Future = std::future::Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        // A worker has one thread: its own count of references is not atomic.
        let shared = Rc::new(Arc::clone(&self.0));
        let inner = Rc::new(inner);
        let services = Rc::clone(&inner);
        std::future::ready(Ok(PipelineService {
            inner,
            services: Rc::new(move |request| services.call(request)),
            shared,
        }))
    }
}

/// The pipeline of one worker.
pub(crate) struct PipelineService<S: Service<ServiceRequest>> {
    inner: Rc<S>,
    /// The same, to be called later.
    services: Services<S::Future>,
    shared: Rc<Arc<Shared>>,
}

impl<S> Service<ServiceRequest> for PipelineService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<BoxBody>, Error = actix_web::Error>
        + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = actix_web::Error;
    type Future = PipelineFuture<S::Future>;

    forward_ready!(inner);

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let shared = &**self.shared;
        let started = Instant::now();
        let method = request.method().clone();
        let (bound, otherwise) = match shared.router.find(&method, request.match_info_mut()) {
            Found::Route(bound) => (Some(Arc::clone(bound)), None),
            Found::OtherMethods(allow) => (None, Some(allow)),
            Found::Nothing => (None, None),
        };
        let subject = bound
            .clone()
            .map(|bound| bound as Arc<dyn std::any::Any + Send + Sync>);
        let mut slot = Some(Context::about(
            shared.app.clone(),
            ContextKind::Request,
            subject,
        ));
        if let (Some(context), Some(parent)) = (&slot, trace::parent(request.headers())) {
            context.set_trace_parent(parent);
        }
        let before = match &slot {
            Some(context) if shared.has_before(bound.as_ref()) => {
                let context = context.clone();
                let _entered = savia_core::context::Entered::enter(&mut slot);
                shared.before(request.request(), bound.as_ref(), &context, started, 0)
            }
            _ => Before::Passed,
        };
        let timeout = bound.as_ref().map_or(shared.timeout, |bound| bound.timeout);
        let (mut request, onward) = match (&bound, otherwise) {
            (None, None) if shared.has_services => {
                (None, Onward::Services(request, Rc::clone(&self.services)))
            }
            (bound, otherwise) => {
                let (request, payload) = request.into_parts();
                let onward = match (bound, otherwise) {
                    (Some(_), _) => Onward::Handler(payload),
                    (None, Some(allow)) => Onward::OtherMethods(allow),
                    (None, None) => Onward::NotFound,
                };
                (Some(request), onward)
            }
        };
        let work = match before {
            Before::Passed => {
                let _entered = savia_core::context::Entered::enter(&mut slot);
                onward.work(request.as_ref(), bound.as_ref())
            }
            Before::Answered(answer) => onward.answered(&mut request, answer),
            Before::Waits { flow, next } => Waiting::work(flow, next, onward),
        };
        PipelineFuture::new(
            Rc::clone(&self.shared),
            work,
            request,
            bound,
            slot,
            started,
            timeout,
        )
    }
}

/// The path is known, not with this method: 405, or what `OPTIONS` asked for.
fn other_methods(
    request: &HttpRequest,
    allow: actix_web::http::header::HeaderValue,
) -> HttpResponse {
    use actix_web::http::{Method, header};
    let mut response = if request.method() == Method::OPTIONS {
        HttpResponse::NoContent().finish()
    } else {
        Problem::new(StatusCode::METHOD_NOT_ALLOWED)
            .with_detail(format!("{} is not answered here", request.method()))
            .into_response(request)
    };
    response.headers_mut().insert(header::ALLOW, allow);
    response
}

/// No route has this path.
pub(crate) fn not_found(request: &HttpRequest) -> HttpResponse {
    Problem::new(StatusCode::NOT_FOUND)
        .with_detail("nothing is found at this path")
        .into_response(request)
}
