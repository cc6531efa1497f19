//! Asking providers: the one door to `reqwest`.
//!
//! No redirect is followed, nothing longer than a mebibyte is read, and nobody is waited for longer than
//! `security.oauth2.timeout`: what is fetched here stands in the configuration, and who answers may still
//! be slow, wrong or somebody else.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use oauth2::http::header::{ACCEPT, AUTHORIZATION, CACHE_CONTROL, HeaderMap};
use oauth2::http::{self, Request, Response};
use savia_core::{Error, Result};
use serde_json::Value;

/// The longest answer that is read, in bytes.
const LONGEST: usize = 1024 * 1024;

/// Asks providers. Clones share their connections.
#[derive(Clone)]
pub(crate) struct Http(Arc<Inner>);

struct Inner {
    timeout: Duration,
    /// Made when somebody is asked first: it reads the machine's root certificates.
    client: OnceLock<reqwest::Client>,
}

/// Why nobody answered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    #[error("{0}")]
    Unreachable(#[from] reqwest::Error),
    #[error("the answer is longer than a mebibyte")]
    TooLong,
    #[error("the answer cannot be read: {0}")]
    Malformed(#[from] http::Error),
}

/// JSON, and for how long it may be kept where the answer says so.
pub(crate) struct Fetched {
    pub(crate) json: Value,
    pub(crate) max_age: Option<Duration>,
}

impl Http {
    pub(crate) fn new(timeout: Duration) -> Self {
        Self(Arc::new(Inner {
            timeout,
            client: OnceLock::new(),
        }))
    }

    fn client(&self) -> Result<&reqwest::Client, reqwest::Error> {
        if let Some(client) = self.0.client.get() {
            return Ok(client);
        }
        // Somebody may have installed one; theirs stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let made = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(self.0.timeout)
            .user_agent(concat!("savia/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(self.0.client.get_or_init(|| made))
    }

    /// Sends a request as `oauth2` makes them.
    pub(crate) async fn send(
        &self,
        request: Request<Vec<u8>>,
    ) -> Result<Response<Vec<u8>>, HttpError> {
        let request = reqwest::Request::try_from(request)?;
        let mut answer = self.client()?.execute(request).await?;
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await? {
            if body.len() + part.len() > LONGEST {
                return Err(HttpError::TooLong);
            }
            body.extend_from_slice(&part);
        }
        let mut response = Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            *headers = answer.headers().clone();
        }
        Ok(response.body(body)?)
    }

    /// The JSON at a URL, which a bearer token may open.
    ///
    /// # Errors
    ///
    /// `Unavailable` where nobody answers, or not with JSON and 200.
    pub(crate) async fn json(&self, url: &str, token: Option<&str>) -> Result<Fetched> {
        let failed = |why: String| unavailable(url, &why);
        let mut request = Request::get(url).header(ACCEPT, "application/json");
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request
            .body(Vec::new())
            .map_err(|error| failed(error.to_string()))?;
        let answer = self
            .send(request)
            .await
            .map_err(|error| failed(chain(&error)))?;
        if answer.status() != http::StatusCode::OK {
            return Err(failed(format!("it answers {}", answer.status())));
        }
        let json = serde_json::from_slice(answer.body())
            .map_err(|error| failed(format!("its answer is no JSON: {error}")))?;
        let max_age = max_age(answer.headers());
        Ok(Fetched { json, max_age })
    }
}

/// Nobody is to learn from an answer whom we ask: the log says it.
pub(crate) fn unavailable(who: &str, why: &str) -> Error {
    Error::unavailable("the identity provider cannot be reached at the moment")
        .with_source(std::io::Error::other(format!("{who}: {why}")))
}

/// An error with all that caused it: reqwest's own words say but little.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

/// What `Cache-Control` says of it (RFC 9111, section 5.2.2.1).
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(CACHE_CONTROL)?.to_str().ok()?;
    let seconds = text
        .split(',')
        .find_map(|part| part.trim().strip_prefix("max-age="))?;
    seconds.parse().ok().map(Duration::from_secs)
}
