//! `/docs`, `/openapi.json`, and the page that `/` shows until the application has its own.
//!
//! They are routes like any other, so that every filter sees them; a route of the application on
//! the same path beats them.

mod assets;
mod config;
mod controllers;
mod document;
mod start;

pub use config::{DocsConfig, DocsEnabled};

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};

/// A page with a policy of its own, which the filter of security headers leaves alone.
fn page(html: String, policy: &'static str) -> HttpResponse {
    let mut response = HttpResponse::with_body(StatusCode::OK, actix_web::body::BoxBody::new(html));
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

/// Text as HTML has it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
