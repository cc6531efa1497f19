//! What a provider of OpenID Connect says of itself (OpenID Connect Discovery 1.0).

use std::time::Duration;

use savia_core::{Error, Result};
use serde::Deserialize;

use super::endpoint::is_good;
use super::fetched::Fetched;
use super::http::{Http, unavailable};

/// For how long it is kept.
const KEPT: Duration = Duration::from_secs(3_600);
/// For how long it is used beyond that, while the provider cannot be reached.
const PATIENCE: Duration = Duration::from_secs(24 * 3_600);

/// The members of `/.well-known/openid-configuration` that matter here.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Metadata {
    issuer: String,
    pub(super) authorization_endpoint: Option<String>,
    pub(super) token_endpoint: Option<String>,
    pub(super) userinfo_endpoint: Option<String>,
    pub(super) jwks_uri: Option<String>,
    pub(super) end_session_endpoint: Option<String>,
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

/// The metadata of an issuer, fetched when it is first asked for.
pub(super) struct Discovery {
    issuer: String,
    http: Http,
    fetched: Fetched<Metadata>,
}

impl Discovery {
    pub(super) fn new(issuer: &str, http: Http) -> Self {
        Self {
            issuer: issuer.to_owned(),
            http,
            fetched: Fetched::new(PATIENCE),
        }
    }

    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What the issuer says of itself.
    ///
    /// # Errors
    ///
    /// `Unavailable` where it does not answer, or speaks for another issuer (section 4.3).
    pub(super) async fn get(&self) -> Result<std::sync::Arc<Metadata>> {
        self.fetched.get(|| self.fetch()).await
    }

    async fn fetch(&self) -> Result<(Metadata, Duration)> {
        let url = format!(
            "{}/.well-known/openid-configuration",
            self.issuer.trim_end_matches('/')
        );
        let answer = self.http.json(&url, None).await?;
        let metadata: Metadata = serde_json::from_value(answer.json)
            .map_err(|error| unavailable(&url, &format!("it is no metadata: {error}")))?;
        if metadata.issuer != self.issuer {
            let why = format!("it speaks for {:?}", metadata.issuer);
            return Err(unavailable(&url, &why));
        }
        let named = [
            &metadata.authorization_endpoint,
            &metadata.token_endpoint,
            &metadata.userinfo_endpoint,
            &metadata.jwks_uri,
            &metadata.end_session_endpoint,
        ];
        // Who asks over TLS is not sent on without.
        let secure = self.issuer.starts_with("https://");
        for endpoint in named.into_iter().flatten() {
            if !is_good(endpoint) || (secure && !endpoint.starts_with("https://")) {
                return Err(unavailable(&url, &format!("{endpoint:?} is no endpoint")));
            }
        }
        Ok((metadata, KEPT))
    }

    /// An endpoint that it has to have.
    pub(super) fn wanted(&self, found: Option<String>, what: &str) -> Result<String> {
        found.ok_or_else(|| -> Error {
            unavailable(&self.issuer, &format!("its metadata names no {what}"))
        })
    }
}
