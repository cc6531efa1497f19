//! What the starter does by itself: the database, its health, and its errors' meaning.

use std::sync::Arc;

use async_trait::async_trait;
use savia_core::app::AppHandle;
use savia_core::auto_configuration;
use savia_core::autoconfig::{AutoConfiguration, Configure};
use savia_core::check::CheckRegistration;
use savia_core::component::Interface;
use savia_core::condition::Condition;
use savia_core::config::Config;
use savia_core::error::{Diagnosis, ErrorMapper, StartupError};
use savia_core::health::HealthIndicator;
use savia_core::lifecycle::Lifecycle;

use crate::config::DataConfig;
use crate::database::{ConnectError, Database};
use crate::engine::Location;
use crate::error::DieselErrorMapper;
use crate::health::DatabaseHealth;
use crate::lifecycle::DatabaseLifecycle;

/// The database that `data.url` names, unless a component of the application's is one.
#[auto_configuration]
struct DatabaseAutoConfiguration;

#[async_trait]
impl AutoConfiguration for DatabaseAutoConfiguration {
    fn conditions(&self) -> Vec<Condition> {
        vec![Condition::missing_component::<Database>()]
    }

    fn provides(&self) -> Vec<Interface> {
        vec![
            Interface::of::<Database>(),
            Interface::of::<dyn HealthIndicator>(),
            Interface::of::<dyn Lifecycle>(),
            Interface::of::<dyn ErrorMapper>(),
        ]
    }

    async fn configure(&self, configure: &mut Configure<'_>) -> Result<(), StartupError> {
        let section: DataConfig = configure.section()?;
        let config = configure.config();
        let database = connect(config, &section).await?;
        let database = Arc::new(database);
        let health = DatabaseHealth::new(Arc::clone(&database));
        let lifecycle = DatabaseLifecycle::new(Arc::clone(&database));
        configure.provide::<Database>(database);
        configure.provide::<dyn HealthIndicator>(Arc::new(health));
        configure.provide::<dyn Lifecycle>(Arc::new(lifecycle));
        configure.provide::<dyn ErrorMapper>(Arc::new(DieselErrorMapper));
        Ok(())
    }
}

async fn connect(config: &Config, section: &DataConfig) -> Result<Database, Diagnosis> {
    let name = name(config);
    let url = url(section, &name);
    let repeated = section.n_plus_one(config.is_prod());
    Database::connect(&url, config.dir(), &name, section, repeated)
        .await
        .map_err(|error| fault(config, &error))
}

/// The application's name, after which its database is called.
pub(crate) fn name(config: &Config) -> String {
    config.text("name").unwrap_or_else(|| "app".to_owned())
}

/// Where the database is, where nothing says so.
pub(crate) fn url(section: &DataConfig, name: &str) -> String {
    let default = || format!("sqlite:{name}.db");
    section.url.clone().unwrap_or_else(default)
}

fn fault(config: &Config, error: &ConnectError) -> Diagnosis {
    match error {
        ConnectError::Url { key, .. } => Diagnosis::new("data::url", error.to_string())
            .at_key(config, key)
            .help(
                "write `sqlite:blog.db`, `sqlite::memory:` or `postgres://user:password@host/name`",
            ),
        ConnectError::Refused { .. } => {
            let what = format!("the database cannot be opened: {error}");
            Diagnosis::new("data::refused", what).at_key(config, "data.url")
                .help("see that the server runs and lets this user in, or that the file's folder is there and can be written")
                .help("`DATABASE_URL` sets the address too")
        }
    }
}

savia_core::__private::inventory::submit! {
    CheckRegistration { name: "data url", module_path: module_path!(), check: addresses }
}

/// What can be said of the addresses without connecting.
fn addresses(app: &AppHandle, _production: bool) -> Vec<Diagnosis> {
    // A section that cannot be read has been reported as such.
    let config = app.config();
    let Ok(section) = config.section::<DataConfig>() else {
        return Vec::new();
    };
    let url = url(&section, &name(config));
    let wrong = |key: &str, reason: String| {
        let key = key.to_owned();
        fault(config, &ConnectError::Url { key, reason })
    };
    let mut faults = Vec::new();
    match Location::of(&url, config.dir()) {
        Ok(Location::Server) => {}
        Ok(_) if section.replicas.is_empty() => {}
        Ok(_) => faults.push(wrong("data.replicas", "SQLite has no replicas".to_owned())),
        Err(reason) => faults.push(wrong("data.url", reason)),
    }
    if section.pool.min_size > section.pool.max_size {
        let what = "`data.pool.min_size` is larger than `data.pool.max_size`";
        let fault = Diagnosis::new("data::pool", what);
        faults.push(
            fault
                .at_key(config, "data.pool.min_size")
                .help("make it no larger"),
        );
    }
    faults
}
