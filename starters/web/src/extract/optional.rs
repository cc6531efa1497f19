//! `Option<…>` of an extractor: nothing there is not the same as something wrong there.

use std::future::{Ready, ready};

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::web::Bytes;
use savia_core::validation::Validate;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

use super::body::Reading;
use super::content_type::{self, has_no_body};
use super::header::{self, FromHeader};
use super::{Body, Form, Header, Json, Text, form, json};

/// An extractor of something that a request may do without; `Option<E>` in a handler uses it.
///
/// actix-web's own `Option<E>` is `None` whenever `E` fails, so that a broken body passes for none.
/// Handlers of `#[routes]` use this instead: `None` where there is nothing, and still a problem
/// where there is something wrong.
#[diagnostic::on_unimplemented(
    message = "`Option<{Self}>` cannot be taken from a request",
    note = "`Json`, `Form`, `Body`, `Text` and `Header` can be optional; a query has optional fields instead"
)]
pub trait FromRequestOptional: Sized {
    /// What reads it.
    type Future: Future<Output = Result<Option<Self>, Problem>>;

    /// Reads it, if it is there.
    fn from_request_optional(request: &HttpRequest, payload: &mut Payload) -> Self::Future;
}

impl<T: DeserializeOwned + Validate + 'static> FromRequestOptional for Json<T> {
    type Future = Reading<Option<Self>>;

    fn from_request_optional(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if has_no_body(request) {
            return Reading::settled(Ok(None));
        }
        let finish = content_type::JSON
            .check(request)
            .map(|()| some_json::<T> as _);
        Reading::start(request, payload, finish)
    }
}

fn some_json<T: DeserializeOwned + Validate>(body: Bytes) -> Result<Option<Json<T>>, Problem> {
    if body.is_empty() {
        Ok(None)
    } else {
        json::parse(body).map(Some)
    }
}

impl<T: DeserializeOwned + Validate + 'static> FromRequestOptional for Form<T> {
    type Future = Reading<Option<Self>>;

    fn from_request_optional(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if has_no_body(request) {
            return Reading::settled(Ok(None));
        }
        let finish = content_type::FORM
            .check(request)
            .map(|()| some_form::<T> as _);
        Reading::start(request, payload, finish)
    }
}

fn some_form<T: DeserializeOwned + Validate>(body: Bytes) -> Result<Option<Form<T>>, Problem> {
    if body.is_empty() {
        Ok(None)
    } else {
        form::parse(body).map(Some)
    }
}

impl FromRequestOptional for Body {
    type Future = Reading<Option<Self>>;

    fn from_request_optional(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        Reading::start(
            request,
            payload,
            Ok(|body| Ok((!body.is_empty()).then_some(Self(body)))),
        )
    }
}

impl FromRequestOptional for Text {
    type Future = Reading<Option<Self>>;

    fn from_request_optional(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        Reading::start(
            request,
            payload,
            Ok(|body| {
                if body.is_empty() {
                    Ok(None)
                } else {
                    super::body::text(body).map(Some)
                }
            }),
        )
    }
}

impl<T: FromHeader> FromRequestOptional for Header<T> {
    type Future = Ready<Result<Option<Self>, Problem>>;

    fn from_request_optional(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(header::optional(request))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
    use actix_web::test::TestRequest;

    use super::*;

    async fn read(body: &'static str, content_type: &str) -> Result<Option<Json<u8>>, u16> {
        let mut request = TestRequest::post().set_payload(body);
        request = request.insert_header((CONTENT_LENGTH, body.len()));
        if !content_type.is_empty() {
            request = request.insert_header((CONTENT_TYPE, content_type));
        }
        let (request, mut payload) = request.to_http_parts();
        Json::from_request_optional(&request, &mut payload)
            .await
            .map_err(|problem| problem.status().as_u16())
    }

    #[actix_web::test]
    async fn nothing_is_none_and_nonsense_is_a_problem() {
        assert_eq!(read("", "").await, Ok(None));
        assert_eq!(read("", "application/json").await, Ok(None));
        assert_eq!(read("5", "application/json").await, Ok(Some(Json(5))));
        assert_eq!(read("5", "text/plain").await, Err(415));
        assert_eq!(read("{", "application/json").await, Err(400));
    }
}
