//! `#[etag]` and `#[cache_control]`: answers that clients keep, and ask for by what they have.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue,
    IF_NONE_MATCH, VARY,
};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};

/// What a route says of how clients keep its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caching {
    /// Whether an answer is named by what is in it.
    pub etag: bool,
    /// The header `Cache-Control`.
    pub cache_control: Option<&'static str>,
}

/// The answer as clients may keep it; 304 where the client has it already (RFC 9110, section
/// 13.1.2). Headers that the handler has set stay as they are; answers that are no success get
/// none.
pub fn conditional(
    request: &HttpRequest,
    mut response: HttpResponse,
    caching: &'static Caching,
) -> HttpResponse {
    if !response.status().is_success() {
        return response;
    }
    if let Some(text) = caching.cache_control
        && !response.headers().contains_key(CACHE_CONTROL)
    {
        let value = HeaderValue::from_static(text);
        response.headers_mut().insert(CACHE_CONTROL, value);
    }
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    if !caching.etag || !reads || response.status() != StatusCode::OK {
        return response;
    }
    let Some(response) = named(response) else {
        return HttpResponse::InternalServerError().finish();
    };
    match response.headers().get(ETAG) {
        Some(tag) if is_known(request.headers(), tag) => not_modified(request, &response),
        _ => response,
    }
}

/// The answer with a tag. A body that is a stream has none.
fn named(mut response: HttpResponse) -> Option<HttpResponse> {
    if response.headers().contains_key(ETAG) {
        return Some(response);
    }
    let (head, body) = response.into_parts();
    let tag;
    (response, tag) = match body.try_into_bytes() {
        Ok(bytes) => {
            // Weak, because the body may be compressed yet. The same on every instance.
            let tag = format!("W/\"{:032x}\"", xxhash_rust::xxh3::xxh3_128(&bytes));
            (head.set_body(BoxBody::new(bytes)), Some(tag))
        }
        Err(body) => (head.set_body(body), None),
    };
    if let Some(tag) = tag {
        let value = HeaderValue::from_str(&tag).ok()?;
        response.headers_mut().insert(ETAG, value);
    }
    Some(response)
}

/// Whether the client has what this tag names. Tags are compared weakly (RFC 9110, section
/// 8.8.3.2).
fn is_known(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let tag = opaque(tag.as_bytes());
    headers.get_all(IF_NONE_MATCH).any(|list| {
        let list = list.as_bytes().trim_ascii();
        list == b"*" || tags(list).any(|known| opaque(known) == tag)
    })
}

/// The tag without its `W/`.
fn opaque(tag: &[u8]) -> &[u8] {
    tag.strip_prefix(b"W/").unwrap_or(tag)
}

/// The tags of a list. A comma may stand inside of one.
fn tags(mut list: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let from = list.iter().position(|byte| !b", \t".contains(byte))?;
        list = &list[from..];
        let quote = list.iter().position(|byte| *byte == b'"')?;
        let end = list[quote + 1..].iter().position(|byte| *byte == b'"')?;
        let (tag, rest) = list.split_at(quote + end + 2);
        list = rest;
        Some(tag)
    })
}

/// The client has it: the headers that the whole answer would have had, and nothing of its body.
fn not_modified(request: &HttpRequest, response: &HttpResponse) -> HttpResponse {
    let mut answer = HttpResponse::new(StatusCode::NOT_MODIFIED);
    for (name, value) in response.headers() {
        if *name != CONTENT_TYPE && *name != CONTENT_LENGTH {
            answer.headers_mut().append(name.clone(), value.clone());
        }
    }
    if request.headers().contains_key(ACCEPT_ENCODING) && !answer.headers().contains_key(VARY) {
        let value = HeaderValue::from_static("accept-encoding");
        answer.headers_mut().insert(VARY, value);
    }
    answer
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const TAGGED: Caching = Caching {
        etag: true,
        cache_control: Some("private, max-age=60"),
    };
    static ALL: Caching = TAGGED;

    fn check(asked: &str, tag: &'static str, status: u16) {
        let request = TestRequest::get()
            .insert_header((IF_NONE_MATCH, asked))
            .to_http_request();
        let mut response = HttpResponse::Ok().body("hello");
        if !tag.is_empty() {
            let value = HeaderValue::from_static(tag);
            response.headers_mut().insert(ETAG, value);
        }
        let answer = conditional(&request, response, &ALL);
        assert_eq!(answer.status().as_u16(), status, "{asked} and {tag}");
        assert!(answer.headers().contains_key(ETAG));
        assert_eq!(
            answer.headers().get(CACHE_CONTROL).unwrap(),
            "private, max-age=60"
        );
    }

    #[test]
    fn tags_are_compared_weakly_and_lists_are_lists() {
        check("\"a\"", "\"a\"", 304);
        check("W/\"a\"", "\"a\"", 304);
        check("\"a\"", "W/\"a\"", 304);
        check("\"x\", W/\"a\"", "\"a\"", 304);
        check("\"x,\", \"a,b\"", "\"a,b\"", 304);
        check("*", "\"a\"", 304);
        check("\"b\"", "\"a\"", 200);
        check("a", "\"a\"", 200);
        check("\"a", "\"a\"", 200);
        check("", "\"a\"", 200);
        check("\"hello\"", "", 200);
        // Of the body; the same on every machine.
        check("\"b5e9c1ad071b3e7fc779cfaa5e523818\"", "", 304);
    }

    #[test]
    fn what_is_no_success_is_not_kept() {
        let request = TestRequest::get().to_http_request();
        let answer = conditional(&request, HttpResponse::NotFound().finish(), &ALL);
        assert!(answer.headers().get(CACHE_CONTROL).is_none());
        assert!(answer.headers().get(ETAG).is_none());
        let request = TestRequest::post().to_http_request();
        let answer = conditional(&request, HttpResponse::Ok().body("x"), &ALL);
        assert!(answer.headers().get(ETAG).is_none());
    }
}
