//! What only Redis has.

use std::time::Duration;

use savia_core::config;
use savia_core::config::rules;

/// Redis as the store of tokens, sessions and lockouts (`security.store: redis`). Its address is
/// `redis.url`.
#[config]
pub struct RedisStoreConfig {
    /// What keys begin with; without the key, the application's name. Applications that share a server
    /// need names of their own.
    pub prefix: Option<String>,

    /// The longest that Redis may take to answer, and to be connected to, up to `24h`. After it the
    /// caller is answered 503, and a connection that said nothing is made anew.
    #[default("2s")]
    #[garde(custom(rules::some_time))]
    pub timeout: Duration,
}
