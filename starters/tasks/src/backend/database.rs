//! Tasks in the application's own database.
//!
//! One table for both databases, and nearly one text for each statement. A statement works on many
//! tasks at once: they come and go as a JSON array, which both databases read as rows. Times are
//! microseconds since the beginning of 1970 by the database's clock, so that instances whose clocks
//! differ agree on leases.

mod claim;
mod enqueue;
mod look;
mod maintain;
mod migration;
mod notify;
mod rows;
mod settle;
mod sql;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use savia_core::app::AppHandle;
use savia_core::autoconfig::Configure;
use savia_core::config::Config;
use savia_core::error::{Diagnosis, StartupError};
use savia_core::lifecycle::{Lifecycle, Phase};
use savia_core::tasks::{BaseTaskQueue, NewTask, Progress, QueueStats, TaskFilter, TaskRecord};
use savia_core::{Context, Error, Result};
use savia_starter_data::Database;
use savia_starter_data::statement::Dialect;
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::config::{Backend, RetentionConfig, TasksConfig};
use crate::signal::Signal;
use crate::store::{Claim, Claimed, Held, Settlement, Stop, TaskStore};
use notify::Notifier;

/// A queue in the application's own database.
pub(crate) struct DatabaseQueue {
    dialect: Dialect,
    database: OnceLock<Arc<Database>>,
    signal: Arc<Signal>,
    notifier: Arc<Notifier>,
    /// Outcomes that are not kept are deleted at once.
    keep_succeeded: bool,
    /// Statements that change many rows of this process's tasks go one after the other: two of them
    /// could wait for each other.
    writes: Mutex<()>,
}

impl DatabaseQueue {
    /// On the database of the application that is being configured.
    ///
    /// # Errors
    ///
    /// Where `data.url` names another database than `tasks.backend`.
    pub(crate) fn of(
        configure: &Configure<'_>,
        config: &TasksConfig,
    ) -> Result<Arc<Self>, Diagnosis> {
        if let Some(fault) = fault(configure.config(), config.backend) {
            return Err(fault);
        }
        let dialect = match named(configure.config()) {
            Backend::Postgres => Dialect::Postgres,
            _ => Dialect::Sqlite,
        };
        Ok(Arc::new(Self {
            dialect,
            database: OnceLock::new(),
            signal: Arc::default(),
            notifier: Arc::default(),
            keep_succeeded: !config.retention.succeeded.is_zero(),
            writes: Mutex::new(()),
        }))
    }

    /// The database: known from the start on, and before that by whoever asks.
    fn database(&self) -> Result<Arc<Database>> {
        if let Some(known) = self.database.get() {
            return Ok(Arc::clone(known));
        }
        let found = Context::with_current(|context| context?.app().component::<Database>());
        let found = found.ok_or_else(|| Error::unavailable("there is no database yet"))?;
        Ok(Arc::clone(self.database.get_or_init(|| found)))
    }
}

/// The database that `data.url` names.
fn named(config: &Config) -> Backend {
    let url = config.text("data.url").unwrap_or_default();
    if url.starts_with("postgres") {
        Backend::Postgres
    } else {
        Backend::Sqlite
    }
}

/// Whether `tasks.backend` is the database that `data.url` names.
pub(crate) fn fault(config: &Config, backend: Backend) -> Option<Diagnosis> {
    let named = named(config);
    if named == backend || backend == Backend::Database {
        return None;
    }
    let (wanted, named) = (backend.word(), named.word());
    let what =
        format!("tasks are to be kept in {wanted}, and the application's database is {named}");
    Some(
        Diagnosis::new("tasks::backend", what)
            .at_key(config, "tasks.backend")
            .at_key(config, "data.url")
            .help(format!(
                "write `tasks.backend: {named}`, or name another database"
            )),
    )
}

/// Knows the database from the start on.
pub(crate) struct DatabaseQueueLifecycle(pub(crate) Arc<DatabaseQueue>);

#[async_trait]
impl Lifecycle for DatabaseQueueLifecycle {
    fn name(&self) -> &str {
        "task tables"
    }

    /// After the database, which makes the tables.
    fn phase(&self) -> Phase {
        Phase::Infrastructure
    }

    async fn start(&self, app: &AppHandle) -> Result<(), StartupError> {
        let Some(database) = app.component::<Database>() else {
            return Ok(());
        };
        let _ = self.0.database.set(database);
        // Whether there is a table; what is wrong with it is told here and not by the first task.
        self.0.find(Uuid::nil()).await.map(drop).map_err(|error| {
            Diagnosis::new("tasks::table", format!("the table of tasks cannot be read: {error}"))
                .at("savia_tasks")
                .help("apply the migrations with `savia db migrate`, or let the start do so: `data.migrate_on_start: true`")
                .into()
        })
    }
}

