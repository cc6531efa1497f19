//! What is said of Redis at the start, and of its health.

use std::sync::Arc;

use async_trait::async_trait;
use redis::Client;
use savia_core::Result;
use savia_core::app::AppHandle;
use savia_core::config::Config;
use savia_core::config::sections::RedisConfig;
use savia_core::error::{Diagnosis, StartupError};
use savia_core::health::{Health, HealthIndicator};
use savia_core::lifecycle::{Lifecycle, Phase};

use super::RedisTokenStore;

/// The server that `redis.url` names.
pub(crate) fn client(config: &Config) -> Result<Client, Diagnosis> {
    let redis = config.section::<RedisConfig>();
    // A section that cannot be read has been reported as such.
    let Some(url) = redis.ok().and_then(|redis| redis.url) else {
        let what = "tokens are to be kept in Redis, and nothing says where it is";
        return Err(Diagnosis::new("security::redis_url", what)
            .at_key(config, "security.store")
            .help("set `redis.url`, such as `redis://localhost:6379`, or `REDIS_URL`"));
    };
    Client::open(url).map_err(|error| {
        let what = format!("`redis.url` is no address: {error}");
        Diagnosis::new("security::redis_url", what)
            .at_key(config, "redis.url")
            .help("write `redis://host:6379`, `redis://:password@host:6379/0`, or `rediss://` for TLS")
    })
}

/// Connects when the application starts, and says aloud where Redis may forget.
pub(crate) struct RedisStart(pub(crate) Arc<RedisTokenStore>);

#[async_trait]
impl Lifecycle for RedisStart {
    fn name(&self) -> &str {
        "security redis"
    }

    fn phase(&self) -> Phase {
        Phase::Infrastructure
    }

    async fn start(&self, app: &AppHandle) -> Result<(), StartupError> {
        let mut pipe = redis::pipe();
        pipe.cmd("INFO").arg("memory");
        let answer: Result<(String,)> = self.0.query(&pipe).await;
        let (memory,) = answer.map_err(|error| {
            let why = error
                .source()
                .map_or_else(|| error.to_string(), ToString::to_string);
            Diagnosis::new("security::redis", format!("Redis does not answer: {why}"))
                .at_key(app.config(), "redis.url")
                .help("see that it runs there, or say `security.store: database`")
        })?;
        if let Some(policy) = evicting(&memory) {
            tracing::warn!(
                "Redis may forget logins, lockouts and revocations to make room: `maxmemory-policy` is \
                 `{policy}`, and should be `noeviction`"
            );
        }
        Ok(())
    }
}

/// The policy by which a full Redis forgets what has not ended.
fn evicting(memory: &str) -> Option<&str> {
    let field = |name: &str| {
        memory
            .lines()
            .find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(':'))
    };
    let policy = field("maxmemory_policy")?;
    (policy != "noeviction" && field("maxmemory") != Some("0")).then_some(policy)
}

/// `security`: whether Redis answers. Without it nobody logs in, and before long nobody is known.
pub(crate) struct RedisHealth(pub(crate) Arc<RedisTokenStore>);

#[async_trait]
impl HealthIndicator for RedisHealth {
    fn name(&self) -> &str {
        "security"
    }

    async fn check(&self) -> Health {
        let mut pipe = redis::pipe();
        pipe.cmd("PING").ignore();
        let answer: Result<()> = self.0.query(&pipe).await;
        let health = match answer {
            Ok(()) => Health::up(),
            Err(error) => Health::down(error.to_string()),
        };
        health.with("store", "redis")
    }
}

#[cfg(test)]
mod tests {
    use super::evicting;

    #[test]
    fn a_policy_matters_where_memory_is_bounded() {
        let check = |policy: &str, most: &str, expected: Option<&str>| {
            let info = format!("# Memory\r\nmaxmemory:{most}\r\nmaxmemory_policy:{policy}\r\n");
            assert_eq!(evicting(&info), expected, "{policy} {most}");
        };
        check("noeviction", "1048576", None);
        check("volatile-lru", "0", None);
        check("volatile-lru", "1048576", Some("volatile-lru"));
        check("allkeys-lfu", "1048576", Some("allkeys-lfu"));
    }
}
