//! Requests that another site has a browser send.
//!
//! A browser sends the cookie whoever made it send the request. Two things tell our own pages from
//! others: where the request comes from (`Sec-Fetch-Site`, `Origin`), which no page can say wrongly, and
//! a token that only who could read our answers knows. Both are asked of every request that may change
//! something (ASVS 3.5.1).

use savia_starter_web::actix_web::HttpRequest;
use savia_starter_web::actix_web::http::Method;
use savia_starter_web::actix_web::http::header::{HOST, HeaderMap, ORIGIN};

use crate::encoding;

/// The header that brings the token.
const TOKEN: &str = "x-csrf-token";

/// The token of a session: it follows from the cookie's secret, and the secret does not follow from it.
pub(crate) fn token(secret: &str) -> String {
    encoding::hashed(&format!("csrf {secret}"))
}

/// Whether a request may change nothing, or comes from our own pages with the session's token.
pub(super) fn is_ours(request: &HttpRequest, secret: &str) -> bool {
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    safe || (is_same_origin(request.headers()) && has_token(request.headers(), secret))
}

fn has_token(headers: &HeaderMap, secret: &str) -> bool {
    let Some(given) = only(headers, TOKEN) else {
        return false;
    };
    // Hashes are compared, so that the time says nothing of how much was right.
    encoding::hashed(given) == encoding::hashed(&token(secret))
}

/// Whether the headers say that the request comes from a page of this very host. Saying nothing is no
/// yes: every browser of the last years says one of the two.
pub(crate) fn is_same_origin(headers: &HeaderMap) -> bool {
    if headers.contains_key("sec-fetch-site") {
        return only(headers, "sec-fetch-site") == Some("same-origin");
    }
    let (Some(origin), Some(host)) = (only(headers, ORIGIN.as_str()), only(headers, HOST.as_str()))
    else {
        return false;
    };
    let authority = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
}

/// The value of a header that is there once.
fn only<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name);
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}
