//! Handlers: what a route runs.

use actix_web::dev::Payload;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;

/// Answers the requests of one route. The box of the future is the one a request costs.
pub trait Handler: Send + Sync {
    /// Answers.
    fn call(&self, request: HttpRequest, payload: Payload)
    -> LocalBoxFuture<'static, HttpResponse>;
}

/// A handler made of a function; what `#[routes]` binds.
pub struct HandlerFn<F>(pub F);

impl<F, Fut> Handler for HandlerFn<F>
where
    F: Fn(HttpRequest, Payload) -> Fut + Send + Sync,
    Fut: Future<Output = HttpResponse> + 'static,
{
    #[inline]
    fn call(
        &self,
        request: HttpRequest,
        payload: Payload,
    ) -> LocalBoxFuture<'static, HttpResponse> {
        Box::pin((self.0)(request, payload))
    }
}
