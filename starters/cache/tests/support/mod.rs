//! Applications with a cache, and a Redis to stop.

#![allow(dead_code, reason = "not every test asks for everything")]

use std::future::Future;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use savia_core::Context;
use savia_core::cache::BaseCache;
use savia_core::config::Sources;
use savia_core::container::Overrides;
use savia_core::context::ContextKind;
use savia_core::error::StartupError;
use savia_core::lifecycle::{Application, Running};
use savia_starter_cache::Cache;
use serde_json::{Value, json};
use tempfile::TempDir;

savia_core::app! { name: "test" }

pub(crate) const SHARED: &str = "redis://127.0.0.1:6379";

/// A running application.
pub(crate) struct App {
    pub(crate) app: Application<Running>,
    folder: TempDir,
}

impl App {
    pub(crate) async fn start(config: &[(&str, Value)]) -> Self {
        Self::try_start(config).await.unwrap()
    }

    pub(crate) async fn try_start(config: &[(&str, Value)]) -> Result<Self, StartupError> {
        let folder = tempfile::tempdir().unwrap();
        let mut sources = Sources::in_dir(folder.path()).over("cache.jitter", json!(0));
        for (key, value) in config {
            sources = sources.over(*key, value.clone());
        }
        let app = Application::configure(sources)?
            .discover(Overrides::default())
            .build()
            .await?
            .start()
            .await?;
        Ok(Self { app, folder })
    }

    pub(crate) async fn memory() -> Self {
        Self::start(&[]).await
    }

    /// On Redis, under a prefix.
    pub(crate) async fn on(backend: &str, url: &str, prefix: &str) -> Self {
        Self::start(&[
            ("cache.backend", json!(backend)),
            ("redis.url", json!(url)),
            ("cache.redis.prefix", json!(prefix)),
        ])
        .await
    }

    pub(crate) fn context(&self) -> Context {
        Context::new(self.app.handle().clone(), ContextKind::Test)
    }

    pub(crate) async fn inside<F: Future>(&self, work: F) -> F::Output {
        self.context().scope(work).await
    }

    pub(crate) fn cache(&self) -> Arc<Cache> {
        self.app.handle().component::<Cache>().unwrap()
    }

    pub(crate) fn backend(&self) -> Arc<dyn BaseCache> {
        self.app.handle().component::<dyn BaseCache>().unwrap()
    }

    pub(crate) async fn stop(self) {
        assert!(self.app.stop().await, "it did not stop in time");
    }
}

pub(crate) fn unique() -> String {
    format!("t{}", uuid::Uuid::new_v4().simple())
}

/// Whether the shared Redis is there. Its absence is told, and fails where services are required.
pub(crate) fn has_redis() -> bool {
    let there = std::net::TcpStream::connect("127.0.0.1:6379").is_ok();
    if !there {
        assert!(
            std::env::var("SAVIA_REQUIRE_SERVICES").as_deref() != Ok("1"),
            "there is no Redis on 127.0.0.1:6379"
        );
        eprintln!("skipped: there is no Redis on 127.0.0.1:6379");
    }
    there
}

/// A Redis of the test's own.
pub(crate) struct OwnRedis {
    pub(crate) port: u16,
    child: Option<Child>,
    folder: TempDir,
    /// How it is started besides.
    more: Vec<String>,
}

impl OwnRedis {
    /// Started; nothing where `redis-server` is not installed.
    pub(crate) fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// The same, which has everything once more after it went down.
    pub(crate) fn lasting() -> Option<Self> {
        Self::start_with(&["--appendonly", "yes", "--appendfsync", "always"])
    }

    /// Over TLS alone, with these files.
    pub(crate) fn start_with_tls(certificate: &str, key: &str, authority: &str) -> Option<Self> {
        let mut redis = Self::start()?;
        redis.down();
        redis.more = [
            ["--port", "0"],
            ["--tls-port", &redis.port.to_string()],
            ["--tls-cert-file", certificate],
            ["--tls-key-file", key],
            ["--tls-ca-cert-file", authority],
            ["--tls-auth-clients", "no"],
        ]
        .concat()
        .into_iter()
        .map(str::to_owned)
        .collect();
        redis.up();
        Some(redis)
    }

    fn start_with(more: &[&str]) -> Option<Self> {
        let found = Command::new("redis-server")
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        if found.is_err() {
            assert!(
                std::env::var("SAVIA_REQUIRE_SERVICES").as_deref() != Ok("1"),
                "there is no redis-server"
            );
            eprintln!("skipped: there is no redis-server");
            return None;
        }
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let folder = tempfile::tempdir().unwrap();
        let mut redis = Self {
            port,
            child: None,
            folder,
            more: more.iter().map(|it| (*it).to_owned()).collect(),
        };
        redis.up();
        Some(redis)
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub(crate) fn up(&mut self) {
        let child = Command::new("redis-server")
            .args([
                "--port",
                &self.port.to_string(),
                "--save",
                "",
                "--bind",
                "127.0.0.1",
            ])
            .args(&self.more)
            .current_dir(self.folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        self.child = Some(child);
        let until = Instant::now() + Duration::from_secs(10);
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(Instant::now() < until, "redis-server does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn move_to_another_port(&mut self) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        self.port = listener.local_addr().unwrap().port();
    }

    pub(crate) fn down(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Stops answering, and stays connected.
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
    }
}

impl Drop for OwnRedis {
    fn drop(&mut self) {
        self.down();
    }
}

/// Waits until something is so.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> F) {
    let end = Instant::now() + Duration::from_secs(20);
    while !is_so().await {
        assert!(Instant::now() < end, "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
