//! `security.oauth2.providers.{name}`.

use savia_core::config;
use savia_core::config::Secret;

use crate::config::Algorithm;

/// A provider that people log in with. One of OpenID Connect needs `issuer`, `client_id` and
/// `client_secret`; its endpoints and keys are found by discovery. One of plain OAuth 2.0 needs its
/// endpoints.
#[config]
pub struct ProviderConfig {
    /// What is known of it beforehand; without the key, by its name.
    pub preset: Option<Preset>,

    /// Its issuer, such as `https://id.example.com/realms/main`: `/.well-known/openid-configuration` is
    /// below it.
    pub issuer: Option<String>,

    /// What the application is called there.
    pub client_id: String,

    /// The application's secret there; without one it is a public client, which PKCE alone protects.
    pub client_secret: Option<Secret<String>>,

    /// How the secret is brought.
    #[default(ClientAuthentication::Basic)]
    pub client_authentication: ClientAuthentication,

    /// What is asked for; without the key, `openid`, `email` and `profile`.
    pub scopes: Option<Vec<String>>,

    /// How its ID tokens are signed: `RS256`, `ES256` or `EdDSA`. One that is signed in any other way is
    /// refused.
    #[default(Algorithm::Rs256)]
    pub algorithm: Algorithm,

    /// Where browsers log in; without the key, by discovery.
    pub authorization_url: Option<String>,

    /// Where codes are exchanged; without the key, by discovery.
    pub token_url: Option<String>,

    /// Where it says who somebody is; without the key, by discovery.
    pub userinfo_url: Option<String>,

    /// Where it lists somebody's addresses with `primary` and `verified`, as GitHub does; its userinfo is
    /// not asked for them then.
    pub emails_url: Option<String>,

    /// Where its keys are; without the key, by discovery.
    pub jwks_url: Option<String>,

    /// Where browsers log out; without the key, by discovery.
    pub end_session_url: Option<String>,

    /// Which claim is the user's id, for providers of plain OAuth 2.0.
    #[default("sub")]
    pub subject_claim: String,

    /// Whether its addresses pass for proved although it does not say so (`email_verified`), as Microsoft
    /// Entra ID. Say yes only where nobody can have an address there that is another's.
    #[default(false)]
    pub trust_email: bool,

    /// Whether somebody who has an account with the same address is logged in to it the first time too,
    /// where both the provider and the application have had the address proved. Without it they have to
    /// log in and link the two. Say yes only to a provider whose word on addresses is as good as yours.
    #[default(false)]
    pub link_by_email: bool,
}

/// Providers that are known by name.
#[config]
#[derive(Copy, PartialEq, Eq)]
pub enum Preset {
    /// `https://accounts.google.com`.
    Google,
    /// GitHub, which speaks OAuth 2.0 and no OpenID Connect.
    Github,
    /// `https://gitlab.com`.
    Gitlab,
    /// Microsoft Entra ID: `issuer` names the tenant, `https://login.microsoftonline.com/{tenant}/v2.0`.
    Microsoft,
}

impl Preset {
    /// The preset of that name.
    pub(crate) fn of(name: &str) -> Option<Self> {
        match name {
            "google" => Some(Self::Google),
            "github" => Some(Self::Github),
            "gitlab" => Some(Self::Gitlab),
            "microsoft" => Some(Self::Microsoft),
            _ => None,
        }
    }
}

/// How a client's secret is brought (RFC 6749, section 2.3.1).
#[config]
#[derive(Copy, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// `client_secret_basic`: in the header `Authorization`.
    Basic,
    /// `client_secret_post`: in the body.
    Post,
}
