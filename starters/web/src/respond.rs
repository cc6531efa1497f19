//! Answers: what a handler may return.

mod created;
mod json;
mod redirect;

use std::borrow::Cow;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};

pub use created::Created;
pub use redirect::Redirect;

use crate::problem::{IntoProblem, Problem};

pub(crate) use json::json;

/// A value that a handler may return.
///
/// | type | answer |
/// | --- | --- |
/// | [`Json<T>`](crate::Json) | 200 with the value as JSON |
/// | [`Created<T>`] | 201 with `Location` and the value as JSON |
/// | [`NoContent`], `()` | 204 |
/// | [`Html<T>`], text, bytes | 200 with a body of that type |
/// | [`Redirect`] | 303, 307, 308, … with `Location` |
/// | `StatusCode`, `(StatusCode, R)` | that status; `R`'s answer with that status |
/// | `Option<R>` | `R`'s answer, or the problem 404 |
/// | `Result<R, E>` | `R`'s answer, or the [problem](IntoProblem) that `E` is |
/// | `HttpResponse` | itself |
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an answer",
    label = "a handler cannot return this",
    note = "return `Json<{Self}>` to answer with JSON; the type then needs `#[dto]` or serde's `Serialize`",
    note = "the other answers: `Created<T>`, `NoContent`, `Html<T>`, text, `Redirect`, `StatusCode`, and `Option` and `Result` of them"
)]
pub trait Respond {
    /// The answer to this request.
    fn respond(self, request: &HttpRequest) -> HttpResponse;
}

/// An answer with a body that is there already.
#[inline]
pub(crate) fn with_body(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Bytes>,
) -> HttpResponse {
    let mut response = HttpResponse::with_body(status, BoxBody::new(body.into()));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// 204: done, and nothing to say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NoContent;

impl Respond for NoContent {
    #[inline]
    fn respond(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::new(StatusCode::NO_CONTENT)
    }
}

/// A body of HTML.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Html<T>(pub T);

impl<T: Into<Cow<'static, str>>> Respond for Html<T> {
    fn respond(self, _: &HttpRequest) -> HttpResponse {
        with_body(
            StatusCode::OK,
            "text/html; charset=utf-8",
            bytes(self.0.into()),
        )
    }
}

fn bytes(text: Cow<'static, str>) -> Bytes {
    match text {
        Cow::Borrowed(text) => Bytes::from_static(text.as_bytes()),
        Cow::Owned(text) => Bytes::from(text),
    }
}

macro_rules! text {
    ($($type:ty),*) => {
        $(impl Respond for $type {
            #[inline]
            fn respond(self, _: &HttpRequest) -> HttpResponse {
                with_body(StatusCode::OK, "text/plain; charset=utf-8", bytes(self.into()))
            }
        })*
    };
}

text!(&'static str, String, Cow<'static, str>);

macro_rules! binary {
    ($($type:ty),*) => {
        $(impl Respond for $type {
            #[inline]
            fn respond(self, _: &HttpRequest) -> HttpResponse {
                with_body(StatusCode::OK, "application/octet-stream", self)
            }
        })*
    };
}

binary!(Bytes, Vec<u8>, &'static [u8]);

impl Respond for HttpResponse {
    #[inline]
    fn respond(self, _: &HttpRequest) -> HttpResponse {
        self
    }
}

impl Respond for () {
    #[inline]
    fn respond(self, request: &HttpRequest) -> HttpResponse {
        NoContent.respond(request)
    }
}

impl Respond for StatusCode {
    /// The status alone, or the problem of that name where it is an error.
    fn respond(self, request: &HttpRequest) -> HttpResponse {
        if self.is_client_error() || self.is_server_error() {
            return Problem::new(self).into_response(request);
        }
        HttpResponse::new(self)
    }
}

impl<R: Respond> Respond for (StatusCode, R) {
    fn respond(self, request: &HttpRequest) -> HttpResponse {
        let (status, answer) = self;
        let mut response = answer.respond(request);
        *response.status_mut() = status;
        response
    }
}

impl<R: Respond> Respond for Option<R> {
    #[inline]
    fn respond(self, request: &HttpRequest) -> HttpResponse {
        match self {
            Some(answer) => answer.respond(request),
            None => Problem::not_found("there is no such thing").into_response(request),
        }
    }
}

impl<R: Respond, E: IntoProblem> Respond for Result<R, E> {
    #[inline]
    fn respond(self, request: &HttpRequest) -> HttpResponse {
        match self {
            Ok(answer) => answer.respond(request),
            Err(error) => error.into_problem().into_response(request),
        }
    }
}

impl Respond for Problem {
    fn respond(self, request: &HttpRequest) -> HttpResponse {
        self.into_response(request)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody;
    use actix_web::test::TestRequest;

    use crate::Json;

    use super::*;

    fn check(answer: impl Respond, status: u16, content_type: Option<&str>, body: &str) {
        let request = TestRequest::get().uri("/posts/3").to_http_request();
        let (response, answered) = answer.respond(&request).into_parts();
        let answered = answered.try_into_bytes().unwrap();
        let given = response
            .headers()
            .get("content-type")
            .map(|value| value.to_str().unwrap());
        assert_eq!((response.status().as_u16(), given), (status, content_type));
        assert_eq!(std::str::from_utf8(&answered).unwrap(), body);
    }

    #[test]
    fn each_type_answers_in_its_own_way() {
        let text = Some("text/plain; charset=utf-8");
        check("hello", 200, text, "hello");
        check(String::from("hello"), 200, text, "hello");
        check((StatusCode::ACCEPTED, "later"), 202, text, "later");
        check(Html("<p>"), 200, Some("text/html; charset=utf-8"), "<p>");
        check(vec![104, 105], 200, Some("application/octet-stream"), "hi");
        check(Json(vec![1, 2]), 200, Some("application/json"), "[1,2]");
        check(NoContent, 204, None, "");
        check((), 204, None, "");
        check(StatusCode::ACCEPTED, 202, None, "");
        check(Some("a"), 200, text, "a");
        check(Ok::<_, Problem>("a"), 200, text, "a");
    }

    #[test]
    fn what_is_not_there_is_a_problem() {
        let problem = Some("application/problem+json");
        check(
            None::<&str>,
            404,
            problem,
            r#"{"type":"about:blank","title":"Not Found","status":404,"detail":"there is no such thing","instance":"/posts/3"}"#,
        );
        check(
            StatusCode::GONE,
            410,
            problem,
            r#"{"type":"about:blank","title":"Gone","status":410,"instance":"/posts/3"}"#,
        );
    }

    #[test]
    fn a_value_that_cannot_be_written_is_our_own_fault() {
        let unwritable = std::collections::HashMap::from([((1, 2), 3)]);
        let request = TestRequest::get().to_http_request();
        assert_eq!(Json(unwritable).respond(&request).status(), 500);
    }
}
