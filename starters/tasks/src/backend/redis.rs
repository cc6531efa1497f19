//! Tasks in Redis.
//!
//! A task is a hash; what waits, runs or is done stands in sorted sets of its queue. Every change is
//! one script, so that it happens as a whole or not at all. Times are microseconds by Redis' clock.
//! How durable it is, is Redis' own matter: with `appendonly yes` and `appendfsync always`, what was
//! enqueued outlives the server.

mod listen;
mod record;
mod scripts;
mod work;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, ErrorKind, FromRedisValue, Script, ServerErrorKind};
use savia_core::autoconfig::Configure;
use savia_core::config::sections::RedisConfig;
use savia_core::error::{Diagnosis, StartupError};
use savia_core::tasks::{BaseTaskQueue, NewTask, QueueStats, TaskFilter, TaskRecord};
use savia_core::{Error, Result};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{micros, span, waits_for_commit};
use crate::config::TasksConfig;
use crate::error::{corrupt, unavailable};
use crate::name::is_name;
use crate::signal::Signal;
use crate::store::TaskStore;
use scripts::Scripts;

/// How long Redis may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many tasks are enqueued at once: that is one script, so that it is all or none of them, and
/// nobody else has a turn meanwhile. So many take a tenth of a second or two.
const BULK: usize = 10_000;

/// How many tasks one script forgets: others are to have their turn in between.
const SWEPT: u32 = 1_000;

/// A script that fails on what it finds fails again; anything else may be over in a moment.
fn refused(error: redis::RedisError) -> Error {
    match error.kind() {
        ErrorKind::Server(ServerErrorKind::ResponseError) => corrupt(error.to_string()),
        ErrorKind::UnexpectedReturnType | ErrorKind::Parse => corrupt(error.to_string()),
        _ if error.code() == Some("WRONGTYPE") => corrupt(error.to_string()),
        _ => unavailable(error.into()),
    }
}

/// A queue in Redis.
#[derive(Clone)]
pub(crate) struct RedisQueue(Arc<Inner>);

struct Inner {
    client: Client,
    connection: ConnectionManager,
    /// Between braces, so that a cluster keeps all keys in one place.
    prefix: String,
    scripts: Scripts,
    signal: Arc<Signal>,
    keep_succeeded: bool,
}

impl RedisQueue {
    /// On the server that `redis.url` names.
    ///
    /// # Errors
    ///
    /// Where there is none, or it does not answer.
    pub(crate) async fn of(
        configure: &Configure<'_>,
        config: &TasksConfig,
    ) -> Result<Arc<dyn TaskStore>, StartupError> {
        let redis: RedisConfig = configure.section()?;
        let fault = |what: String| {
            Diagnosis::new("tasks::redis", what)
                .at_key(configure.config(), "redis.url")
                .help("write `redis://host:6379`, or set `REDIS_URL`")
        };
        let url = redis.url.ok_or_else(|| {
            fault("tasks are to be kept in Redis, and nothing says where it is".to_owned())
        })?;
        let client =
            Client::open(url).map_err(|error| fault(format!("`redis.url` is wrong: {error}")))?;
        let settings = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(1);
        let connection = ConnectionManager::new_with_config(client.clone(), settings)
            .await
            .map_err(|error| fault(format!("Redis does not answer: {error}")))?;
        let name = configure.config().text("name");
        let prefix = config.redis.prefix.clone().or(name);
        Ok(Arc::new(Self(Arc::new(Inner {
            client,
            connection,
            prefix: format!("{{{}:tasks}}:", prefix.unwrap_or_else(|| "app".to_owned())),
            scripts: Scripts::new(),
            signal: Arc::default(),
            keep_succeeded: !config.retention.succeeded.is_zero(),
        }))))
    }

    /// Runs a script on all that is below the prefix.
    async fn run<R: FromRedisValue>(&self, script: &Script, argument: &Value) -> Result<R> {
        let mut connection = self.0.connection.clone();
        let mut call = script.prepare_invoke();
        call.key(&self.0.prefix).arg(argument.to_string());
        call.invoke_async(&mut connection).await.map_err(refused)
    }

    /// Adds tasks whose transaction stands, as soon as Redis can be reached.
    async fn add_again(self, tasks: Vec<NewTask>, ids: Vec<Uuid>, mut error: Error) {
        let names: Vec<_> = tasks.iter().map(|task| &*task.name).collect();
        let names = names.join(", ");
        let mut pause = Duration::from_millis(50);
        while error.kind() == savia_core::ErrorKind::Unavailable {
            tracing::warn!("tasks are not enqueued yet after a commit: {names}: {error}");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PATIENCE);
            match self.add(&tasks, &ids).await {
                Ok(_) => return,
                Err(again) => error = again,
            }
        }
        tracing::error!("tasks were not enqueued after a commit: {names}: {error}");
    }

    async fn add(&self, tasks: &[NewTask], ids: &[Uuid]) -> Result<Vec<Uuid>> {
        let list: Vec<_> = tasks
            .iter()
            .zip(ids)
            .map(|(task, id)| row(task, *id))
            .collect();
        let given: Vec<String> = self
            .run(&self.0.scripts.enqueue, &Value::Array(list))
            .await?;
        for task in tasks {
            self.0.signal.ring(&task.queue);
        }
        given.iter().map(|id| record::read_id(id)).collect()
    }
}

