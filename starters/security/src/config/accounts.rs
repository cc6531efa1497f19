//! `security.accounts`.

use std::time::Duration;

use savia_core::config;

/// The routes below `/auth`: registering, logging in, renewing a token, logging out.
#[config]
pub struct AccountsConfig {
    /// Whether they are there.
    #[default(true)]
    pub enabled: bool,

    /// Whether anybody may register.
    #[default(true)]
    pub registration: bool,

    /// Whether an address must be proved before its account can log in. It needs a component of
    /// `AccountMessenger`, which sends the mail. Without it, `register` has to say where an address is
    /// taken.
    #[default(false)]
    pub verify_email: bool,

    /// For how long the token in a mail that proves an address is good, up to `7d`.
    #[default("24h")]
    #[garde(custom(at_most_a_week))]
    pub verification_ttl: Duration,

    /// For how long the token in a mail that resets a password is good, up to `7d`.
    #[default("30m")]
    #[garde(custom(at_most_a_week))]
    pub reset_ttl: Duration,

    /// The roles of who registers.
    #[default]
    pub default_roles: Vec<String>,
}

fn at_most_a_week(value: &Duration, _: &()) -> garde::Result {
    super::jwt::within(
        *value,
        Duration::from_secs(60),
        Duration::from_secs(7 * 86_400),
        "from 1m to 7d",
    )
}
