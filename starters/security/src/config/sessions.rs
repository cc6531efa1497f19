//! `security.sessions`.

use std::time::Duration;

use savia_core::config;

/// Sessions: a login that a cookie carries, for browsers. Logins and tokens are there beside them.
#[config]
pub struct SessionsConfig {
    /// Whether there are sessions, and the routes `/auth/session`.
    #[default(false)]
    pub enabled: bool,

    /// After how long without a request a session is over, from `1m` to `30d`.
    #[default("30m")]
    #[garde(custom(a_minute_to_a_month))]
    pub idle_ttl: Duration,

    /// After how long a session is over in any case, from `1m` to `30d`.
    #[default("12h")]
    #[garde(custom(a_minute_to_a_month))]
    pub ttl: Duration,

    /// Whether the cookie goes over TLS alone, as `__Host-session`. Browsers take it from
    /// `http://localhost` too. In profile `prod` it has to.
    #[default(true)]
    pub secure: bool,

    /// Which requests of other sites the cookie goes along with.
    #[default(SameSite::Lax)]
    pub same_site: SameSite,
}

/// Which requests of other sites a cookie goes along with.
#[config]
#[derive(Copy, PartialEq, Eq)]
pub enum SameSite {
    /// None: who follows a link from elsewhere is not known at first.
    Strict,
    /// Links that are followed, and nothing that changes something.
    Lax,
}

impl SameSite {
    /// As a cookie writes it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
        }
    }
}

fn a_minute_to_a_month(value: &Duration, _: &()) -> garde::Result {
    let (least, most) = (Duration::from_secs(60), Duration::from_secs(30 * 86_400));
    super::jwt::within(*value, least, most, "from 1m to 30d")
}
