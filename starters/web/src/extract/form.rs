//! `Form`: an urlencoded body.

use actix_web::dev::Payload;
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use savia_core::validation::{Validate, fault};
use serde::de::DeserializeOwned;

use crate::problem::Problem;

use super::body::Reading;
use super::{content_type, encoding, newtype};

/// A body of `application/x-www-form-urlencoded`, as HTML forms send it.
///
/// A field that is given several times is a `Vec`. Faults are told as [`Json`](super::Json) tells
/// them: 400 for syntax, 413, 415, and 422 with `errors`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Form<T>(pub T);

newtype!(Form);

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Form<T> {
    type Error = Problem;
    type Future = Reading<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let finish = content_type::FORM.check(request).map(|()| parse::<T> as _);
        Reading::start(request, payload, finish)
    }
}

pub(super) fn parse<T: DeserializeOwned + Validate>(body: Bytes) -> Result<Form<T>, Problem> {
    let Ok(text) = std::str::from_utf8(&body) else {
        return Err(Problem::bad_request("the body is not UTF-8 text"));
    };
    if let Some(fault) = encoding::fault(text) {
        return Err(Problem::bad_request(format!("the body {fault}")));
    }
    match serde_html_form::from_str::<T>(text) {
        Ok(value) => match value.validate() {
            Ok(()) => Ok(Form(value)),
            Err(violations) => Err(Problem::invalid(violations)),
        },
        Err(error) => Err(refused::<T>(text, &error)),
    }
}

#[cold]
fn refused<T: DeserializeOwned>(text: &str, error: &serde_html_form::de::Error) -> Problem {
    let reader = serde_html_form::Deserializer::from_bytes(text.as_bytes());
    match fault::locate::<T, _>(reader) {
        Some((path, error)) => {
            Problem::unprocessable("the form does not have the fields that are expected")
                .with_errors(vec![fault::violation(&path, &error.to_string())])
        }
        None => Problem::unprocessable(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_form_is_read_or_refused() {
        let parse = |body: &'static str| parse::<BTreeMap<String, u8>>(Bytes::from(body));
        assert_eq!(parse("a=1&b=2").unwrap().0.len(), 2);
        assert_eq!(parse("a=%zz").unwrap_err().status(), 400);
        let problem = parse("a=1&b=x").unwrap_err();
        assert_eq!(
            (problem.status().as_u16(), &*problem.errors()[0].field),
            (422, "b")
        );
    }
}
