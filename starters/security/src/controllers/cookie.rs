//! Cookies of answers.

use savia_core::Result;
use savia_starter_web::actix_web::HttpResponse;
use savia_starter_web::actix_web::http::header::{HeaderValue, SET_COOKIE};

/// Has an answer set a cookie, beside those that it sets.
pub(super) fn add(answer: &mut HttpResponse, cookie: &str) -> Result<()> {
    let value = HeaderValue::from_str(cookie)?;
    answer.headers_mut().append(SET_COOKIE, value);
    Ok(())
}
