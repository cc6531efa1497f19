//! Where several instances keep what they share.

use std::sync::Arc;

use savia::UserStore;
use savia::user::MemoryUserStore;
use serde_json::{Value, json};

use crate::application::{Site, site_of};

/// A store that several instances share.
pub(crate) struct Place {
    config: Vec<(&'static str, Value)>,
    /// Users that are not in the store.
    users: Option<Arc<dyn UserStore>>,
    #[cfg(feature = "data")]
    database: Option<savia_starter_data::testing::PrivateDatabase>,
}

impl Place {
    fn of(config: Vec<(&'static str, Value)>, users: Option<Arc<dyn UserStore>>) -> Self {
        Self {
            config,
            users,
            #[cfg(feature = "data")]
            database: None,
        }
    }

    /// A schema of its own on the server; nothing where there is none, which is said aloud, and a
    /// failure where services are required.
    #[cfg(feature = "data")]
    pub(crate) async fn postgres() -> Option<Self> {
        let server = std::env::var("SAVIA_TEST_POSTGRES")
            .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/test".to_owned());
        let made = savia_starter_data::testing::PrivateDatabase::make(Some(&server)).await;
        let database = match made {
            Ok(database) => database,
            Err(error) => return absent("PostgreSQL", "SAVIA_TEST_POSTGRES", &error.to_string()),
        };
        let mut place = Self::on_postgres(database.url());
        place.database = Some(database);
        Some(place)
    }

    /// On a PostgreSQL of the test's own.
    #[cfg(feature = "data")]
    pub(crate) fn on_postgres(url: &str) -> Self {
        Self::of(vec![("data.url", json!(url))], None)
    }

    /// Keys of its own on the server; nothing where there is none.
    #[cfg(feature = "redis")]
    pub(crate) async fn redis() -> Option<Self> {
        let server = std::env::var("SAVIA_TEST_REDIS")
            .unwrap_or_else(|_| "redis://127.0.0.1:6379".to_owned());
        let client = redis::Client::open(&*server).unwrap();
        if let Err(error) = client.get_multiplexed_async_connection().await {
            return absent("Redis", "SAVIA_TEST_REDIS", &error.to_string());
        }
        Some(Self::on_redis(&server))
    }

    /// On a Redis of the test's own. Users are not kept in Redis: instances share them all the same.
    #[cfg(feature = "redis")]
    pub(crate) fn on_redis(url: &str) -> Self {
        let prefix = format!("savia-test-{}", uuid::Uuid::new_v4().simple());
        let config = vec![
            ("security.store", json!("redis")),
            ("redis.url", json!(url)),
            ("security.redis.prefix", json!(prefix)),
        ];
        Self::of(config, Some(Arc::new(MemoryUserStore::default())))
    }

    /// An instance here.
    pub(crate) async fn site(&self, config: &[(&str, Value)]) -> Site {
        let config: Vec<_> = self.config.iter().chain(config).cloned().collect();
        site_of(&config, self.users.clone()).await
    }

    /// The keys of this place with what they hold, and how many milliseconds they have left.
    #[cfg(feature = "redis")]
    pub(crate) async fn dump(&self) -> Vec<(String, String, i64)> {
        let text = |name: &str| {
            let found = self.config.iter().find(|(key, _)| *key == name);
            found.unwrap().1.as_str().unwrap().to_owned()
        };
        let client = redis::Client::open(text("redis.url")).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let script = "local found, c = {}, '0' repeat \
                      local r = redis.call('scan', c, 'match', ARGV[1], 'count', 1000) c = r[1] \
                      for _, k in ipairs(r[2]) do local t = redis.call('type', k).ok \
                      local v = t == 'hash' and redis.call('hgetall', k) or t == 'string' and {redis.call('get', k)} \
                      or redis.call('zrange', k, 0, -1) \
                      found[#found + 1] = {k, table.concat(v, ' '), redis.call('pttl', k)} end \
                      until c == '0' return found";
        redis::cmd("eval")
            .arg(script)
            .arg(0)
            .arg(format!("*{}*", text("security.redis.prefix")))
            .query_async(&mut connection)
            .await
            .unwrap()
    }

    pub(crate) async fn remove(self) {
        #[cfg(feature = "data")]
        if let Some(database) = self.database {
            database.remove().await.unwrap();
            return;
        }
        #[cfg(feature = "redis")]
        if self.users.is_some() {
            let url = self
                .config
                .iter()
                .find(|(key, _)| *key == "redis.url")
                .unwrap();
            let client = redis::Client::open(url.1.as_str().unwrap()).unwrap();
            let mut connection = client.get_multiplexed_async_connection().await.unwrap();
            for (key, ..) in self.dump().await {
                let _: () = redis::AsyncCommands::del(&mut connection, key)
                    .await
                    .unwrap();
            }
        }
    }
}

fn absent(service: &str, variable: &str, error: &str) -> Option<Place> {
    let required = std::env::var("SAVIA_REQUIRE_SERVICES").is_ok_and(|it| it == "1");
    assert!(!required, "{service} is required and away: {error}");
    eprintln!("skipped: there is no {service} at {variable}: {error}");
    None
}
