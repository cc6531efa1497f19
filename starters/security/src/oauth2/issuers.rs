//! Issuers whose access tokens are believed: the application as their resource server.

use std::sync::Arc;

use savia_core::Result;
use serde_json::{Map, Value};

use super::http::Http;
use super::id_token::is_subject;
use super::keys::RemoteKeys;
use super::metadata::Discovery;
use crate::config::{OAuth2Config, TrustedIssuerConfig};
use crate::jwt::{Expected, Unverified, Verified, VerifyingKey, text};
use crate::{Principal, SecurityError, clock};

/// The issuers whose access tokens are believed.
pub struct TrustedIssuers(Vec<Arc<TrustedIssuer>>);

/// One of them.
pub(crate) struct TrustedIssuer {
    name: String,
    config: TrustedIssuerConfig,
    expected: Expected,
    discovery: Discovery,
    keys: RemoteKeys,
}

/// Why a token of an outside issuer is not believed.
pub(crate) enum Disbelief {
    /// It is not good.
    Bad(SecurityError),
    /// Whether it is good cannot be found out at the moment.
    Unknown(savia_core::Error),
}

impl TrustedIssuers {
    /// As they are configured.
    pub(crate) fn new(config: &OAuth2Config, http: &Http) -> Self {
        let made = config.trusted_issuers.iter().map(|(name, issuer)| {
            Arc::new(TrustedIssuer {
                name: name.clone(),
                expected: Expected {
                    issuer: issuer.issuer.clone(),
                    audience: issuer.audience.clone(),
                    leeway: i64::try_from(issuer.leeway.as_secs()).unwrap_or_default(),
                },
                discovery: Discovery::new(&issuer.issuer, http.clone()),
                keys: RemoteKeys::new(issuer.algorithm, config.keys_refresh, http.clone()),
                config: issuer.clone(),
            })
        });
        Self(made.collect())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The issuer that a token says it is of.
    pub(crate) fn of(&self, token: &[u8]) -> Option<&Arc<TrustedIssuer>> {
        if self.0.is_empty() {
            return None;
        }
        let claimed = Unverified::read(token).ok()?.claimed_issuer()?;
        self.0.iter().find(|it| it.config.issuer == claimed)
    }
}

impl TrustedIssuer {
    /// Believes a token whose key is at hand; nothing where the issuer has to be asked.
    pub(crate) fn verify_now(&self, token: &[u8]) -> Option<Result<Verified, SecurityError>> {
        let unverified = match self.read(token) {
            Ok(unverified) => unverified,
            Err(error) => return Some(Err(error)),
        };
        let key = self.keys.kept(unverified.header.kid.as_deref())?;
        Some(self.believe(unverified, &key))
    }

    /// Believes a token.
    pub(crate) async fn verify(&self, token: &[u8]) -> Result<Verified, Disbelief> {
        let unverified = self.read(token).map_err(Disbelief::Bad)?;
        let url = self.jwks_url().await.map_err(Disbelief::Unknown)?;
        let key = self
            .keys
            .named(unverified.header.kid.as_deref(), &url)
            .await
            .map_err(Disbelief::Unknown)?;
        let key = key.ok_or(Disbelief::Bad(SecurityError::UnknownKey))?;
        self.believe(unverified, &key).map_err(Disbelief::Bad)
    }

    /// The leeway in seconds.
    pub(crate) fn leeway(&self) -> std::time::Duration {
        self.config.leeway
    }

    async fn jwks_url(&self) -> Result<String> {
        match &self.config.jwks_url {
            Some(url) => Ok(url.clone()),
            None => {
                let found = self.discovery.get().await?.jwks_uri.clone();
                self.discovery.wanted(found, "jwks_uri")
            }
        }
    }

    fn read<'t>(&self, token: &'t [u8]) -> Result<Unverified<'t>, SecurityError> {
        let unverified = Unverified::read(token)?;
        if !unverified.names(self.config.algorithm) {
            return Err(SecurityError::Algorithm);
        }
        // Where it says what it is, it has to be an access token (RFC 9068, section 4); many issuers
        // write `JWT`, or nothing.
        let typ = unverified.header.typ.as_deref().unwrap_or("JWT");
        let typ = typ.strip_prefix("application/").unwrap_or(typ);
        if !["at+jwt", "jwt"]
            .iter()
            .any(|it| typ.eq_ignore_ascii_case(it))
        {
            return Err(SecurityError::Kind);
        }
        Ok(unverified)
    }

    fn believe(
        &self,
        unverified: Unverified<'_>,
        key: &VerifyingKey,
    ) -> Result<Verified, SecurityError> {
        let claims = unverified.verify(key)?;
        let expires_at = self.expected.check(&claims, clock::now() / 1_000)?;
        // An ID token of the same issuer tells a client who somebody is; it opens nothing.
        if claims.contains_key("nonce") || claims.contains_key("at_hash") {
            return Err(SecurityError::Kind);
        }
        let subject = text(&claims, "sub").filter(|subject| is_subject(subject));
        let subject = subject.ok_or(SecurityError::Malformed("it has no subject"))?;
        // Ids of our own users have no colon: no outside issuer can name one of them.
        let mut principal = Principal::builder(format!("{}:{subject}", self.name), "oauth2")
            .roles(texts_at(&claims, &self.config.roles_claim))
            .permissions(texts_at(&claims, &self.config.permissions_claim))
            .scopes(scopes(&claims));
        let names = ["email", "preferred_username", "client_id"];
        if let Some(name) = names.iter().find_map(|name| text(&claims, name)) {
            principal = principal.name(name);
        }
        Ok(Verified {
            principal: principal.claims(claims).build(),
            expires_at,
        })
    }
}

/// The texts of a list at a path of claims.
fn texts_at(claims: &Map<String, Value>, path: &str) -> Vec<String> {
    // A claim may have dots in its own name, as those of Auth0 are URLs.
    let mut found = claims.get(path);
    if found.is_none() {
        let mut parts = path.split('.');
        found = parts.next().and_then(|first| claims.get(first));
        for part in parts {
            found = found.and_then(|value| value.get(part));
        }
    }
    let list = found.and_then(Value::as_array);
    let texts = list.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

/// `scope` as RFC 9068 has it, or `scp` as others do.
fn scopes(claims: &Map<String, Value>) -> Vec<String> {
    let found = claims.get("scope").or_else(|| claims.get("scp"));
    match found {
        Some(Value::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
        Some(Value::Array(list)) => {
            let texts = list.iter().filter_map(Value::as_str);
            texts.map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn roles_are_where_the_issuer_puts_them() {
        let claims = json!({
            "roles": ["A"], "realm_access": { "roles": ["B", 7] }, "https://a.example/roles": ["C"],
            "text": "D",
        });
        let check = |path: &str, expected: &[&str]| {
            assert_eq!(
                texts_at(claims.as_object().unwrap(), path),
                expected,
                "{path}"
            );
        };
        check("roles", &["A"]);
        check("realm_access.roles", &["B"]);
        check("https://a.example/roles", &["C"]);
        check("text", &[]);
        check("realm_access.none", &[]);
        check("", &[]);
    }

    #[test]
    fn scopes_are_a_text_or_a_list() {
        let check = |claims: Value, expected: &[&str]| {
            assert_eq!(scopes(claims.as_object().unwrap()), expected, "{claims}");
        };
        check(json!({ "scope": "a b" }), &["a", "b"]);
        check(json!({ "scp": ["a", "b"] }), &["a", "b"]);
        check(json!({ "scp": "a" }), &["a"]);
        check(json!({ "scope": 7 }), &[]);
    }
}
