//! With the data starter: a schema on the server that the project names, or SQLite in memory.

use savia_core::config::Sources;
use savia_core::error::{Diagnosis, StartupError};
use savia_core::lifecycle::Application;
use savia_starter_data::testing::PrivateDatabase;

/// The application's database; none where the test gave it one itself.
pub(crate) struct TestDatabase(Option<PrivateDatabase>);

impl TestDatabase {
    /// On `server`, or else on what `data.url` names.
    pub(crate) async fn of(
        sources: &Sources,
        server: Option<String>,
        given: bool,
    ) -> Result<Self, StartupError> {
        if given {
            return Ok(Self(None));
        }
        let server = match server {
            Some(server) => Some(server),
            // What is wrong with the configuration is told by the start itself.
            None => Application::configure(sources.clone())
                .ok()
                .and_then(|configured| configured.config().text("data.url")),
        };
        let made = PrivateDatabase::make(server.as_deref()).await;
        made.map(|made| Self(Some(made))).map_err(|error| {
            Diagnosis::new(
                "test::database",
                format!("the test cannot have a database of its own: {error}"),
            )
            .at("data.url")
            .help("see that the server runs and lets this user make schemas")
            .into()
        })
    }

    pub(crate) fn url(&self) -> Option<&str> {
        self.0.as_ref().map(PrivateDatabase::url)
    }

    /// Removes it. What cannot be removed now is removed by a later run.
    pub(crate) async fn remove(self) {
        if let Some(database) = self.0
            && let Err(error) = database.remove().await
        {
            tracing::warn!("the test's database stays for an hour: {error}");
        }
    }
}
