//! One request on its way: polled inside its context, within its time, and past any panic.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::{Duration, Instant};

use actix_web::body::BoxBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;
use pin_project_lite::pin_project;
use savia_core::Context;
use savia_core::context::Entered;
use tokio::time::Sleep;

use super::Shared;
use super::waiting::Waiting;
use crate::filter::Flow;
use crate::problem::{Problem, of_actix};
use crate::router::BoundRoute;

pin_project! {
    /// What answers a request.
    #[project = WorkProjection]
    pub(crate) enum Work<F> {
        /// A route of ours.
        Handler { future: LocalBoxFuture<'static, HttpResponse> },
        /// Plain actix services.
        Services { #[pin] future: F },
        /// A filter has to wait first.
        Waiting { waiting: Option<Box<Waiting<F>>> },
        /// It has been answered already.
        Answered { response: Option<HttpResponse> },
    }
}

pin_project! {
    /// One request on its way.
    pub(crate) struct PipelineFuture<F> {
        #[pin]
        work: Work<F>,
        shared: Rc<Arc<Shared>>,
        // Plain services hold the request themselves: actix lets nobody else while it routes.
        request: Option<HttpRequest>,
        bound: Option<Arc<BoundRoute>>,
        context: Option<Context>,
        started: Instant,
        timeout: Option<Duration>,
        sleep: Option<Pin<Box<Sleep>>>,
    }
}

impl<F> PipelineFuture<F> {
    pub(super) fn new(
        shared: Rc<Arc<Shared>>,
        work: Work<F>,
        request: Option<HttpRequest>,
        bound: Option<Arc<BoundRoute>>,
        context: Option<Context>,
        started: Instant,
        timeout: Option<Duration>,
    ) -> Self {
        Self {
            work,
            shared,
            request,
            bound,
            context,
            started,
            timeout,
            sleep: None,
        }
    }
}

/// How far the work has come.
pub(super) enum Outcome {
    Response(HttpResponse),
    Service(Result<ServiceResponse<BoxBody>, actix_web::Error>),
}

/// What came of a poll.
enum Step<F> {
    /// The work is done.
    Done(Outcome),
    /// A filter has said how it goes on.
    Decided(Flow, Box<Waiting<F>>),
}

impl<F> Future for PipelineFuture<F>
where
    F: Future<Output = Result<ServiceResponse<BoxBody>, actix_web::Error>>,
{
    type Output = Result<ServiceResponse<BoxBody>, actix_web::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let entered = Entered::enter(this.context);
        let polled = catch_unwind(AssertUnwindSafe(|| {
            loop {
                let (flow, waiting) = match this.work.as_mut().poll_work(cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Step::Done(outcome)) => return Poll::Ready(outcome),
                    Poll::Ready(Step::Decided(flow, waiting)) => (flow, waiting),
                };
                let bound = this.bound.as_ref();
                let next = waiting.resume(this.shared, this.request, bound, *this.started, flow);
                this.work.set(next);
            }
        }));
        let outcome = match polled {
            Ok(Poll::Ready(outcome)) => outcome,
            Ok(Poll::Pending) => match this.request {
                // Past its time, a request is answered and its work dropped. Plain services keep
                // the request to themselves and so cannot be cut short.
                Some(request) => {
                    ready!(poll_timeout(this.timeout, this.sleep, cx));
                    Outcome::Response(timed_out(request))
                }
                None => return Poll::Pending,
            },
            Err(panic) => match this.request {
                Some(request) => Outcome::Response(panicked(request, &*panic)),
                None => Outcome::Service(Err(service_panicked(&*panic))),
            },
        };
        let (request, response) = match outcome {
            Outcome::Response(response) => match this.request.take() {
                Some(request) => (request, response),
                None => return Poll::Ready(Err(polled_again())),
            },
            Outcome::Service(Ok(answered)) => {
                let (request, response) = answered.into_parts();
                let response = in_our_words(&request, response);
                (request, response)
            }
            Outcome::Service(Err(error)) => return Poll::Ready(Err(error)),
        };
        drop(entered);
        // The handler's own handle to the request goes first, so that actix can use it again.
        this.work.set(Work::Answered { response: None });
        let Some(context) = this.context.as_ref() else {
            return Poll::Ready(Err(polled_again()));
        };
        let response = this.shared.finish(
            &request,
            this.bound.as_ref(),
            context,
            *this.started,
            response,
        );
        Poll::Ready(Ok(ServiceResponse::new(request, response)))
    }
}

