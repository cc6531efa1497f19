//! `security.jwt`.

use std::time::Duration;

use savia_core::config;
use savia_core::config::Secret;

use super::Algorithm;

/// Access tokens that the application issues and believes (RFC 9068), and the refresh tokens that
/// renew them.
#[config]
pub struct JwtConfig {
    /// Whether the application issues tokens and takes `Authorization: Bearer`.
    #[default(true)]
    pub enabled: bool,

    /// How tokens are signed. One that names any other algorithm is refused, whatever key it names.
    #[default(Algorithm::EdDsa)]
    pub algorithm: Algorithm,

    /// The key that signs: a PKCS#8 private key in PEM (`openssl genpkey -algorithm ed25519`), or for
    /// HS256 a base64 text of 32 bytes or more (`openssl rand -base64 32`). Without the key one is made
    /// at start, outside of profile `prod`: tokens end with the process, and other instances do not
    /// believe them.
    pub key: Option<Secret<String>>,

    /// A file that holds the key, beside `application.yaml` or absolute.
    pub key_file: Option<String>,

    /// Keys that have signed and sign no longer, or will sign and do not yet: tokens that name them are
    /// believed, and they are in the JWKS. To rotate, put the new key here, and after a minute or two
    /// change places; take the old one out when `access_ttl` has passed.
    #[default]
    pub other_keys: Vec<Secret<String>>,

    /// Who issues the tokens (`iss`); without the key, the application's name.
    pub issuer: Option<String>,

    /// Whom they are for (`aud`); without the key, the application's name.
    pub audience: Option<String>,

    /// For how long an access token is good, from `10s` to `24h`.
    #[default("10m")]
    #[garde(custom(ten_seconds_to_a_day))]
    pub access_ttl: Duration,

    /// For how long a refresh token is good that is not used, from `1m` to `365d`.
    #[default("14d")]
    #[garde(custom(a_minute_to_a_year))]
    pub refresh_ttl: Duration,

    /// For how long a login is good, however often its refresh token is renewed, from `1m` to `365d`.
    #[default("90d")]
    #[garde(custom(a_minute_to_a_year))]
    pub login_ttl: Duration,

    /// How far clocks may be apart when `exp` and `nbf` are looked at, up to `5m`.
    #[default("30s")]
    #[garde(custom(at_most_five_minutes))]
    pub leeway: Duration,

    /// How often an instance asks which logins the others have revoked, from `100ms` to `1m`. A token
    /// that was revoked elsewhere is refused after this time at the latest, and one that was revoked
    /// here at once.
    #[default("5s")]
    #[garde(custom(a_tenth_to_a_minute))]
    pub revocation_refresh: Duration,

    /// For how long an instance goes on believing tokens while it cannot ask which were revoked, up to
    /// `1h`; then it answers 503.
    #[default("1m")]
    #[garde(custom(at_most_an_hour))]
    pub revocation_patience: Duration,

    /// How many verified tokens are remembered, so that one that was seen costs next to nothing, up to
    /// a million; 0 verifies every token anew.
    #[default(10_000)]
    #[garde(range(max = 1_000_000))]
    pub cache_size: usize,
}

pub(super) fn within(
    value: Duration,
    least: Duration,
    most: Duration,
    words: &str,
) -> garde::Result {
    if value < least || value > most {
        return Err(garde::Error::new(format!("not {words}")));
    }
    Ok(())
}

const DAY: u64 = 86_400;

fn ten_seconds_to_a_day(value: &Duration, _: &()) -> garde::Result {
    within(
        *value,
        Duration::from_secs(10),
        Duration::from_secs(DAY),
        "from 10s to 24h",
    )
}

fn a_minute_to_a_year(value: &Duration, _: &()) -> garde::Result {
    within(
        *value,
        Duration::from_secs(60),
        Duration::from_secs(365 * DAY),
        "from 1m to 365d",
    )
}

pub(super) fn at_most_five_minutes(value: &Duration, _: &()) -> garde::Result {
    within(
        *value,
        Duration::ZERO,
        Duration::from_secs(300),
        "at most 5m",
    )
}

fn a_tenth_to_a_minute(value: &Duration, _: &()) -> garde::Result {
    within(
        *value,
        Duration::from_millis(100),
        Duration::from_secs(60),
        "from 100ms to 1m",
    )
}

fn at_most_an_hour(value: &Duration, context: &()) -> garde::Result {
    savia_core::config::rules::at_most_an_hour(value, context)
}
