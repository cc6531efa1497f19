//! The section `security`: who may come in, and how they prove who they are.

mod accounts;
mod algorithm;
mod audit;
mod jwt;
mod lockout;
mod oauth2;
mod passwords;
mod rate_limit;
mod redis;
mod rules;
mod sessions;

use savia_core::config;

pub use accounts::AccountsConfig;
pub use algorithm::Algorithm;
pub use audit::{AuditConfig, AuditFileConfig, OnFailure, Sink};
pub use jwt::JwtConfig;
pub use lockout::LockoutConfig;
pub use oauth2::{
    ClientAuthentication, ClientConfig, OAuth2Config, Preset, ProviderConfig, TrustedIssuerConfig,
};
pub use passwords::{Argon2Config, PasswordsConfig};
pub use rate_limit::{LimitConfig, LimitKey, RateLimitConfig, RateLimitStore};
pub use redis::RedisStoreConfig;
pub use rules::PathRuleConfig;
pub use sessions::{SameSite, SessionsConfig};

/// Authentication.
///
/// With it the application is closed: every route asks that its caller is known, unless it says
/// `#[public]`.
#[config("security")]
pub struct SecurityConfig {
    /// Whether the application is closed, and who calls is found out. Without it, a `#[secured]` route
    /// stops the start.
    #[default(true)]
    pub enabled: bool,

    /// Where users, refresh tokens, sessions, revocations and lockouts are kept.
    #[default(Store::Auto)]
    pub store: Store,

    /// What only Redis has.
    #[default]
    #[garde(dive)]
    pub redis: RedisStoreConfig,

    /// Access tokens of the application's own.
    #[default]
    pub jwt: JwtConfig,

    /// Passwords.
    #[default]
    pub passwords: PasswordsConfig,

    /// What becomes of who guesses.
    #[default]
    pub lockout: LockoutConfig,

    /// The routes below `/auth`.
    #[default]
    pub accounts: AccountsConfig,

    /// Sessions of browsers.
    #[default]
    pub sessions: SessionsConfig,

    /// Logging in with OAuth 2.0 and OpenID Connect, tokens of outside issuers, calling other services.
    #[default]
    #[garde(dive)]
    pub oauth2: OAuth2Config,

    /// HTTP basic authentication.
    #[default]
    pub basic: BasicConfig,

    /// The audit log.
    #[default]
    #[garde(dive)]
    pub audit: AuditConfig,

    /// Which roles have those of others too, each as `ADMIN > EDITOR > AUTHOR`.
    #[default]
    pub role_hierarchy: Vec<String>,

    /// How many requests are taken.
    #[default]
    #[garde(dive)]
    pub rate_limit: RateLimitConfig,

    /// What paths ask of their callers, beside what the attributes of their routes say. Of one route, every
    /// rule that its path meets holds.
    #[default]
    #[garde(dive)]
    pub rules: Vec<PathRuleConfig>,
}

/// Where users, refresh tokens, sessions, revocations and lockouts are kept.
#[config]
#[derive(Copy, PartialEq, Eq)]
pub enum Store {
    /// In the application's own database where the data starter is there, in memory elsewhere.
    Auto,
    /// In this process: they end with it, and no other process knows them.
    Memory,
    /// In the application's own database.
    Database,
    /// In the Redis that `redis.url` names; users are where `auto` has them.
    Redis,
}

impl Store {
    /// Whether users are in the database.
    pub fn has_users_in_database(self) -> bool {
        match self {
            Self::Auto | Self::Redis => cfg!(feature = "data"),
            Self::Memory => false,
            Self::Database => true,
        }
    }

    /// Whether everything else is in the database.
    pub fn has_tokens_in_database(self) -> bool {
        self != Self::Redis && self.has_users_in_database()
    }
}

/// HTTP basic authentication (RFC 7617): for tools that call operations endpoints.
///
/// A password goes over the wire with every request, and is hashed with every one: it is for few
/// callers, and never without TLS.
#[config]
pub struct BasicConfig {
    /// Whether `Authorization: Basic` is looked at.
    #[default(false)]
    pub enabled: bool,
}
