//! `security.oauth2.clients.{name}`.

use std::collections::BTreeMap;

use savia_core::config;
use savia_core::config::Secret;

use super::ClientAuthentication;

/// What the application calls another service as: tokens by client credentials (RFC 6749, section 4.4).
#[config]
pub struct ClientConfig {
    /// Where tokens are given out; without the key, by discovery of `issuer`.
    pub token_url: Option<String>,

    /// Who gives the tokens out.
    pub issuer: Option<String>,

    /// What the application is called there.
    pub client_id: String,

    /// The application's secret there.
    pub client_secret: Secret<String>,

    /// How the secret is brought.
    #[default(ClientAuthentication::Basic)]
    pub client_authentication: ClientAuthentication,

    /// What is asked for.
    #[default]
    pub scopes: Vec<String>,

    /// What is sent beside it, such as `audience` or `resource`.
    #[default]
    pub parameters: BTreeMap<String, String>,
}
