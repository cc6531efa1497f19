//! A request whose filter has to wait: what it waits for, and how it goes on.

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Instant;

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::header::HeaderValue;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use futures_util::future::LocalBoxFuture;
use savia_core::Context;

use super::future::Work;
use super::{Before, Shared, not_found, other_methods};
use crate::filter::Flow;
use crate::problem::Problem;
use crate::router::BoundRoute;

/// A request whose filter has to wait.
pub(crate) struct Waiting<F> {
    flow: LocalBoxFuture<'static, Flow>,
    /// The filter that has its turn then.
    next: usize,
    onward: Onward<F>,
}

/// Plain actix services.
pub(super) type Services<F> = Rc<dyn Fn(ServiceRequest) -> F>;

/// What answers once the filters have let it pass.
pub(super) enum Onward<F> {
    Handler(Payload),
    OtherMethods(HeaderValue),
    NotFound,
    /// They want the request to themselves.
    Services(ServiceRequest, Services<F>),
}

impl<F> Onward<F> {
    /// The work of answering, to be made inside the request's context.
    pub(super) fn work(
        self,
        request: Option<&HttpRequest>,
        bound: Option<&Arc<BoundRoute>>,
    ) -> Work<F> {
        let response = match (self, request, bound) {
            (Self::Handler(payload), Some(request), Some(bound)) => {
                let future = bound.handler.call(request.clone(), payload);
                return Work::Handler { future };
            }
            (Self::Services(request, services), ..) => {
                return Work::Services {
                    future: services(request),
                };
            }
            (Self::OtherMethods(allow), Some(request), _) => other_methods(request, allow),
            (Self::NotFound, Some(request), _) => not_found(request),
            _ => Problem::internal("no request").error_response(),
        };
        Work::Answered {
            response: Some(response),
        }
    }

    /// A filter has answered instead.
    pub(super) fn answered(
        self,
        request: &mut Option<HttpRequest>,
        response: HttpResponse,
    ) -> Work<F> {
        if let Self::Services(held, _) = self {
            *request = Some(held.into_parts().0);
        }
        Work::Answered {
            response: Some(response),
        }
    }
}

impl<F> Waiting<F> {
    /// The work that waits.
    pub(super) fn work(
        flow: LocalBoxFuture<'static, Flow>,
        next: usize,
        onward: Onward<F>,
    ) -> Work<F> {
        let waiting = Self { flow, next, onward };
        Work::Waiting {
            waiting: Some(Box::new(waiting)),
        }
    }

    /// Whether it has been decided.
    pub(super) fn poll(&mut self, cx: &mut TaskContext<'_>) -> Poll<Flow> {
        Pin::new(&mut self.flow).poll(cx)
    }

    /// The work that comes next: of the filters behind, or of the handler. `request` is what the
    /// answer is made for; plain services have had it to themselves until they are passed over.
    pub(super) fn resume(
        self,
        shared: &Shared,
        request: &mut Option<HttpRequest>,
        bound: Option<&Arc<BoundRoute>>,
        started: Instant,
        flow: Flow,
    ) -> Work<F> {
        match flow {
            Flow::Answer(response) => return self.onward.answered(request, response),
            Flow::Later(flow) => return Self::work(flow, self.next, self.onward),
            Flow::Continue => {}
        }
        let before = {
            let held = match &self.onward {
                Onward::Services(request, _) => Some(request.request()),
                _ => request.as_ref(),
            };
            match (held, Context::current()) {
                (Some(held), Some(context)) => {
                    shared.before(held, bound, &context, started, self.next)
                }
                // The pipeline polls inside a context, with the request or its services' own.
                _ => Before::Answered(Problem::internal("no context").error_response()),
            }
        };
        match before {
            Before::Answered(response) => self.onward.answered(request, response),
            Before::Waits { flow, next } => Self::work(flow, next, self.onward),
            Before::Passed => self.onward.work(request.as_ref(), bound),
        }
    }
}
