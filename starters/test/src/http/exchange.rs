//! A request and its answer, and how a failed assertion shows them.

use std::fmt::{self, Write};

use actix_web::http::header::{CONTENT_TYPE, HeaderMap};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Bytes;

/// A request as it was sent.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
}

/// An answer as it came, its body complete.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = format!("{} {}", self.method, self.target);
        let body = self.body.as_deref().unwrap_or_default();
        message(f, '>', &first, &self.headers, body)
    }
}

/// The answer with its body decoded.
pub(crate) struct Shown<'a> {
    pub(crate) received: &'a Received,
    pub(crate) decoded: &'a [u8],
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        message(
            f,
            '<',
            &self.received.status.to_string(),
            &self.received.headers,
            self.decoded,
        )
    }
}

/// A message as curl shows it, the body of JSON laid out.
fn message(
    f: &mut fmt::Formatter<'_>,
    mark: char,
    first: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> fmt::Result {
    let mut text = format!("{first}\n");
    let mut lines: Vec<_> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    lines.sort();
    text.extend(lines);
    if !body.is_empty() {
        writeln!(text, "\n{}", readable(headers, body))?;
    }
    for line in text.lines() {
        writeln!(f, "{}", format!("{mark} {line}").trim_end())?;
    }
    Ok(())
}

fn readable(headers: &HeaderMap, body: &[u8]) -> String {
    let is_json = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| {
            kind.split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .ends_with("json")
        });
    if is_json && let Ok(value) = serde_json::from_slice::<serde_json::Value>(body) {
        return format!("{value:#}");
    }
    match std::str::from_utf8(body) {
        Ok(text) => text.to_owned(),
        Err(_) => format!("({} bytes that are no text)", body.len()),
    }
}
