//! A request while a test puts it together.

use std::fmt::Display;
use std::panic::Location;
use std::time::Duration;

use actix_web::http::Method;
use actix_web::http::header::{
    AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue,
};
use actix_web::web::Bytes;
use serde::Serialize;

use super::exchange::Sent;
use super::{TestClient, TestResponse};

/// After this time a test that waits for an answer fails instead of hanging. It is no measure of
/// anything: only far longer than any answer takes, and shorter than a build server's patience.
const PATIENCE: Duration = Duration::from_secs(60);

/// A request to the application under test; [`send`](Self::send) sends it.
///
/// ```no_run
/// # use savia_starter_test::TestApp;
/// # use serde_json::json;
/// # async fn example(app: TestApp) {
/// let answer = app.post("/posts").json(&json!({ "title": "Hello" })).send().await;
/// answer.assert_status(201).assert_header("location", "/posts/1");
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a request is sent by `send`"]
pub struct TestRequest {
    client: TestClient,
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Option<Bytes>,
}

impl TestRequest {
    pub(crate) fn new(client: TestClient, method: Method, path: &str) -> Self {
        let headers = client.headers();
        Self {
            client,
            method,
            target: escaped(path),
            headers,
            body: None,
        }
    }

    /// Adds a parameter to the query; again under the same name for several values.
    ///
    /// # Panics
    ///
    /// Never in practice: text can always be encoded.
    #[track_caller]
    pub fn query(mut self, name: &str, value: impl Display) -> Self {
        let pair = encoded(&[(name, value.to_string())]);
        self.target
            .push(if self.target.contains('?') { '&' } else { '?' });
        self.target.push_str(&pair);
        self
    }

    /// Adds a header.
    ///
    /// # Panics
    ///
    /// Where it cannot be a header.
    #[track_caller]
    pub fn header(mut self, name: &str, value: impl AsRef<str>) -> Self {
        let (name, value) = header(name, value.as_ref());
        self.headers.append(name, value);
        self
    }

    /// Bears this token: `Authorization: Bearer …`.
    ///
    /// # Panics
    ///
    /// Where it cannot stand in a header.
    #[track_caller]
    pub fn bearer(mut self, token: impl AsRef<str>) -> Self {
        let (_, value) = header("authorization", &format!("Bearer {}", token.as_ref()));
        self.headers.insert(AUTHORIZATION, value);
        self
    }

    /// Sends a cookie, beside those the client keeps.
    ///
    /// # Panics
    ///
    /// Where it cannot stand in a header.
    #[track_caller]
    pub fn cookie(mut self, name: &str, value: impl AsRef<str>) -> Self {
        let (_, value) = header("cookie", &format!("{name}={}", value.as_ref()));
        self.headers.append(COOKIE, value);
        self
    }

    /// Sends a value as JSON.
    ///
    /// # Panics
    ///
    /// Where the value cannot be JSON.
    #[track_caller]
    pub fn json(self, value: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => self.typed("application/json", body),
            Err(error) => panic!("the value cannot be sent as JSON: {error}"),
        }
    }

    /// Sends fields as an HTML form does.
    ///
    /// # Panics
    ///
    /// Where the value cannot be a form.
    #[track_caller]
    pub fn form(self, fields: &(impl Serialize + ?Sized)) -> Self {
        let body = encoded(fields);
        self.typed("application/x-www-form-urlencoded", body)
    }

    /// Sends bytes; their type is for [`header`](Self::header) to say.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(Bytes::from(body.into()));
        self
    }

    fn typed(mut self, kind: &'static str, body: impl Into<Vec<u8>>) -> Self {
        if !self.headers.contains_key(CONTENT_TYPE) {
            self.headers
                .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        self.body(body)
    }

    /// Sends it and waits for the whole answer.
    ///
    /// # Panics
    ///
    /// Where no answer comes: the server refuses the connection, breaks it off, or is silent for a
    /// minute.
    #[track_caller]
    pub fn send(self) -> impl Future<Output = TestResponse> {
        // An async function does not know its caller, whose line is worth more than this one.
        let caller = Location::caller();
        async move {
            let Self {
                client,
                method,
                target,
                mut headers,
                body,
            } = self;
            let path = target.split('?').next().unwrap_or_default().to_owned();
            if let Some(cookies) = client.cookies_for(&path) {
                headers.append(COOKIE, cookies);
            }
            let sent = Sent {
                method,
                target,
                headers: one_cookie_header(headers),
                body,
            };
            let answer = client.app().transport().exchange(&sent);
            let received = match tokio::time::timeout(PATIENCE, answer).await {
                Ok(Ok(received)) => received,
                Ok(Err(error)) => panic!("no answer came: {error}\nat {caller}\n\n{sent}"),
                Err(_) => panic!("no answer came within {PATIENCE:?}\nat {caller}\n\n{sent}"),
            };
            client.keep(&path, &received.headers);
            match TestResponse::decoded(sent, received).await {
                Ok(response) => response,
                Err(report) => panic!("{report}\nat {caller}"),
            }
        }
    }
}

/// RFC 6265 lets a request have one `Cookie` header.
fn one_cookie_header(mut headers: HeaderMap) -> HeaderMap {
    let pairs: Vec<_> = headers
        .get_all(COOKIE)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect();
    if pairs.len() > 1
        && let Ok(value) = HeaderValue::from_str(&pairs.join("; "))
    {
        headers.insert(COOKIE, value);
    }
    headers
}

#[track_caller]
pub(super) fn header(name: &str, value: &str) -> (HeaderName, HeaderValue) {
    match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
        (Ok(name), Ok(value)) => (name, value),
        _ => panic!("`{name}: {value}` cannot be a header"),
    }
}

#[track_caller]
fn encoded(fields: &(impl Serialize + ?Sized)) -> String {
    match serde_urlencoded::to_string(fields) {
        Ok(text) => text,
        Err(error) => panic!("the value cannot be sent as a form: {error}"),
    }
}

/// What a URL may not hold is escaped, so that a test may write `/greetings/Ada Lovelace`; what is
/// escaped already stays.
fn escaped(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_may_be_written_as_people_write_it() {
        assert_eq!(
            escaped("/greetings/Ada Lovelace"),
            "/greetings/Ada%20Lovelace"
        );
        assert_eq!(escaped("/ü?q={x}"), "/%C3%BC?q=%7Bx%7D");
        assert_eq!(escaped("/a%2Fb?x=1&y=[2]"), "/a%2Fb?x=1&y=[2]");
    }

    #[test]
    fn cookies_go_in_one_header() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=1"));
        headers.append(COOKIE, HeaderValue::from_static("b=2"));
        let headers = one_cookie_header(headers);
        let sent: Vec<_> = headers.get_all(COOKIE).collect();
        assert_eq!(sent, ["a=1; b=2"]);
    }
}
