//! How a problem is written to the caller, and to the log.

use std::fmt;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use savia_core::Context;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::Problem;

/// A body of half a megabyte can break a hundred thousand rules; nobody reads more than these.
const MOST_ERRORS: usize = 100;

impl Problem {
    /// The answer to this request; the cause is logged here, and here only.
    pub fn into_response(self, request: &HttpRequest) -> HttpResponse {
        self.answer(Some(request))
    }

    fn answer(&self, request: Option<&HttpRequest>) -> HttpResponse {
        // A handle, not a borrow: what hears the log may enter a context of its own.
        let context = Context::current();
        let request_id = context.as_ref().and_then(Context::request_id);
        self.log(request, request_id);
        let instance = request.map(HttpRequest::path);
        let body = Body {
            problem: self,
            instance,
            request_id,
        };
        // Text and JSON values cannot fail to be written.
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = HttpResponse::with_body(self.status(), BoxBody::new(body));
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        for (name, value) in &self.0.headers {
            headers.append(name.clone(), value.clone());
        }
        response
    }

    fn log(&self, request: Option<&HttpRequest>, request_id: Option<&str>) {
        let Some(cause) = self.cause() else { return };
        let status = self.status().as_u16();
        let method = request.map(|request| request.method().as_str());
        let path = request.map(HttpRequest::path);
        if self.status().is_server_error() {
            tracing::error!(
                status,
                method,
                path,
                request_id,
                error = cause,
                "request failed"
            );
        } else {
            tracing::debug!(
                status,
                method,
                path,
                request_id,
                error = cause,
                "request refused"
            );
        }
    }
}

struct Body<'a> {
    problem: &'a Problem,
    instance: Option<&'a str>,
    request_id: Option<&'a str>,
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let inner = &*self.problem.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", &inner.kind)?;
        let title = inner.title.as_deref().or(inner.status.canonical_reason());
        map.serialize_entry("title", title.unwrap_or("Unknown Error"))?;
        map.serialize_entry("status", &inner.status.as_u16())?;
        if let Some(detail) = &inner.detail {
            map.serialize_entry("detail", detail)?;
        }
        if let Some(instance) = self.instance {
            map.serialize_entry("instance", instance)?;
        }
        if let Some(code) = &inner.code {
            map.serialize_entry("code", code)?;
        }
        if !inner.errors.is_empty() {
            let shown = inner.errors.len().min(MOST_ERRORS);
            map.serialize_entry("errors", &inner.errors[..shown])?;
            if inner.errors.len() > shown {
                map.serialize_entry("errors_left_out", &(inner.errors.len() - shown))?;
            }
        }
        for (name, value) in &inner.members {
            map.serialize_entry(name, value)?;
        }
        if let Some(id) = self.request_id {
            map.serialize_entry("request_id", id)?;
        }
        map.end()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status())?;
        match self.detail() {
            Some(detail) => write!(f, ": {detail}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.answer(None)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use actix_web::body::MessageBody;
    use actix_web::test::TestRequest;
    use savia_core::validation::Violation;
    use serde_json::{Value, json};

    use crate::route::Method;

    use super::*;

    fn answer(problem: Problem) -> (HttpResponse<()>, Value) {
        let request = TestRequest::get().uri("/posts/3").to_http_request();
        let (response, body) = problem.into_response(&request).into_parts();
        let body = body.try_into_bytes().unwrap();
        (response, serde_json::from_slice(&body).unwrap())
    }

    #[test]
    fn a_problem_is_written_as_rfc_9457_says() {
        let (response, body) = answer(
            Problem::conflict("this slug is taken")
                .with_code("slug_taken")
                .with_member("slug", "a"),
        );
        assert_eq!(response.status(), 409);
        assert_eq!(
            response.headers().get("content-type").unwrap(),
            "application/problem+json"
        );
        assert_eq!(
            body,
            json!({
                "type": "about:blank", "title": "Conflict", "status": 409,
                "detail": "this slug is taken", "instance": "/posts/3", "code": "slug_taken",
                "slug": "a",
            })
        );
    }

    #[test]
    fn the_cause_is_not_shown() {
        let (_, body) = answer(Problem::internal("password of the database is hunter2"));
        assert_eq!(body["detail"], "internal server error");
        assert!(!body.to_string().contains("hunter2"));
    }

    #[test]
    fn statuses_that_ask_for_a_header_have_it() {
        let (response, _) = answer(Problem::method_not_allowed([Method::Post, Method::Get]));
        assert_eq!(response.headers().get("allow").unwrap(), "GET, POST");
        let (response, _) = answer(Problem::unauthorized("who?").with_challenge("Bearer"));
        assert_eq!(
            response.headers().get("www-authenticate").unwrap(),
            "Bearer"
        );
        let soon = Duration::from_millis(1_200);
        let (response, _) = answer(Problem::unavailable("later").with_retry_after(soon));
        assert_eq!(response.headers().get("retry-after").unwrap(), "2");
    }

    #[test]
    fn only_so_many_errors_are_listed() {
        let violation = Violation {
            field: "a".into(),
            code: "b".into(),
            message: "c".into(),
        };
        let (_, body) = answer(Problem::invalid(vec![violation; 250]));
        assert_eq!(body["errors"].as_array().unwrap().len(), 100);
        assert_eq!(body["errors_left_out"], 150);
    }
}
