//! Swagger UI, out of the binary.

use std::io::Read;
use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, VARY};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use utoipa_swagger_ui::{Config, SwaggerFile};

use super::document::cached;
use super::{escaped, page};

/// The page around Swagger UI. Its own would load a script that names another document.
const PAGE: &str = include_str!("index.html");

/// Tells Swagger UI where the document is.
const INITIALIZER: &str = include_str!("initializer.js");

/// The files of Swagger UI that the page asks for; the vendored package has more.
const FILES: [&str; 4] = [
    "favicon-32x32.png",
    "index.css",
    "swagger-ui-bundle.js",
    "swagger-ui.css",
];

/// Swagger UI sets styles on elements, and has its icons inline; scripts come from here alone.
/// What it calls from the page is the API, at this address or at one of `openapi.servers`.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:; font-src 'self' data:; connect-src 'self' http: https:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `/docs`.
pub(super) fn index(title: &str) -> HttpResponse {
    page(PAGE.replace("{{title}}", &escaped(title)), POLICY)
}

/// `/docs/{file}`.
pub(super) fn file(request: &HttpRequest, name: &str) -> Option<HttpResponse> {
    let file = if name == "initializer.js" {
        (
            Bytes::from_static(INITIALIZER.as_bytes()),
            "text/javascript".to_owned(),
            false,
        )
    } else {
        let name = FILES.iter().find(|known| **known == name)?;
        let SwaggerFile {
            bytes,
            content_type,
            gzpipped,
            ..
        } = utoipa_swagger_ui::serve(name, Arc::new(Config::default()))
            .ok()
            .flatten()?;
        let bytes = match bytes {
            std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
        };
        (bytes, content_type, gzpipped)
    };
    let (bytes, content_type, gzipped) = file;
    let content_type = HeaderValue::from_str(&content_type).ok()?;
    // The files change with the binary only: its version and their length name them.
    let etag = format!("\"{}-{:x}\"", env!("CARGO_PKG_VERSION"), bytes.len());
    let etag = HeaderValue::from_str(&etag).ok()?;
    let as_is = !gzipped || takes_gzip(request);
    let body = if as_is { bytes } else { unzipped(&bytes)? };
    Some(cached(request, &etag, |mut response| {
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, content_type);
        if gzipped {
            headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        }
        if gzipped && as_is {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response.set_body(BoxBody::new(body))
    }))
}

/// Every browser does; who does not gets the file unpacked.
fn takes_gzip(request: &HttpRequest) -> bool {
    request
        .headers()
        .get_all(ACCEPT_ENCODING)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|coding| coding.split(';').map(str::trim).collect::<Vec<_>>())
        .any(|coding| {
            coding
                .first()
                .is_some_and(|name| name.eq_ignore_ascii_case("gzip"))
                && coding
                    .get(1)
                    .is_none_or(|quality| !matches!(*quality, "q=0" | "q=0.0"))
        })
}

fn unzipped(bytes: &[u8]) -> Option<Bytes> {
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(bytes)
        .read_to_end(&mut plain)
        .ok()?;
    Some(plain.into())
}
