//! `Path`: the parameters of the path.

use std::future::{Ready, ready};

use actix_router::PathDeserializer;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use savia_core::validation::{Validate, Violation, fault};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

use crate::problem::Problem;

use super::{encoding, newtype};

/// The path's parameters: one value, a tuple in their order, or a `#[dto]` by their names.
///
/// ```
/// # use savia_starter_web::Path;
/// // #[get("/{author}/{id}")]
/// async fn show(at: Path<(String, i64)>) -> String {
///     let (author, id) = at.into_inner();
///     format!("{author}'s post {id}")
/// }
/// ```
///
/// A parameter that does not parse, or breaks its rules, is 400 and named in `errors`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Path<T>(pub T);

newtype!(Path);

impl<T: DeserializeOwned + Validate> FromRequest for Path<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    #[inline]
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request))
    }
}

#[inline]
fn parse<T: DeserializeOwned + Validate>(request: &HttpRequest) -> Result<Path<T>, Problem> {
    // actix decodes what it can and replaces what it cannot; only the raw path still shows it.
    if let Some(fault) = encoding::fault(request.uri().path()) {
        return Err(Problem::bad_request(format!("the path {fault}")));
    }
    match T::deserialize(PathDeserializer::new(request.match_info())) {
        Ok(value) => match value.validate() {
            Ok(()) => Ok(Path(value)),
            Err(violations) => Err(refused(named(request, violations))),
        },
        Err(error) => Err(misfit::<T>(request, &error.to_string())),
    }
}

#[cold]
fn misfit<T: DeserializeOwned>(request: &HttpRequest, said: &str) -> Problem {
    if said.starts_with("wrong number of parameters") || said.starts_with("unsupported type") {
        // The route's path and its handler do not fit each other: no caller can help that.
        return Problem::internal(format_args!(
            "the parameters of the path do not fit: {said}"
        ));
    }
    let reader = PathDeserializer::new(request.match_info());
    let Some((path, error)) = fault::locate::<T, _>(reader) else {
        return Problem::bad_request(said.to_owned());
    };
    let mut violation = fault::violation(&path, &error.to_string());
    if let Some(Segment::Seq { index }) = path.iter().next() {
        violation.field = format!("[{index}]");
    }
    refused(named(request, vec![violation]))
}

/// Gives the parameters of scalars and tuples, which know their place only, their names.
fn named(request: &HttpRequest, mut violations: Vec<Violation>) -> Vec<Violation> {
    let names: Vec<&str> = request.match_info().iter().map(|(name, _)| name).collect();
    for violation in &mut violations {
        let index = match violation.field.as_str() {
            "" if names.len() == 1 => Some(0),
            field => field
                .strip_prefix('[')
                .and_then(|field| field.strip_suffix(']'))
                .and_then(|index| index.parse::<usize>().ok()),
        };
        if let Some(name) = index.and_then(|index| names.get(index)) {
            violation.field = (*name).to_owned();
        }
    }
    violations
}

fn refused(violations: Vec<Violation>) -> Problem {
    let detail = match violations.as_slice() {
        [one] => format!(
            "the path's `{}` is not what is expected: {}",
            one.field, one.message
        ),
        _ => "the path is not what is expected".to_owned(),
    };
    Problem::bad_request(detail).with_errors(violations)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct At {
        year: u16,
    }

    impl Validate for At {
        fn validate(&self) -> Result<(), Vec<Violation>> {
            let message = "is before there were posts".to_owned();
            let early = Violation {
                field: "year".into(),
                code: "range".into(),
                message,
            };
            if self.year < 2000 {
                Err(vec![early])
            } else {
                Ok(())
            }
        }
    }

    fn request(uri: &str, parameters: &[(&'static str, &'static str)]) -> HttpRequest {
        let mut request = TestRequest::get().uri(uri);
        for (name, value) in parameters {
            request = request.param(*name, *value);
        }
        request.to_http_request()
    }

    fn check<T: DeserializeOwned + Validate>(request: &HttpRequest, detail: &str) {
        let problem = parse::<T>(request).err().unwrap();
        assert_eq!(
            (problem.status().as_u16(), problem.detail()),
            (400, Some(detail))
        );
    }

    #[test]
    fn parameters_are_read() {
        let two = request("/ada/7", &[("author", "ada"), ("id", "7")]);
        assert_eq!(
            parse::<(String, i64)>(&two).unwrap().0,
            ("ada".to_owned(), 7)
        );
        let one = request("/7", &[("id", "7")]);
        assert_eq!(parse::<i64>(&one).unwrap().0, 7);
    }

    #[test]
    fn what_does_not_parse_is_named() {
        check::<i64>(
            &request("/x", &[("id", "x")]),
            "the path's `id` is not what is expected: expected an integer from \
             -9223372036854775808 to 9223372036854775807, found \"x\"",
        );
        check::<(String, bool)>(
            &request("/a/b", &[("author", "a"), ("draft", "b")]),
            "the path's `draft` is not what is expected: expected a boolean, found \"b\"",
        );
        check::<At>(
            &request("/1999", &[("year", "1999")]),
            "the path's `year` is not what is expected: is before there were posts",
        );
        check::<String>(
            &request("/%FF", &[("name", "\u{fffd}")]),
            "the path is not UTF-8 once its escapes are resolved",
        );
    }

    #[test]
    fn a_handler_that_does_not_fit_its_path_is_our_own_fault() {
        let two = request("/a/7", &[("author", "a"), ("id", "7")]);
        assert_eq!(parse::<i64>(&two).err().unwrap().status(), 500);
    }
}
