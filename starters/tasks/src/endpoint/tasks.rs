//! `tasks`: queues, functions and single tasks, and what can be done to them.

use std::str::FromStr;
use std::sync::Arc;

use async_trait::async_trait;
use savia_core::endpoint::Endpoint;
use savia_core::tasks::{TaskFilter, TaskRecord};
use savia_core::{Error, Result};
use serde_json::{Value, json};
use uuid::Uuid;

use super::app;
use crate::registration;
use crate::store::TaskStore;

/// `GET tasks` (`?queue=…&name=…&state=dead&after=…&limit=…` lists tasks), `GET tasks/{id}`,
/// `POST tasks/{id}` with `{"action": "retry" | "cancel"}`, `POST tasks/queues/{queue}` with
/// `{"action": "pause" | "resume"}`, and `DELETE tasks/{succeeded|dead|cancelled}`.
pub(crate) struct TasksEndpoint {
    store: Arc<dyn TaskStore>,
}

impl TasksEndpoint {
    pub(crate) fn new(store: Arc<dyn TaskStore>) -> Self {
        Self { store }
    }

    async fn overview(&self) -> Result<Value> {
        let app = app()?;
        let functions = registration::live(app.apps());
        let functions: Vec<_> = functions
            .iter()
            .map(|task| {
                json!({
                    "name": task.name,
                    "function": task.function,
                    "queue": task.options.queue,
                    "retries": task.options.retries,
                    "priority": task.options.priority,
                    "location": task.location.to_string(),
                })
            })
            .collect();
        Ok(json!({
            "backend": self.store.name(),
            "durable": self.store.is_durable(),
            "queues": self.store.stats().await?,
            "functions": functions,
        }))
    }
}

#[async_trait]
impl Endpoint for TasksEndpoint {
    fn id(&self) -> &'static str {
        "tasks"
    }

    async fn read(&self, path: &[&str], query: &[(String, String)]) -> Result<Value> {
        match path {
            [] if query.is_empty() => self.overview().await,
            [] => {
                let found = self.store.list(&filter(query)?).await?;
                let found: Vec<_> = found.iter().map(TaskRecord::to_json).collect();
                Ok(json!({ "tasks": found }))
            }
            [id] => match self.store.find(read_id(id)?).await? {
                Some(record) => Ok(record.to_json()),
                None => Err(absent(id)),
            },
            _ => Err(Error::not_found("there is nothing of this name")),
        }
    }

    async fn write(&self, path: &[&str], body: Value) -> Result<Value> {
        let action = body
            .get("action")
            .and_then(Value::as_str)
            .unwrap_or_default();
        match (path, action) {
            (["queues", queue], "pause" | "resume") => {
                let paused = action == "pause";
                self.store.set_paused(queue, paused).await?;
                Ok(json!({ "queue": queue, "paused": paused }))
            }
            (["queues", _], _) => Err(Error::bad_request("`action` is `pause` or `resume`")),
            ([id], "retry" | "cancel") => {
                let task = read_id(id)?;
                let done = match action {
                    "retry" => self.store.retry(task).await?,
                    _ => self.store.cancel(task).await?,
                };
                match (done, self.store.find(task).await?) {
                    (true, record) => Ok(record.map_or(Value::Null, |it| it.to_json())),
                    (false, Some(record)) => Err(Error::conflict(format!(
                        "it is {} and cannot be {}",
                        record.state,
                        if action == "retry" {
                            "run again"
                        } else {
                            "cancelled"
                        }
                    ))),
                    (false, None) => Err(absent(id)),
                }
            }
            ([_], _) => Err(Error::bad_request("`action` is `retry` or `cancel`")),
            _ => Err(Error::not_found("there is nothing of this name")),
        }
    }

    async fn delete(&self, path: &[&str]) -> Result<Value> {
        let [state] = path else {
            return Err(Error::not_found("name a state: `tasks/dead`"));
        };
        let state = state
            .parse()
            .map_err(|wrong: String| Error::bad_request(wrong))?;
        let filter = TaskFilter {
            state: Some(state),
            ..TaskFilter::default()
        };
        Ok(json!({ "purged": self.store.purge(&filter).await? }))
    }
}

/// The id in a path or an argument.
pub(crate) fn read_id(text: &str) -> Result<Uuid> {
    Uuid::from_str(text).map_err(|_| Error::bad_request(format!("{text:?} is no id of a task")))
}

/// There is no such task.
pub(crate) fn absent(id: impl std::fmt::Display) -> Error {
    Error::not_found(format!("there is no task {id}, or it is no longer kept"))
}

fn filter(query: &[(String, String)]) -> Result<TaskFilter> {
    let mut filter = TaskFilter::default();
    for (name, value) in query {
        match name.as_str() {
            "queue" => filter.queue = Some(value.clone()),
            "name" => filter.name = Some(value.clone()),
            "state" => {
                filter.state = Some(
                    value
                        .parse()
                        .map_err(|wrong: String| Error::bad_request(wrong))?,
                )
            }
            "after" => filter.after = Some(read_id(value)?),
            "limit" => {
                let limit = value.parse();
                filter.limit = limit.map_err(|_| Error::bad_request("`limit` is a number"))?;
            }
            other => {
                return Err(Error::bad_request(format!(
                    "`{other}` is none of queue, name, state, after, limit"
                )));
            }
        }
    }
    Ok(filter)
}
