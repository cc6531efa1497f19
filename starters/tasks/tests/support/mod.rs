//! Applications under test, and functions for them to run.

#![allow(dead_code, reason = "not every test asks for everything")]

use std::future::Future;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use savia_core::config::Sources;
use savia_core::container::Overrides;
use savia_core::context::ContextKind;
use savia_core::error::StartupError;
use savia_core::lifecycle::{Application, Running};
use savia_core::{Context, Result, service};

use serde_json::Value;
use tempfile::TempDir;

/// Long enough for a busy machine; a test never waits for it unless it fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// What functions note that they did.
#[service]
pub(crate) struct Diary {
    #[init]
    lines: Arc<Mutex<Vec<String>>>,
}

impl Diary {
    pub(crate) fn note(&self, line: impl Into<String>) {
        self.lines.lock().unwrap().push(line.into());
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }
}

/// A running application.
pub(crate) struct App {
    pub(crate) app: Application<Running>,
    pub(crate) folder: Arc<TempDir>,
}

/// A place where tasks are kept, and several applications may meet.
pub(crate) struct Place {
    folder: Arc<TempDir>,
    config: Vec<(&'static str, Value)>,
    #[cfg(feature = "data")]
    database: Option<savia_starter_data::testing::PrivateDatabase>,
}

impl Place {
    fn of(config: Vec<(&'static str, Value)>) -> Self {
        Self {
            folder: Arc::new(tempfile::tempdir().unwrap()),
            config,
            #[cfg(feature = "data")]
            database: None,
        }
    }

    pub(crate) async fn memory() -> Option<Self> {
        Some(Self::of(vec![("tasks.backend", "memory".into())]))
    }

    /// A file of SQLite's.
    #[cfg(feature = "data")]
    pub(crate) async fn sqlite() -> Option<Self> {
        let config = vec![
            ("tasks.backend", "sqlite".into()),
            ("data.url", "sqlite:tasks.db".into()),
        ];
        Some(Self::of(config))
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
        let mut place = Self::of(vec![
            ("tasks.backend", "postgres".into()),
            ("data.url", database.url().into()),
        ]);
        place.database = Some(database);
        Some(place)
    }

    /// Keys of its own on the server; nothing where there is none.
    #[cfg(feature = "redis")]
    pub(crate) async fn redis() -> Option<Self> {
        let server = std::env::var("SAVIA_TEST_REDIS")
            .unwrap_or_else(|_| "redis://127.0.0.1:6379".to_owned());
        let address = server
            .trim_start_matches("redis://")
            .split('/')
            .next()
            .unwrap_or_default();
        if let Err(error) = std::net::TcpStream::connect(address) {
            return absent("Redis", "SAVIA_TEST_REDIS", &error.to_string());
        }
        let prefix = format!("savia-test-{}", uuid::Uuid::new_v4().simple());
        Some(Self::of(vec![
            ("tasks.backend", "redis".into()),
            ("redis.url", server.into()),
            ("tasks.redis.prefix", prefix.into()),
        ]))
    }

    /// The keys that lead here, for a process of its own.
    pub(crate) fn keys(&self) -> Vec<(&'static str, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        self.config
            .iter()
            .map(|(key, value)| (*key, text(value)))
            .collect()
    }

    pub(crate) fn path(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// An application here.
    pub(crate) async fn start(&self, config: &[(&str, Value)]) -> App {
        let all: Vec<_> = self
            .config
            .iter()
            .cloned()
            .chain(config.iter().map(|(key, value)| {
                let key: &'static str = Box::leak(key.to_string().into_boxed_str());
                (key, value.clone())
            }))
            .collect();
        App::within(&self.folder, &all)
            .await
            .unwrap_or_else(|error| panic!("{error}"))
    }

    pub(crate) async fn remove(self) {
        #[cfg(feature = "data")]
        if let Some(database) = self.database {
            database.remove().await.unwrap();
        }
        #[cfg(feature = "redis")]
        if let Some((_, prefix)) = self
            .config
            .iter()
            .find(|(key, _)| *key == "tasks.redis.prefix")
        {
            let server = self
                .config
                .iter()
                .find(|(key, _)| *key == "redis.url")
                .unwrap();
            forget(server.1.as_str().unwrap(), prefix.as_str().unwrap()).await;
        }
    }
}

/// Removes what a test kept in Redis.
#[cfg(feature = "redis")]
async fn forget(server: &str, prefix: &str) {
    let client = redis::Client::open(server).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let script = "local c = '0' repeat local r = redis.call('scan', c, 'match', ARGV[1], 'count', 1000) \
                  c = r[1] for _, k in ipairs(r[2]) do redis.call('unlink', k) end until c == '0'";
    let _: () = redis::cmd("eval")
        .arg(script)
        .arg(0)
        .arg(format!("*{prefix}*"))
        .query_async(&mut connection)
        .await
        .unwrap();
}

fn absent(service: &str, variable: &str, error: &str) -> Option<Place> {
    let required = std::env::var("SAVIA_REQUIRE_SERVICES").is_ok_and(|it| it == "1");
    assert!(!required, "{service} is required and away: {error}");
    eprintln!("skipped: there is no {service} at {variable}: {error}");
    None
}

/// Runs cases on every backend: each takes a [`Place`].
#[macro_export]
macro_rules! on_every_backend {
    ($($name:ident)*) => {
        $crate::on_every_backend!(@memory $($name)*);
        #[cfg(feature = "data")]
        $crate::on_every_backend!(@sqlite $($name)*);
        #[cfg(feature = "data")]
        $crate::on_every_backend!(@postgres $($name)*);
        #[cfg(feature = "redis")]
        $crate::on_every_backend!(@redis $($name)*);
    };
    (@$backend:ident $($name:ident)*) => {
        mod $backend {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let Some(place) = $crate::support::Place::$backend().await else { return };
                super::$name(&place).await;
                place.remove().await;
            })*
        }
    };
}

impl App {
    pub(crate) async fn start(config: &[(&str, Value)]) -> Self {
        Self::try_start(config)
            .await
            .unwrap_or_else(|error| panic!("{error}"))
    }

    pub(crate) async fn try_start(config: &[(&str, Value)]) -> Result<Self, StartupError> {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        Self::within(&folder, config).await
    }

    async fn within(folder: &Arc<TempDir>, config: &[(&str, Value)]) -> Result<Self, StartupError> {
        let mut sources = Sources::in_dir(folder.path());
        for (key, value) in config {
            sources = sources.over(*key, value.clone());
        }
        let app = Application::configure(sources)?
            .discover(Overrides::default())
            .build()
            .await?
            .start()
            .await?;
        let folder = Arc::clone(folder);
        Ok(Self { app, folder })
    }

    pub(crate) fn diary(&self) -> Vec<String> {
        self.app.handle().component::<Diary>().unwrap().lines()
    }

    pub(crate) fn store(&self) -> Arc<dyn savia::store::TaskStore> {
        self.app.handle().component().unwrap()
    }

    /// Runs work in a context of the application, as a request would be.
    pub(crate) async fn inside<F: Future>(&self, work: F) -> F::Output {
        Context::new(self.app.handle().clone(), ContextKind::Test)
            .scope(work)
            .await
    }

    pub(crate) async fn stop(self) {
        assert!(self.app.stop().await, "it did not stop in time");
    }
}

/// Waits until something holds.
pub(crate) async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let since = Instant::now();
    while !holds().await {
        assert!(since.elapsed() < PATIENCE, "{what} in vain");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
