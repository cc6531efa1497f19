//! `security.oauth2`.

mod client;
mod issuer;
mod provider;

use std::collections::BTreeMap;
use std::time::Duration;

use savia_core::config;

pub use client::ClientConfig;
pub use issuer::TrustedIssuerConfig;
pub use provider::{ClientAuthentication, Preset, ProviderConfig};

/// OAuth 2.0 and OpenID Connect: logging in with a provider, tokens of outside issuers, and calling other
/// services.
#[config]
pub struct OAuth2Config {
    /// Where browsers reach the application, such as `https://shop.example.com`: providers send them back
    /// to `{base_url}/login/oauth2/code/{provider}`. In profile `prod` it has to be said; elsewhere it is
    /// `http://` and the request's `Host`.
    pub base_url: Option<String>,

    /// Where a browser goes that has logged in and asked for nothing else (`?return_to=/orders`).
    #[default("/")]
    pub success_url: String,

    /// Where a browser goes whose login failed, with `?error=` and the problem's code; without it, the
    /// answer is the problem.
    pub failure_url: Option<String>,

    /// Whether who logs in for the first time is given an account; only where
    /// `security.accounts.registration` lets anybody register.
    #[default(true)]
    pub registration: bool,

    /// How long a provider may take to answer, from `100ms` to `1m`.
    #[default("5s")]
    #[garde(custom(a_tenth_to_a_minute))]
    pub timeout: Duration,

    /// How often, at the most, a key that is not known has an issuer's keys fetched anew, from `100ms` to
    /// `1m`.
    #[default("10s")]
    #[garde(custom(a_tenth_to_a_minute))]
    pub keys_refresh: Duration,

    /// Providers that people log in with, by their names. `google`, `github`, `gitlab` and `microsoft` are
    /// known by name.
    #[default]
    #[garde(dive)]
    pub providers: BTreeMap<String, ProviderConfig>,

    /// Issuers whose access tokens are believed in `Authorization: Bearer`, by their names.
    #[default]
    #[garde(dive)]
    pub trusted_issuers: BTreeMap<String, TrustedIssuerConfig>,

    /// What the application calls other services as, by their names.
    #[default]
    #[garde(dive)]
    pub clients: BTreeMap<String, ClientConfig>,
}

fn a_tenth_to_a_minute(value: &Duration, _: &()) -> garde::Result {
    let (least, most) = (Duration::from_millis(100), Duration::from_secs(60));
    super::jwt::within(*value, least, most, "from 100ms to 1m")
}
