//! `Redirect`: the answer is elsewhere.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse};

use crate::problem::Problem;

use super::Respond;
use super::created::location;

/// The answer is elsewhere.
///
/// ```
/// use savia_starter_web::respond::Redirect;
///
/// let after_a_form = Redirect::see_other("/posts/3");
/// assert_eq!(after_a_form.status(), 303);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    status: StatusCode,
    to: String,
}

impl Redirect {
    /// 303: look there, with `GET`; what a form is answered with.
    pub fn see_other(to: impl Into<String>) -> Self {
        Self {
            status: StatusCode::SEE_OTHER,
            to: to.into(),
        }
    }

    /// 307: ask there this time, with the same method and body.
    pub fn temporary(to: impl Into<String>) -> Self {
        Self {
            status: StatusCode::TEMPORARY_REDIRECT,
            to: to.into(),
        }
    }

    /// 308: ask there from now on, with the same method and body.
    pub fn permanent(to: impl Into<String>) -> Self {
        Self {
            status: StatusCode::PERMANENT_REDIRECT,
            to: to.into(),
        }
    }

    /// Its status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Where it leads.
    pub fn to(&self) -> &str {
        &self.to
    }
}

impl Respond for Redirect {
    fn respond(self, request: &HttpRequest) -> HttpResponse {
        let Some(location) = location(self.to) else {
            return Problem::internal("`Location` holds what no header can").into_response(request);
        };
        let mut response = HttpResponse::new(self.status);
        response.headers_mut().insert(LOCATION, location);
        response
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_redirect_leads_somewhere() {
        let request = TestRequest::get().to_http_request();
        let check = |redirect: Redirect, status: u16| {
            let response = redirect.respond(&request);
            assert_eq!(response.status(), status);
            assert_eq!(response.headers().get("location").unwrap(), "/b");
        };
        check(Redirect::see_other("/b"), 303);
        check(Redirect::temporary("/b"), 307);
        check(Redirect::permanent("/b"), 308);
    }
}