fn row(task: &NewTask, id: Uuid) -> Value {
    let unique = task.unique.as_ref();
    json!({
        "id": id,
        "name": task.name,
        "queue": task.queue,
        "payload": task.payload,
        "priority": task.priority,
        "max_retries": task.max_retries,
        "run_at": task.run_at.map(micros),
        "unique_key": unique.map(|it| &it.key),
        "unique_for": unique.and_then(|it| it.window).map(span),
        "trace_parent": task.trace_parent,
    })
}

#[async_trait]
impl BaseTaskQueue for RedisQueue {
    fn name(&self) -> &'static str {
        "redis"
    }

    fn is_durable(&self) -> bool {
        true
    }

    async fn enqueue(&self, tasks: Vec<NewTask>) -> Result<Vec<Uuid>> {
        if tasks.is_empty() {
            return Ok(Vec::new());
        }
        if tasks.len() > BULK {
            return Err(Error::invalid(format!(
                "{} tasks are more than are enqueued in Redis at once ({BULK}): enqueue them in parts",
                tasks.len()
            )));
        }
        let ids: Vec<_> = tasks.iter().map(|_| Uuid::now_v7()).collect();
        let Some(context) = waits_for_commit() else {
            return self.add(&tasks, &ids).await;
        };
        let (queue, later) = (self.clone(), ids.clone());
        context.after_commit(move || async move {
            if let Err(error) = queue.add(&tasks, &later).await {
                // The transaction stands, and nobody waits for this any more.
                drop(savia_core::spawn(queue.add_again(tasks, later, error)));
            }
        });
        Ok(ids)
    }

    async fn find(&self, id: Uuid) -> Result<Option<TaskRecord>> {
        let found: Vec<Vec<String>> = self.run(&self.0.scripts.find, &json!([id])).await?;
        found.into_iter().next().map(record::read).transpose()
    }

    async fn list(&self, filter: &TaskFilter) -> Result<Vec<TaskRecord>> {
        let limit = filter.limit() as usize;
        let mut found = Vec::new();
        let mut after = filter.after.map(|id| id.to_string()).unwrap_or_default();
        loop {
            let wanted = json!({
                "queue": filter.queue,
                "name": filter.name,
                "state": filter.state,
                "after": after,
                "limit": limit - found.len(),
            });
            let (page, last): (Vec<Vec<String>>, String) =
                self.run(&self.0.scripts.list, &wanted).await?;
            for task in page {
                found.push(record::read(task)?);
            }
            if last.is_empty() || found.len() >= limit {
                return Ok(found);
            }
            after = last;
        }
    }

    async fn cancel(&self, id: Uuid) -> Result<bool> {
        let done = self.run(&self.0.scripts.cancel, &json!([id])).await?;
        if done {
            self.0.signal.cancelled(id);
        }
        Ok(done)
    }

    async fn retry(&self, id: Uuid) -> Result<bool> {
        let queue: Option<String> = self.run(&self.0.scripts.retry, &json!([id])).await?;
        if let Some(queue) = &queue {
            self.0.signal.ring(queue);
        }
        Ok(queue.is_some())
    }

    async fn purge(&self, filter: &TaskFilter) -> Result<u64> {
        let wanted = json!({
            "queue": filter.queue,
            "name": filter.name,
            "state": filter.state,
            "limit": SWEPT,
        });
        let mut purged = 0;
        let mut after = String::new();
        loop {
            let mut wanted = wanted.clone();
            wanted["after"] = after.clone().into();
            let (count, last): (u64, String) = self.run(&self.0.scripts.purge, &wanted).await?;
            purged += count;
            if last.is_empty() {
                return Ok(purged);
            }
            after = last;
        }
    }

    async fn stats(&self) -> Result<Vec<QueueStats>> {
        let rows: Vec<(String, bool, Vec<u64>)> =
            self.run(&self.0.scripts.stats, &json!([])).await?;
        let read = |(queue, paused, counts): (String, bool, Vec<u64>)| {
            let count = |at: usize| counts.get(at).copied().unwrap_or_default();
            QueueStats {
                queue,
                paused,
                queued: count(0),
                retrying: count(1),
                running: count(2),
                succeeded: count(3),
                dead: count(4),
                cancelled: count(5),
            }
        };
        Ok(rows.into_iter().map(read).collect())
    }

    async fn set_paused(&self, queue: &str, paused: bool) -> Result<()> {
        if !is_name(queue) {
            return Err(Error::invalid(format!("{queue:?} is no name of a queue")));
        }
        let () = self
            .run(&self.0.scripts.pause, &json!([queue, paused]))
            .await?;
        self.0.signal.ring(queue);
        Ok(())
    }
}

/// Redis holds something that is none of ours.
fn odd(what: &str) -> Error {
    corrupt(format!("a task without {what}"))
}
