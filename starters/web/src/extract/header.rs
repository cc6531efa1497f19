//! `Header`: one header, as a type.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use savia_core::validation::Violation;

use crate::problem::Problem;

use super::newtype;

/// A type that is read from one header.
///
/// ```
/// use savia_starter_web::Header;
/// use savia_starter_web::extract::FromHeader;
///
/// struct IdempotencyKey(String);
///
/// impl FromHeader for IdempotencyKey {
///     const NAME: &'static str = "idempotency-key";
///
///     fn from_header(text: &str) -> Result<Self, String> {
///         if text.len() > 64 { Err("is longer than 64 bytes".into()) } else { Ok(Self(text.into())) }
///     }
/// }
///
/// async fn pay(key: Header<IdempotencyKey>) -> String {
///     format!("paid once for {}", key.into_inner().0)
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say which header it is read from",
    note = "implement `savia::web::extract::FromHeader` for it"
)]
pub trait FromHeader: Sized {
    /// The header's name, in lower case.
    const NAME: &'static str;

    /// Reads the header's text.
    ///
    /// # Errors
    ///
    /// What is wrong with it, for the caller to read.
    fn from_header(text: &str) -> Result<Self, String>;
}

/// One header of the request: 400 where it is missing or not what [`FromHeader`] expects.
///
/// `Option<Header<T>>` is `None` where it is missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Header<T>(pub T);

newtype!(Header);

impl<T: FromHeader> FromRequest for Header<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match optional(request) {
            Ok(Some(header)) => Ok(header),
            Ok(None) => Err(refused(T::NAME, "required", "is required")),
            Err(problem) => Err(problem),
        })
    }
}

pub(super) fn optional<T: FromHeader>(request: &HttpRequest) -> Result<Option<Header<T>>, Problem> {
    let mut values = request.headers().get_all(T::NAME);
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        // Which of two contradicting headers counts must not be a matter of taste.
        return Err(refused(T::NAME, "duplicate", "is given more than once"));
    }
    let Ok(text) = value.to_str() else {
        return Err(refused(
            T::NAME,
            "invalid",
            "holds other than visible ASCII",
        ));
    };
    T::from_header(text.trim())
        .map(|header| Some(Header(header)))
        .map_err(|message| refused(T::NAME, "invalid", &message))
}

#[cold]
fn refused(name: &str, code: &str, message: &str) -> Problem {
    Problem::bad_request(format!("the header `{name}` {message}")).with_errors(vec![Violation {
        field: name.to_owned(),
        code: code.to_owned(),
        message: message.to_owned(),
    }])
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[derive(Debug, PartialEq)]
    struct Version(u32);

    impl FromHeader for Version {
        const NAME: &'static str = "x-version";

        fn from_header(text: &str) -> Result<Self, String> {
            text.parse()
                .map(Self)
                .map_err(|_| "is not a number".to_owned())
        }
    }

    async fn read(values: &[&str]) -> Result<Version, Problem> {
        let mut request = TestRequest::get();
        for value in values {
            request = request.append_header(("x-version", *value));
        }
        Header::extract(&request.to_http_request())
            .await
            .map(Header::into_inner)
    }

    #[actix_web::test]
    async fn a_header_is_read_or_refused() {
        assert_eq!(read(&["3"]).await.unwrap(), Version(3));
        let check = |problem: Problem, detail: &str| {
            assert_eq!(
                (problem.status().as_u16(), problem.detail()),
                (400, Some(detail))
            );
        };
        check(
            read(&[]).await.unwrap_err(),
            "the header `x-version` is required",
        );
        check(
            read(&["x"]).await.unwrap_err(),
            "the header `x-version` is not a number",
        );
        check(
            read(&["3", "4"]).await.unwrap_err(),
            "the header `x-version` is given more than once",
        );
    }
}
