//! Issues access tokens, and believes its own.

use std::sync::Arc;
use std::time::Duration;

use savia_core::config::Config;
use savia_core::{Error, Result};
use serde_json::{Map, Value};

use super::JwtKeys;
use super::claims::{Expected, Verified, text, texts};
use super::jws::{self, Unverified};
use crate::config::JwtConfig;
use crate::user::User;
use crate::{Principal, SecurityError, clock, encoding};

/// The kind of token that this is (RFC 9068, section 2.1): no ID token passes for one.
const KIND: &str = "at+jwt";

/// Issues access tokens, and believes its own. Inject it as `Arc<JwtIssuer>`.
#[derive(Debug)]
pub struct JwtIssuer {
    keys: Arc<JwtKeys>,
    expected: Expected,
    ttl: Duration,
}

/// An access token.
#[derive(Clone)]
pub struct AccessToken {
    /// The token.
    pub token: String,
    /// For how long it is good.
    pub expires_in: Duration,
}

impl std::fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessToken")
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}

impl JwtIssuer {
    /// With these keys, as it is configured.
    pub fn new(keys: Arc<JwtKeys>, jwt: &JwtConfig, config: &Config) -> Self {
        let name = || config.text("name").unwrap_or_else(|| "app".to_owned());
        Self {
            keys,
            expected: Expected {
                issuer: jwt.issuer.clone().unwrap_or_else(name),
                audience: jwt.audience.clone().unwrap_or_else(name),
                leeway: i64::try_from(jwt.leeway.as_secs()).unwrap_or_default(),
            },
            ttl: jwt.access_ttl,
        }
    }

    /// Issues a token for a user, as part of a login.
    ///
    /// # Errors
    ///
    /// The key cannot sign, or the system has no random bytes.
    pub fn issue(&self, user: &User, session: &str) -> Result<AccessToken> {
        let now = clock::now() / 1_000;
        let ttl = i64::try_from(self.ttl.as_secs()).unwrap_or(i64::MAX);
        let mut claims = Map::new();
        let mut say = |name: &str, value: Value| claims.insert(name.to_owned(), value);
        say("iss", self.expected.issuer.clone().into());
        say("aud", self.expected.audience.clone().into());
        say("sub", user.id.clone().into());
        say("iat", now.into());
        say("nbf", now.into());
        say("exp", now.saturating_add(ttl).into());
        say("jti", encoding::base64url(encoding::random::<16>()?).into());
        say("sid", session.into());
        say("email", user.email.clone().into());
        say("roles", user.roles.clone().into());
        say("permissions", user.permissions.clone().into());
        let token = jws::signed(self.keys.signing(), KIND, &claims);
        let token = token.map_err(|error| Error::internal(error.to_string()))?;
        Ok(AccessToken {
            token,
            expires_in: self.ttl,
        })
    }

    /// Believes a token, or says why not. Whether its login was revoked is another question.
    ///
    /// # Errors
    ///
    /// Why it is not believed.
    pub fn verify(&self, token: &[u8]) -> Result<Verified, SecurityError> {
        let unverified = Unverified::read(token)?;
        if !unverified.names(self.keys.algorithm()) {
            return Err(SecurityError::Algorithm);
        }
        if unverified.header.typ.as_deref() != Some(KIND) {
            return Err(SecurityError::Kind);
        }
        let named = unverified
            .header
            .kid
            .as_deref()
            .and_then(|id| self.keys.named(id));
        let key = named.ok_or(SecurityError::UnknownKey)?;
        let mut claims = unverified.verify(key)?;
        let expires_at = self.expected.check(&claims, clock::now() / 1_000)?;
        let subject = text(&claims, "sub").ok_or(SecurityError::Malformed("it has no subject"))?;
        let mut principal = Principal::builder(subject, "jwt")
            .roles(texts(&claims, "roles"))
            .permissions(texts(&claims, "permissions"));
        if let Some(scope) = text(&claims, "scope") {
            principal = principal.scopes(scope.split_whitespace().map(str::to_owned).collect());
        }
        if let Some(email) = text(&claims, "email") {
            principal = principal.name(email);
        }
        if let Some(session) = text(&claims, "sid") {
            principal = principal.session(session);
        }
        for known in ["roles", "permissions", "sub", "sid"] {
            claims.remove(known);
        }
        Ok(Verified {
            principal: principal.claims(claims).build(),
            expires_at,
        })
    }

    /// For how long after its end a token is believed, because clocks differ.
    pub(super) fn leeway(&self) -> Duration {
        Duration::from_secs(u64::try_from(self.expected.leeway).unwrap_or_default())
    }

    /// The public keys.
    pub fn jwks(&self) -> Value {
        self.keys.jwks()
    }
}
