//! `/openapi.json`: the document, made once and asked for often.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH,
};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use savia_core::Context;

use crate::problem::Problem;

/// The document as it is sent; made when it is first asked for, since a start should not wait for
/// what nobody may read.
#[derive(Default)]
pub(super) struct Document(OnceLock<(Bytes, HeaderValue)>);

impl Document {
    /// The answer to a request for it.
    ///
    /// # Errors
    ///
    /// The document cannot be made.
    pub(super) fn answer(&self, request: &HttpRequest) -> Result<HttpResponse, Problem> {
        let (body, etag) = match self.0.get() {
            Some(made) => made,
            None => {
                let made = make()?;
                self.0.get_or_init(|| made)
            }
        };
        Ok(cached(request, etag, |mut response| {
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response.set_body(BoxBody::new(body.clone()))
        }))
    }
}

fn make() -> Result<(Bytes, HeaderValue), Problem> {
    let app = Context::with_current(|context| context.map(|context| context.app().clone()))
        .ok_or_else(|| Problem::internal("a request without an application"))?;
    let document = crate::openapi::document(&app).map_err(Problem::internal)?;
    let body = Bytes::from(document.to_string());
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    let etag = HeaderValue::from_str(&format!("\"{:016x}\"", hasher.finish()))
        .map_err(Problem::internal)?;
    Ok((body, etag))
}

/// The answer that `fill` makes, or 304 where the client has it already.
pub(super) fn cached(
    request: &HttpRequest,
    etag: &HeaderValue,
    fill: impl FnOnce(HttpResponse) -> HttpResponse,
) -> HttpResponse {
    let mut response = if is_known(request.headers(), etag) {
        HttpResponse::new(StatusCode::NOT_MODIFIED)
    } else {
        fill(HttpResponse::new(StatusCode::OK))
    };
    let headers = response.headers_mut();
    // It may be kept, and has to be asked for again: a rebuild changes it.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(ETAG, etag.clone());
    response
}

/// Whether `If-None-Match` names the tag. Tags are compared weakly (RFC 9110, section 13.1.2):
/// what was compressed on its way has a weak one.
fn is_known(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    headers
        .get_all(IF_NONE_MATCH)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .any(|tag| tag == "*" || tag.as_bytes() == etag.as_bytes())
}
