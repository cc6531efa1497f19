//! What the starter does by itself: the backend, its workers, and what shows them.

use std::sync::Arc;

use async_trait::async_trait;
use savia_core::app::AppHandle;
use savia_core::auto_configuration;
use savia_core::autoconfig::{AutoConfiguration, Configure};
use savia_core::check::CheckRegistration;
use savia_core::component::Interface;
use savia_core::condition::Condition;
use savia_core::config::Config;
use savia_core::endpoint::Endpoint;
use savia_core::error::{Diagnosis, StartupError};
use savia_core::health::HealthIndicator;
use savia_core::lifecycle::Lifecycle;
use savia_core::tasks::BaseTaskQueue;

#[cfg(feature = "data")]
use crate::backend::database::{self, DatabaseQueue, DatabaseQueueLifecycle};
use crate::backend::memory::MemoryQueue;
use crate::config::{Backend, TasksConfig};
use crate::endpoint::{ScheduledTasksEndpoint, TasksEndpoint};
use crate::health::TasksHealth;
use crate::store::TaskStore;
use crate::worker::{AbsentWorkers, Workers};
use crate::{metrics, name, registration, schedule};

/// The queue that `tasks.backend` says, and workers for it, unless a component of the application's is
/// a queue.
#[auto_configuration]
struct TasksAutoConfiguration;

#[async_trait]
impl AutoConfiguration for TasksAutoConfiguration {
    fn conditions(&self) -> Vec<Condition> {
        vec![Condition::missing_component::<dyn BaseTaskQueue>()]
    }

    fn after(&self) -> &'static [&'static str] {
        &["DatabaseAutoConfiguration"]
    }

    fn provides(&self) -> Vec<Interface> {
        vec![
            Interface::of::<dyn BaseTaskQueue>(),
            Interface::of::<dyn TaskStore>(),
            Interface::of::<dyn Lifecycle>(),
            Interface::of::<dyn HealthIndicator>(),
            Interface::of::<dyn Endpoint>(),
        ]
    }

    async fn configure(&self, configure: &mut Configure<'_>) -> Result<(), StartupError> {
        let config: TasksConfig = configure.section()?;
        metrics::describe();
        let store = store(configure, &config).await?;
        configure.provide::<dyn BaseTaskQueue>(store.clone());
        configure.provide::<dyn TaskStore>(store.clone());
        configure.provide::<dyn HealthIndicator>(Arc::new(TasksHealth::new(store.clone())));
        configure.provide::<dyn Endpoint>(Arc::new(TasksEndpoint::new(store.clone())));
        configure.provide::<dyn Endpoint>(Arc::new(ScheduledTasksEndpoint::new(store.clone())));
        let workers = Arc::new(Workers::new(store.clone(), config));
        configure.provide::<dyn Lifecycle>(workers.clone());
        configure.provide::<dyn Lifecycle>(Arc::new(AbsentWorkers { workers, store }));
        Ok(())
    }
}

async fn store(
    configure: &mut Configure<'_>,
    config: &TasksConfig,
) -> Result<Arc<dyn TaskStore>, StartupError> {
    match config.backend {
        Backend::Memory => Ok(Arc::new(MemoryQueue::new(&config.retention))),
        #[cfg(feature = "data")]
        Backend::Sqlite | Backend::Postgres | Backend::Database => {
            let queue = DatabaseQueue::of(configure, config)?;
            configure.provide::<dyn Lifecycle>(Arc::new(DatabaseQueueLifecycle(queue.clone())));
            Ok(queue)
        }
        #[cfg(feature = "redis")]
        Backend::Redis => crate::backend::redis::RedisQueue::of(configure, config).await,
        #[cfg(not(all(feature = "data", feature = "redis")))]
        other => Err(not_compiled(configure.config(), other).into()),
    }
}

/// What a backend needs that this binary does not have.
#[cfg_attr(
    all(feature = "data", feature = "redis"),
    allow(dead_code, reason = "everything is there")
)]
fn not_compiled(config: &Config, backend: Backend) -> Diagnosis {
    let feature = match backend {
        Backend::Redis => "tasks-redis",
        _ => "data",
    };
    let word = backend.word();
    Diagnosis::new(
        "tasks::backend",
        format!("tasks are to be kept in {word}, which this binary cannot"),
    )
    .at_key(config, "tasks.backend")
    .help(format!(
        "add the feature `{feature}` to `savia` in Cargo.toml"
    ))
}

savia_core::__private::inventory::submit! {
    CheckRegistration { name: "tasks", module_path: module_path!(), check }
}

/// What can be said without connecting: names, schedules, and whether the backend fits.
fn check(app: &AppHandle, _production: bool) -> Vec<Diagnosis> {
    // A section that cannot be read has been reported as such.
    let Ok(config) = app.config().section::<TasksConfig>() else {
        return Vec::new();
    };
    let mut faults = registration::duplicates(app.apps());
    faults.extend(schedule::check(app));
    #[cfg(feature = "data")]
    if matches!(
        config.backend,
        Backend::Sqlite | Backend::Postgres | Backend::Database
    ) {
        faults.extend(database::fault(app.config(), config.backend));
    }
    let listed = config
        .only
        .iter()
        .flatten()
        .map(|queue| ("tasks.only", queue));
    let said = config.queues.keys().map(|queue| ("tasks.queues", queue));
    for (key, queue) in listed.chain(said) {
        if !name::is_name(queue) {
            faults.push(
                Diagnosis::new("tasks::queue", format!("{queue:?} is no name of a queue"))
                    .at_key(app.config(), key)
                    .help("letters, digits, `_`, `-`, `.` and `:`, at most 100"),
            );
        }
    }
    faults
}
