//! JSON, written once into the buffer that is sent.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::extract::Json;
use crate::problem::Problem;

use super::{Respond, with_body};

/// Holds most single objects; a list grows it in a few steps.
const CAPACITY: usize = 512;

/// An answer with `value` as JSON, or 500 where it cannot be written.
#[inline]
pub(crate) fn json<T: Serialize + ?Sized>(
    status: StatusCode,
    value: &T,
    request: &HttpRequest,
) -> HttpResponse {
    let mut body = Vec::with_capacity(CAPACITY);
    match serde_json::to_writer(&mut body, value) {
        Ok(()) => with_body(status, "application/json", body),
        Err(error) => Problem::internal(format_args!(
            "the answer cannot be written as JSON: {error}"
        ))
        .into_response(request),
    }
}

impl<T: Serialize> Respond for Json<T> {
    #[inline]
    fn respond(self, request: &HttpRequest) -> HttpResponse {
        json(StatusCode::OK, &self.0, request)
    }
}
