//! What becomes a problem: core's error, actix-web's errors, a user's own.

use std::convert::Infallible;

use actix_web::http::StatusCode;
use actix_web::http::header;
use savia_core::error::ErrorMapper;
use savia_core::{Context, Error, ErrorKind};

use super::Problem;

/// An error that a handler may return.
///
/// [`savia_core::Error`], which every `std::error::Error` becomes with `?`, is one. Implement it
/// for an enum of your own to say what the caller sees of each case:
///
/// ```
/// use savia_starter_web::Problem;
/// use savia_starter_web::problem::IntoProblem;
///
/// enum OrderError { SoldOut, Closed }
///
/// impl IntoProblem for OrderError {
///     fn into_problem(self) -> Problem {
///         match self {
///             Self::SoldOut => Problem::conflict("sold out").with_code("sold_out"),
///             Self::Closed => Problem::unavailable("the shop is closed"),
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what the caller sees of it",
    label = "not an error a handler can return",
    note = "return `savia::Result<…>`: `?` turns any `std::error::Error` into its error",
    note = "or implement `savia::web::problem::IntoProblem` for `{Self}`"
)]
pub trait IntoProblem {
    /// The error as the caller sees it.
    fn into_problem(self) -> Problem;
}

impl IntoProblem for Problem {
    #[inline]
    fn into_problem(self) -> Problem {
        self
    }
}

impl IntoProblem for Infallible {
    fn into_problem(self) -> Problem {
        match self {}
    }
}

impl IntoProblem for Error {
    fn into_problem(self) -> Problem {
        let error = if self.kind() == ErrorKind::Internal {
            mapped(self)
        } else {
            self
        };
        if let Some(problem) = error.downcast_ref::<Problem>() {
            return problem.clone();
        }
        let problem = Problem::new(status(error.kind())).with_errors(error.broken_rules().to_vec());
        let problem = match (error.public_text(), error.kind()) {
            (Some(text), _) => problem.with_detail(text.to_owned()),
            (None, ErrorKind::Internal) => problem.with_detail("internal server error"),
            (None, _) => problem,
        };
        if error.source().is_some() || problem.status().is_server_error() {
            problem.with_cause(error)
        } else {
            problem
        }
    }
}

/// Lets the application's mappers say what an error that came by `?` is to the caller.
#[cold]
fn mapped(error: Error) -> Error {
    let Some(app) = Context::with_current(|context| context.map(|context| context.app().clone()))
    else {
        return error;
    };
    let mappers = app.components::<dyn ErrorMapper>();
    error.mapped(mappers.iter().map(|mapper| &**mapper))
}

fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::BadRequest => StatusCode::BAD_REQUEST,
        ErrorKind::Unauthorized => StatusCode::UNAUTHORIZED,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Timeout => StatusCode::GATEWAY_TIMEOUT,
        // The enum may grow; what this version does not know is our own fault.
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoProblem for actix_web::Error {
    /// actix-web's own extractors fail with these; a user's `ResponseError` arrives as one too.
    fn into_problem(self) -> Problem {
        of_actix(&self)
    }
}

/// What an error of actix-web's is to the caller.
pub(crate) fn of_actix(error: &actix_web::Error) -> Problem {
    if let Some(problem) = error.as_error::<Problem>() {
        return problem.clone();
    }
    let error = error.as_response_error();
    let status = error.status_code();
    if !status.is_client_error() {
        // A 2xx or 3xx "error" is a redirect or worse; the caller is told that it failed.
        let status = if status.is_server_error() {
            status
        } else {
            StatusCode::INTERNAL_SERVER_ERROR
        };
        return Problem::of(status, "internal server error").with_cause(error);
    }
    let mut problem = Problem::of(status, error.to_string());
    for (name, value) in error.error_response().headers() {
        // What describes the body describes another body than the problem's.
        if ![header::CONTENT_TYPE, header::CONTENT_LENGTH].contains(name) {
            problem.0.headers.push((name.clone(), value.clone()));
        }
    }
    problem
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        error.into_problem()
    }
}

#[cfg(test)]
mod tests {
    use savia_core::validation::Violation;

    use super::*;

    #[test]
    fn each_kind_of_error_has_its_status() {
        let check = |error: Error, status: u16, detail: &str| {
            let problem = error.into_problem();
            assert_eq!(
                (problem.status().as_u16(), problem.detail()),
                (status, Some(detail))
            );
        };
        check(Error::bad_request("a"), 400, "a");
        check(Error::unauthorized("a"), 401, "a");
        check(Error::forbidden("a"), 403, "a");
        check(Error::not_found("a"), 404, "a");
        check(Error::conflict("a"), 409, "a");
        check(Error::invalid("a"), 422, "a");
        check(Error::too_many_requests("a"), 429, "a");
        check(Error::internal("the secret"), 500, "internal server error");
        check(Error::unavailable("a"), 503, "a");
        check(Error::timeout("a"), 504, "a");
    }

    #[test]
    fn an_internal_cause_is_for_the_log() {
        let problem = Error::from(std::fmt::Error).into_problem();
        assert_eq!(problem.detail(), Some("internal server error"));
        assert_eq!(problem.cause(), Some(std::fmt::Error.to_string().as_str()));
    }

    #[test]
    fn a_problem_survives_the_question_mark() {
        fn fails() -> savia_core::Result<()> {
            Err(Problem::conflict("taken").with_code("taken"))?;
            Ok(())
        }
        let problem = fails().unwrap_err().into_problem();
        assert_eq!(
            (problem.status().as_u16(), problem.code()),
            (409, Some("taken"))
        );
    }

    #[test]
    fn broken_rules_are_listed() {
        let broken = Violation {
            field: "a".into(),
            code: "length".into(),
            message: "b".into(),
        };
        let problem = Error::violations(vec![broken.clone()]).into_problem();
        assert_eq!(
            (problem.status().as_u16(), problem.errors()),
            (422, &[broken][..])
        );
    }

    #[test]
    fn errors_of_actix_keep_their_status_and_headers() {
        let problem =
            actix_web::Error::from(actix_web::error::PayloadError::Overflow).into_problem();
        assert_eq!(problem.status(), 413);
        let secret = actix_web::error::ErrorInternalServerError("hunter2").into_problem();
        assert_eq!(secret.detail(), Some("internal server error"));
        let inner = actix_web::Error::from(Problem::forbidden("no")).into_problem();
        assert_eq!((inner.status().as_u16(), inner.detail()), (403, Some("no")));
    }
}
