//! `data.postgres`: what only PostgreSQL has.

use std::time::Duration;

use savia_core::config;
use savia_core::config::rules;

/// What only PostgreSQL has.
#[config]
pub struct PostgresConfig {
    /// The server ends a statement that takes longer, up to `24h`; `0s` sets no limit.
    #[default("30s")]
    #[garde(custom(rules::at_most_a_day))]
    pub statement_timeout: Duration,

    /// The server ends a transaction in which nothing happens for so long, up to `24h`; `0s` sets
    /// no limit.
    #[default("60s")]
    #[garde(custom(rules::at_most_a_day))]
    pub idle_in_transaction_timeout: Duration,

    /// The name by which the server's own views know the application; without the key, its
    /// `name`.
    #[garde(inner(length(min = 1, max = 63)))]
    pub application_name: Option<String>,
}
