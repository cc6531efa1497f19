//! How an application is to be tested.

use std::sync::Arc;

use savia_core::config::Sources;
use savia_core::container::Overrides;
use savia_core::error::StartupError;
use savia_core::lifecycle::{Application, Phase, Running};
use serde_json::Value;

use crate::app::TestApp;
use crate::database::TestDatabase;
use crate::logging;

/// Says how an application is to be started for a test; made by [`TestApp::builder`].
///
/// ```no_run
/// # use std::sync::Arc;
/// # use savia_starter_test::TestApp;
/// # trait Mailer: Send + Sync {}
/// # struct Outbox;
/// # impl Mailer for Outbox {}
/// # async fn example() {
/// let app = TestApp::builder()
///     .set("orders.currency", "EUR")
///     .override_component::<dyn Mailer>(Arc::new(Outbox))
///     .start()
///     .await;
/// # }
/// ```
#[derive(Debug)]
#[must_use = "nothing is started before `start`"]
pub struct TestAppBuilder {
    sources: Option<Sources>,
    profile: String,
    settings: Vec<(String, Value)>,
    overrides: Overrides,
    in_process: bool,
    server: Option<String>,
}

impl Default for TestAppBuilder {
    fn default() -> Self {
        Self {
            sources: None,
            profile: "test".to_owned(),
            settings: Vec::new(),
            overrides: Overrides::default(),
            in_process: false,
            server: None,
        }
    }
}

impl TestAppBuilder {
    /// An application as the project configures it, in the profile `test`.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a configuration key, over every other source.
    ///
    /// Text is read as the field's type asks (`"0"`, `"5s"`); lists and maps are given as
    /// [`serde_json::json!`].
    pub fn set(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.settings.push((key.into(), value.into()));
        self
    }

    /// The profile, instead of `test`: `application-{profile}.yaml` overlays `application.yaml`.
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.profile = profile.into();
        self
    }

    /// Where configuration is read from, instead of the project around the current folder.
    pub fn sources(mut self, sources: Sources) -> Self {
        self.sources = Some(sources);
        self
    }

    /// Puts `instance` in the place of whatever provides `I`: how a test gives a mock.
    pub fn override_component<I>(mut self, instance: Arc<I>) -> Self
    where
        I: ?Sized + Send + Sync + 'static,
    {
        self.overrides.set::<I>(instance);
        self
    }

    /// A private database on the PostgreSQL server that `url` names, instead of on the one that the
    /// configuration names: for tests that are to run on both databases.
    ///
    /// `set("data.url", …)` takes a database as it is, shared with whoever uses it.
    #[cfg(feature = "data")]
    pub fn private_database(mut self, url: impl Into<String>) -> Self {
        self.server = Some(url.into());
        self
    }

    /// Answers requests within the process: no socket is opened, and what stands in front of the
    /// handlers' own service, such as HTTP parsing and keep-alive, is passed over.
    pub fn in_process(mut self) -> Self {
        self.in_process = true;
        self
    }

    /// Serves on a free port of the loopback interface, as in production. This is the default.
    pub fn over_tcp(mut self) -> Self {
        self.in_process = false;
        self
    }

    /// Starts the application.
    ///
    /// # Panics
    ///
    /// With the whole report where it does not start; [`try_start`](Self::try_start) gives it as
    /// a value.
    pub async fn start(self) -> TestApp {
        match self.try_start().await {
            Ok(app) => app,
            Err(error) => panic!("the application did not start\n\n{}", error.report(false)),
        }
    }

    /// Starts the application, for a test of how it fails to.
    ///
    /// # Errors
    ///
    /// What kept it from starting: every fault that was found.
    pub async fn try_start(self) -> Result<TestApp, StartupError> {
        logging::install();
        let mut sources = self.sources.unwrap_or_default().profile(self.profile);
        for (key, value) in quick_and_private() {
            sources = sources.over(key, value);
        }
        let given = self.settings.iter().any(|(key, _)| key == "data.url");
        let database = TestDatabase::of(&sources, self.server, given).await?;
        if let Some(url) = database.url() {
            sources = sources.over("data.url", url);
        }
        for (key, value) in self.settings {
            sources = sources.over(key, value);
        }
        match start(sources, self.overrides, self.in_process).await {
            Ok(running) => TestApp::of(running, self.in_process, database).await,
            Err(error) => {
                database.remove().await;
                Err(error)
            }
        }
    }
}

async fn start(
    sources: Sources,
    overrides: Overrides,
    in_process: bool,
) -> Result<Application<Running>, StartupError> {
    let ready = Application::configure(sources)?
        .discover(overrides)
        .build()
        .await?;
    let running = ready
        .start_phases(|phase| !in_process || phase != Phase::Server)
        .await?;
    running.handle().availability().set_ready(true);
    Ok(running)
}

/// What every test wants: a free port that only this machine sees, one worker, no waiting.
fn quick_and_private() -> Vec<(&'static str, Value)> {
    let mut settings = vec![("lifecycle.drain_delay", Value::from("0s"))];
    if cfg!(feature = "web") {
        settings.push(("server.host", "127.0.0.1".into()));
        settings.push(("server.port", 0.into()));
        settings.push(("server.workers", 1.into()));
    }
    if cfg!(feature = "tasks") {
        // What is enqueued is run when the test says so.
        settings.push(("tasks.workers", false.into()));
    }
    if cfg!(feature = "data") {
        // Its database is empty when it starts.
        settings.push(("data.migrate_on_start", true.into()));
        // Copies of the project's own database are none of the test's.
        settings.push(("data.replicas", Value::Array(Vec::new())));
    }
    settings
}
