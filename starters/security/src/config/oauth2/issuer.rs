//! `security.oauth2.trusted_issuers.{name}`.

use std::time::Duration;

use savia_core::config;

use crate::config::Algorithm;

/// An issuer whose access tokens are believed: the application is its resource server.
#[config]
pub struct TrustedIssuerConfig {
    /// What its tokens say as `iss`.
    pub issuer: String,

    /// What its tokens have to say as `aud`: the application's name at the issuer. Without it, a token
    /// that was given to any other application would open this one.
    pub audience: String,

    /// Where its keys are; without the key, by discovery
    /// (`{issuer}/.well-known/openid-configuration`).
    pub jwks_url: Option<String>,

    /// How its tokens are signed: `RS256`, `ES256` or `EdDSA`.
    #[default(Algorithm::Rs256)]
    pub algorithm: Algorithm,

    /// Which claim holds the roles, with dots between its parts: `roles`, or `realm_access.roles` of
    /// Keycloak.
    #[default("roles")]
    pub roles_claim: String,

    /// Which claim holds the permissions, with dots between its parts.
    #[default("permissions")]
    pub permissions_claim: String,

    /// How far clocks may be apart, up to `5m`.
    #[default("30s")]
    #[garde(custom(super::super::jwt::at_most_five_minutes))]
    pub leeway: Duration,
}
