//! The section `data`: which database there is, and how it is spoken to.

mod pool;
mod postgres;
mod sqlite;

use std::time::Duration;

use savia_core::config;
use savia_core::config::rules;

pub use pool::PoolConfig;
pub use postgres::PostgresConfig;
pub use sqlite::{SqliteConfig, Synchronous};

/// The database.
#[config("data")]
pub struct DataConfig {
    /// Where the database is: `sqlite:blog.db` (beside `application.yaml`), `sqlite::memory:` (gone
    /// when the application stops) or `postgres://user:password@host:5432/name`, which takes
    /// `?sslmode=disable|prefer|require|verify-full`, `&sslrootcert=ca.pem`, `&options=…` and what
    /// else libpq's URLs say. Without the key, `sqlite:{name}.db`, with the name of the
    /// application. `DATABASE_URL` sets it too.
    pub url: Option<String>,

    /// Copies of a PostgreSQL server that read-only transactions are spread over; while one is
    /// away, its share goes to `data.url`. They lag behind it by what has not been copied yet.
    #[default]
    pub replicas: Vec<String>,

    /// The connections that are kept.
    #[default]
    pub pool: PoolConfig,

    /// What only SQLite has.
    #[default]
    pub sqlite: SqliteConfig,

    /// What only PostgreSQL has.
    #[default]
    pub postgres: PostgresConfig,

    /// Statements that take longer are logged as warnings, without their values, up to `1h`; `0s`
    /// logs none.
    #[default("500ms")]
    #[garde(custom(rules::at_most_an_hour))]
    pub slow_query: Duration,

    /// How often one statement may run in one request before a warning says that an association
    /// wants `#[with(…)]`, from 0 to 10,000; 0 never says so. Without the key 10, and 0 in profile
    /// prod, where nothing is counted.
    #[garde(range(max = 10_000))]
    pub n_plus_one_threshold: Option<u32>,

    /// Whether migrations that have not been applied are applied at start. Without the key they
    /// are, except in profile prod, where a start with pending migrations fails and names them.
    pub migrate_on_start: Option<bool>,
}

impl DataConfig {
    /// The threshold that applies in a profile.
    pub(crate) fn n_plus_one(&self, production: bool) -> u32 {
        let default = if production { 0 } else { 10 };
        self.n_plus_one_threshold.unwrap_or(default)
    }

    /// Whether migrations run at start in a profile.
    pub(crate) fn migrates_on_start(&self, production: bool) -> bool {
        self.migrate_on_start.unwrap_or(!production)
    }
}