#[async_trait]
impl BaseTaskQueue for DatabaseQueue {
    fn name(&self) -> &'static str {
        match self.dialect {
            Dialect::Sqlite => "sqlite",
            Dialect::Postgres => "postgres",
        }
    }

    fn is_durable(&self) -> bool {
        true
    }

    async fn enqueue(&self, tasks: Vec<NewTask>) -> Result<Vec<Uuid>> {
        let database = self.database()?;
        let mut queues: Vec<String> = Vec::new();
        for task in &tasks {
            if !queues.iter().any(|queue| *queue == task.queue) {
                queues.push(task.queue.to_string());
            }
        }
        let dialect = self.dialect;
        let ids = database
            .with(move |tx| Box::pin(async move { enqueue::insert(tx, dialect, tasks).await }))
            .await?;
        self.rings(&database, queues);
        Ok(ids)
    }

    async fn find(&self, id: Uuid) -> Result<Option<TaskRecord>> {
        look::find(&*self.database()?, self.dialect, id).await
    }

    async fn list(&self, filter: &TaskFilter) -> Result<Vec<TaskRecord>> {
        look::list(&*self.database()?, self.dialect, filter).await
    }

    async fn cancel(&self, id: Uuid) -> Result<bool> {
        let database = self.database()?;
        let done = maintain::cancel(&database, self.dialect, id).await?;
        if done {
            self.rings(&database, vec![Signal::of_cancelled(id)]);
        }
        Ok(done)
    }

    async fn retry(&self, id: Uuid) -> Result<bool> {
        let database = self.database()?;
        let queue = maintain::retry(&database, self.dialect, id).await?;
        let done = queue.is_some();
        self.rings(&database, queue.into_iter().collect());
        Ok(done)
    }

    async fn purge(&self, filter: &TaskFilter) -> Result<u64> {
        maintain::purge(&*self.database()?, filter).await
    }

    async fn stats(&self) -> Result<Vec<QueueStats>> {
        look::stats(&*self.database()?, false).await
    }

    async fn set_paused(&self, queue: &str, paused: bool) -> Result<()> {
        let database = self.database()?;
        maintain::set_paused(&database, queue, paused).await?;
        self.rings(&database, vec![queue.to_owned()]);
        Ok(())
    }
}

#[async_trait]
impl TaskStore for DatabaseQueue {
    async fn claim(&self, claim: &Claim) -> Result<Claimed> {
        claim::claim(&*self.database()?, self.dialect, claim).await
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<()> {
        let database = self.database()?;
        let _alone = self.writes.lock().await;
        settle::settle(&database, self.dialect, settlements, self.keep_succeeded).await?;
        settle::waiting_again(settlements).for_each(|queue| self.signal.ring(queue));
        Ok(())
    }

    async fn beat(&self, held: &[Held], lease: Duration) -> Result<Vec<Stop>> {
        let database = self.database()?;
        let _alone = self.writes.lock().await;
        settle::beat(&database, self.dialect, held, lease).await
    }

    async fn report(&self, progress: Vec<(Held, Progress)>) -> Result<()> {
        let database = self.database()?;
        let _alone = self.writes.lock().await;
        settle::report(&database, self.dialect, progress).await
    }

    async fn recover(&self, max_losses: u32) -> Result<u64> {
        let database = self.database()?;
        let queues = maintain::recover(&database, self.dialect, max_losses).await?;
        let count = queues.len() as u64;
        self.rings(&database, queues);
        Ok(count)
    }

    async fn sweep(&self, retention: &RetentionConfig) -> Result<u64> {
        maintain::sweep(&*self.database()?, self.dialect, retention).await
    }

    async fn waiting(&self) -> Result<Vec<QueueStats>> {
        look::stats(&*self.database()?, true).await
    }

    async fn last_tick(&self, schedule: &str) -> Result<Option<DateTime<Utc>>> {
        look::last_tick(&*self.database()?, schedule).await
    }

    async fn tick(&self, schedule: &str, at: DateTime<Utc>, task: Option<NewTask>) -> Result<bool> {
        let database = self.database()?;
        let queue = task.as_ref().map(|task| task.queue.to_string());
        let done = maintain::tick(&database, self.dialect, schedule, at, task).await?;
        if done {
            self.rings(&database, queue.into_iter().collect());
        }
        Ok(done)
    }

    fn signal(&self) -> &Arc<Signal> {
        &self.signal
    }

    async fn listen(&self) {
        match (self.dialect, self.database()) {
            (Dialect::Postgres, Ok(database)) => notify::listen(&database, &self.signal).await,
            // Another process on the same file is rare, and polling finds what it enqueues.
            _ => std::future::pending().await,
        }
    }
}

impl DatabaseQueue {
    /// Tells workers, here and elsewhere, once what was written stands.
    fn rings(&self, database: &Arc<Database>, said: Vec<String>) {
        if said.is_empty() {
            return;
        }
        let (signal, notifier) = (Arc::clone(&self.signal), Arc::clone(&self.notifier));
        let database = (self.dialect == Dialect::Postgres).then(|| Arc::clone(database));
        let ring = move || {
            said.iter().for_each(|said| signal.hear(said));
            if let Some(database) = database {
                notifier.notify(database, said);
            }
        };
        match super::waits_for_commit() {
            Some(context) => context.after_commit(move || async move { ring() }),
            None => ring(),
        }
    }
}
