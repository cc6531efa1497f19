//! `Created`: 201, and where the new thing is.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, LOCATION};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::problem::Problem;

use super::{Respond, json};

/// 201 with the new thing as JSON, and `Location` saying where it is.
///
/// ```
/// use savia_starter_web::Created;
///
/// let answer = Created::at("/posts/3", "the post");
/// assert_eq!(answer.location, "/posts/3");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created<T> {
    /// Where the new thing is: a path or URL, percent-encoded where it must be.
    pub location: String,
    /// The new thing.
    pub value: T,
}

impl<T> Created<T> {
    /// `value` was made and is found at `location`.
    pub fn at(location: impl Into<String>, value: T) -> Self {
        Self {
            location: location.into(),
            value,
        }
    }
}

impl<T: Serialize> Respond for Created<T> {
    fn respond(self, request: &HttpRequest) -> HttpResponse {
        let Some(location) = location(self.location) else {
            return Problem::internal("`Location` holds what no header can").into_response(request);
        };
        let mut response = json(StatusCode::CREATED, &self.value, request);
        if response.status() == StatusCode::CREATED {
            response.headers_mut().insert(LOCATION, location);
        }
        response
    }
}

/// A `Location`, unless it holds what no header can: a line break would be another header.
pub(super) fn location(text: String) -> Option<HeaderValue> {
    HeaderValue::from_maybe_shared(actix_web::web::Bytes::from(text)).ok()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn what_was_made_says_where_it_is() {
        let request = TestRequest::post().to_http_request();
        let response = Created::at("/posts/3", 3).respond(&request);
        assert_eq!(response.status(), 201);
        assert_eq!(response.headers().get("location").unwrap(), "/posts/3");
    }

    #[test]
    fn no_header_is_smuggled_in() {
        let request = TestRequest::post().to_http_request();
        let response = Created::at("/posts/3\r\nset-cookie: a=b", 3).respond(&request);
        assert_eq!(response.status(), 500);
        assert!(response.headers().get("set-cookie").is_none());
    }
}