impl<F> Work<F>
where
    F: Future<Output = Result<ServiceResponse<BoxBody>, actix_web::Error>>,
{
    fn poll_work(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Step<F>> {
        match self.project() {
            WorkProjection::Handler { future } => future
                .as_mut()
                .poll(cx)
                .map(Outcome::Response)
                .map(Step::Done),
            WorkProjection::Services { future } => {
                future.poll(cx).map(Outcome::Service).map(Step::Done)
            }
            WorkProjection::Waiting { waiting } => {
                let flow = match waiting.as_mut() {
                    Some(waiting) => ready!(waiting.poll(cx)),
                    None => return Poll::Ready(Step::Done(Outcome::Service(Err(polled_again())))),
                };
                Poll::Ready(match waiting.take() {
                    Some(waiting) => Step::Decided(flow, waiting),
                    None => Step::Done(Outcome::Service(Err(polled_again()))),
                })
            }
            WorkProjection::Answered { response } => {
                Poll::Ready(Step::Done(match response.take() {
                    Some(response) => Outcome::Response(response),
                    None => Outcome::Service(Err(polled_again())),
                }))
            }
        }
    }
}

/// The timer is made when the work has to wait for the first time.
fn poll_timeout(
    timeout: &Option<Duration>,
    sleep: &mut Option<Pin<Box<Sleep>>>,
    cx: &mut TaskContext<'_>,
) -> Poll<()> {
    let Some(timeout) = *timeout else {
        return Poll::Pending;
    };
    sleep
        .get_or_insert_with(|| Box::pin(tokio::time::sleep(timeout)))
        .as_mut()
        .poll(cx)
}

#[cold]
fn timed_out(request: &HttpRequest) -> HttpResponse {
    tracing::warn!(
        "{} {} took longer than it may",
        request.method(),
        request.path()
    );
    Problem::new(StatusCode::SERVICE_UNAVAILABLE)
        .with_detail("the request took longer than it may")
        .into_response(request)
}

#[cold]
pub(super) fn panicked(request: &HttpRequest, panic: &(dyn Any + Send)) -> HttpResponse {
    tracing::error!(
        "the handler of {} {} panicked: {}",
        request.method(),
        request.path(),
        panic_text(panic)
    );
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response(request)
}

/// A plain service has its request to itself, so the answer is made by actix-web of the error:
/// a problem too, without the headers that filters give.
#[cold]
fn service_panicked(panic: &(dyn Any + Send)) -> actix_web::Error {
    tracing::error!("a plain actix-web service panicked: {}", panic_text(panic));
    let problem = Problem::of(StatusCode::INTERNAL_SERVER_ERROR, "internal server error");
    let id = Context::with_current(|it| it.and_then(|it| it.request_id().map(str::to_owned)));
    match id {
        Some(id) => problem.with_member("request_id", id).into(),
        None => problem.into(),
    }
}

/// The error of a plain service, as a problem. What it answered in words of its own stays; plain
/// text is what actix-web says where nobody chose words.
fn in_our_words(request: &HttpRequest, response: HttpResponse) -> HttpResponse {
    let content_type = response.headers().get(header::CONTENT_TYPE);
    let is_plain = content_type.is_none_or(|it| it.as_bytes().starts_with(b"text/plain"));
    match response.error() {
        Some(error) if is_plain => of_actix(error).into_response(request),
        _ => response,
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "a value that is no text".to_owned())
}

#[cold]
fn polled_again() -> actix_web::Error {
    actix_web::error::ErrorInternalServerError("the request was polled after its end")
}
