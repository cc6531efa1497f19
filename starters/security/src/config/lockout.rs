//! `security.lockout`.

use std::time::Duration;

use savia_core::config;

/// What becomes of who guesses passwords.
///
/// Failures are counted for the account and for the address they come from. Past the free ones, each
/// makes the next attempt wait: `delay`, then twice as long, and so on up to `max_delay`. An attempt
/// that comes too early is answered with 429 and `Retry-After`, whatever the password, and whether
/// or not there is such an account.
#[config]
pub struct LockoutConfig {
    /// Whether failures are counted.
    #[default(true)]
    pub enabled: bool,

    /// Failures of one account that make nobody wait, from 1 to 100.
    #[default(5)]
    #[garde(range(min = 1, max = 100))]
    pub account_failures: u32,

    /// Failures from one address that make nobody wait, from 1 to 10,000. Many people may share one; of
    /// IPv6, the first 64 bits count.
    #[default(50)]
    #[garde(range(min = 1, max = 10_000))]
    pub address_failures: u32,

    /// The first wait, from `100ms` to `1h`.
    #[default("1s")]
    #[garde(custom(a_tenth_to_an_hour))]
    pub delay: Duration,

    /// The longest wait, from `100ms` to `1h`. Whoever wants to keep somebody out can do no worse.
    #[default("15m")]
    #[garde(custom(a_tenth_to_an_hour))]
    pub max_delay: Duration,

    /// After how long without a failure the count begins anew, from `1s` to `30d`; no less than
    /// `max_delay`.
    #[default("1h")]
    #[garde(custom(a_second_to_a_month))]
    pub forget_after: Duration,
}

fn a_tenth_to_an_hour(value: &Duration, _: &()) -> garde::Result {
    super::jwt::within(
        *value,
        Duration::from_millis(100),
        Duration::from_secs(3_600),
        "from 100ms to 1h",
    )
}

fn a_second_to_a_month(value: &Duration, _: &()) -> garde::Result {
    super::jwt::within(
        *value,
        Duration::from_secs(1),
        Duration::from_secs(30 * 86_400),
        "from 1s to 30d",
    )
}
