//! Answers that nobody may keep.

use savia_core::__private::schemars::JsonSchema;
use savia_starter_web::actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use savia_starter_web::actix_web::{HttpRequest, HttpResponse};
use savia_starter_web::openapi::{Describe, OperationBuilder};
use savia_starter_web::{Json, Respond};
use serde::Serialize;

/// JSON that no cache keeps: RFC 6749, section 5.1, wants it of tokens (ASVS 14.3.2).
pub(super) struct NoStore<T>(pub(super) T);

impl<T: Serialize> Respond for NoStore<T> {
    fn respond(self, request: &HttpRequest) -> HttpResponse {
        no_store(Json(self.0).respond(request))
    }
}

/// An answer that no cache keeps.
pub(super) fn no_store(mut response: HttpResponse) -> HttpResponse {
    let value = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, value);
    response
}

impl<T: JsonSchema> Describe for NoStore<T> {
    fn response(operation: &mut OperationBuilder<'_>) {
        Json::<T>::response(operation);
    }
}
