//! Answers are compressed for clients that ask for it.
//!
//! Not a middleware: the pipeline calls [`compress`] for routes whose answers may be compressed,
//! and a request without `Accept-Encoding` costs one look at its headers.

mod negotiate;

use actix_http::encoding::Encoder;
use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ContentEncoding, ETAG,
    HeaderMap, HeaderValue, VARY,
};
use actix_web::http::{Method, StatusCode};

/// Compresses an answer whose body is at least `min_size` bytes (or a stream), of a type that
/// shrinks, and not encoded yet, with the encoding its client likes best.
#[inline]
pub(crate) fn compress(
    request: &HttpRequest,
    response: HttpResponse,
    min_size: usize,
) -> HttpResponse {
    match request.headers().get(ACCEPT_ENCODING) {
        Some(accepted) if is_eligible(request, &response, min_size) => encode(accepted, response),
        _ => response,
    }
}

fn is_eligible(request: &HttpRequest, response: &HttpResponse, min_size: usize) -> bool {
    let big = match response.body().size() {
        BodySize::None => false,
        BodySize::Sized(size) => size >= min_size as u64,
        BodySize::Stream => true,
    };
    let unsuited = [
        StatusCode::SWITCHING_PROTOCOLS,
        StatusCode::NO_CONTENT,
        StatusCode::PARTIAL_CONTENT,
        StatusCode::NOT_MODIFIED,
    ];
    big && request.method() != Method::HEAD
        && !unsuited.contains(&response.status())
        && !response.headers().contains_key(CONTENT_ENCODING)
        && is_compressible(response.headers())
        && !must_not_transform(response.headers())
}

/// `Cache-Control: no-transform` forbids it (RFC 9111, section 5.2.2.6).
fn must_not_transform(headers: &HeaderMap) -> bool {
    headers
        .get_all(CACHE_CONTROL)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|directive| directive.trim().eq_ignore_ascii_case("no-transform"))
}

/// Whether bodies of the answer's type shrink. Images, sound, video and archives are compressed
/// already; events are to be sent at once and not gathered.
fn is_compressible(headers: &HeaderMap) -> bool {
    let Some(value) = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let essence = value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match essence.split_once('/') {
        Some(("text", kind)) => kind != "event-stream",
        Some(("application", kind)) => {
            matches!(
                kind,
                "json"
                    | "javascript"
                    | "xml"
                    | "wasm"
                    | "yaml"
                    | "toml"
                    | "graphql"
                    | "rtf"
                    | "x-ndjson"
                    | "x-javascript"
                    | "x-www-form-urlencoded"
                    | "manifest+json"
                    | "vnd.ms-fontobject"
                    | "x-yaml"
                    | "sql"
            ) || kind.ends_with("+json")
                || kind.ends_with("+xml")
                || kind.ends_with("+yaml")
                || kind.ends_with("+text")
        }
        Some(("image", kind)) => {
            matches!(kind, "svg+xml" | "bmp" | "x-icon" | "vnd.microsoft.icon")
        }
        Some(("font", kind)) => matches!(kind, "ttf" | "otf"),
        _ => false,
    }
}

#[cold]
fn encode(accepted: &HeaderValue, mut response: HttpResponse) -> HttpResponse {
    let Some(encoding) = accepted.to_str().ok().and_then(negotiate::negotiate) else {
        // The answer would have been another for another client.
        response
            .headers_mut()
            .append(VARY, HeaderValue::from_static("accept-encoding"));
        return response;
    };
    weaken(response.headers_mut());
    // The encoder sets `Content-Encoding` and `Vary`.
    response.map_body(|head, body| Encoder::response(encoding, head, body).boxed())
}

/// A strong tag names the bytes, and these are about to change (RFC 9110, section 8.8.1).
fn weaken(headers: &mut HeaderMap) {
    let Some(tag) = headers
        .get(ETAG)
        .filter(|tag| tag.as_bytes().starts_with(b"\""))
    else {
        return;
    };
    if let Ok(weak) = HeaderValue::from_bytes(&[b"W/", tag.as_bytes()].concat()) {
        headers.insert(ETAG, weak);
    }
}

/// The encodings an answer can have, the most worthwhile first.
///
/// A document of 34 kB came out at 2.0 kB in 0.25 ms of processor time with Zstandard, at 3.0 kB in
/// 0.16 ms with gzip, and at 2.0 kB in 1.7 ms with Brotli, which also takes megabytes of memory for
/// every answer under way: Brotli is for what is compressed once and sent often.
const ENCODINGS: [ContentEncoding; 3] = [
    ContentEncoding::Zstd,
    ContentEncoding::Gzip,
    ContentEncoding::Brotli,
];

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(content_type: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_str(content_type).unwrap());
        headers
    }

    #[test]
    fn text_shrinks_and_what_is_compressed_does_not() {
        for good in [
            "application/json",
            "application/problem+json",
            "Application/JSON; charset=utf-8",
            "text/html",
            "image/svg+xml",
        ] {
            assert!(is_compressible(&headers(good)), "{good}");
        }
        for bad in [
            "image/png",
            "video/mp4",
            "application/zip",
            "text/event-stream",
            "font/woff2",
        ] {
            assert!(!is_compressible(&headers(bad)), "{bad}");
        }
        assert!(!is_compressible(&HeaderMap::new()));
    }
}
