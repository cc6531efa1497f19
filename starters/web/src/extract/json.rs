//! `Json`: a JSON body, read and held against its rules before the handler runs.

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use savia_core::validation::{Validate, fault};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;

use crate::problem::Problem;

use super::body::Reading;
use super::{content_type, newtype};

/// A JSON body; as an answer, a JSON body as well.
///
/// The body must say that it is JSON (`application/json` or any `application/…+json`), be no larger
/// than the route's limit, and hold a `T` that keeps its rules:
///
/// | fault | answer |
/// | --- | --- |
/// | not JSON | 400, with `line` and `column` |
/// | larger than the limit | 413, before it is read where it says its length |
/// | another type of body | 415 |
/// | a field of the wrong type, missing, or unknown | 422, with the field in `errors` |
/// | rules are broken | 422, with every one of them in `errors` |
///
/// `T` is a `#[dto]`, or any type with serde's `Deserialize` and savia's `Validate`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Json<T>(pub T);

newtype!(Json);

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = Reading<Self>;

    #[inline]
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let finish = content_type::JSON.check(request).map(|()| parse::<T> as _);
        Reading::start(request, payload, finish)
    }
}

pub(super) fn parse<T: DeserializeOwned + Validate>(body: Bytes) -> Result<Json<T>, Problem> {
    match serde_json::from_slice::<T>(&body) {
        Ok(value) => match value.validate() {
            Ok(()) => Ok(Json(value)),
            Err(violations) => Err(Problem::invalid(violations)),
        },
        Err(error) => Err(refused::<T>(&body, error)),
    }
}

/// Says what is wrong with a body, as exactly as reading it once more can tell.
#[cold]
fn refused<T: DeserializeOwned>(body: &[u8], error: serde_json::Error) -> Problem {
    if body.is_empty() {
        return Problem::bad_request("the body is empty, JSON is expected");
    }
    // Two faults of data pass for faults of syntax: a number that no type can hold, and what cannot
    // be a variant's name. A text that can be read as nothing in particular has no other.
    let text = said(&error);
    let data = error.classify() == Category::Data
        || text.starts_with("number out of range")
        || text.starts_with("expected value");
    if !data {
        return malformed(&error);
    }
    // A field may not fit before the place where the text stops being JSON: that comes first.
    if let Err(error) = serde_json::from_slice::<IgnoredAny>(body) {
        return malformed(&error);
    }
    if std::str::from_utf8(body).is_err() {
        return Problem::bad_request("the body is not valid JSON: it is not UTF-8");
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    match fault::locate::<T, _>(&mut reader) {
        Some((path, error)) => {
            Problem::unprocessable("the body does not have the shape that is expected")
                .with_errors(vec![fault::violation(&path, &said(&error))])
        }
        // A `Deserialize` that fails once and not twice; its first word counts.
        None => Problem::unprocessable(said(&error)),
    }
}

fn malformed(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let said = said(error);
    Problem::bad_request(format!(
        "the body is not valid JSON: {said} at line {line} column {column}"
    ))
    .with_member("line", line)
    .with_member("column", column)
}

/// The error's text without the place, which serde_json puts at its end.
fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).map(str::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn check<T: DeserializeOwned + Validate>(body: &str, status: u16, detail: &str) -> Problem {
        let problem = parse::<T>(Bytes::copy_from_slice(body.as_bytes()))
            .err()
            .unwrap();
        assert_eq!(
            (problem.status().as_u16(), problem.detail()),
            (status, Some(detail)),
            "{body}"
        );
        problem
    }

    #[test]
    fn what_is_not_json_is_told_by_line_and_column() {
        type Map = BTreeMap<String, u8>;
        check::<Map>("", 400, "the body is empty, JSON is expected");
        check::<Map>(
            "{\n\"a\": 1,}",
            400,
            "the body is not valid JSON: trailing comma at line 2 column 8",
        );
        check::<Map>(
            "{\"a\": 1} x",
            400,
            "the body is not valid JSON: trailing characters at line 1 column 10",
        );
        check::<Map>(
            "{\"a\":",
            400,
            "the body is not valid JSON: EOF while parsing a value at line 1 column 5",
        );
        // Syntax comes first, wherever the field is that does not fit.
        check::<Map>(
            "{\"a\": true, \"b\": }",
            400,
            "the body is not valid JSON: expected value at line 1 column 18",
        );
    }

    #[test]
    fn what_does_not_fit_is_told_by_field() {
        let problem = check::<BTreeMap<String, u8>>(
            "{\"a\": 1, \"b\": 256}",
            422,
            "the body does not have the shape that is expected",
        );
        assert_eq!(problem.errors()[0].field, "b");
        assert_eq!(problem.errors()[0].code, "range");
        let problem = check::<f64>(
            "1e999",
            422,
            "the body does not have the shape that is expected",
        );
        assert_eq!(problem.errors()[0].code, "range");
    }

    #[test]
    fn nesting_without_end_is_refused() {
        let deep = "[".repeat(100_000);
        check::<serde_json::Value>(
            &deep,
            400,
            "the body is not valid JSON: recursion limit exceeded at line 1 column 128",
        );
    }
}
