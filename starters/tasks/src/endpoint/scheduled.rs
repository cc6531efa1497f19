//! `scheduledtasks`, in the shape of Spring Boot's
//! (<https://docs.spring.io/spring-boot/api/rest/actuator/scheduledtasks.html>).

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, SecondsFormat, Utc};
use savia_core::endpoint::Endpoint;
use savia_core::tasks::{TaskFilter, TaskState};
use savia_core::{Error, Result};
use serde_json::{Value, json};
use uuid::Uuid;

use super::app;
use crate::schedule;
use crate::schedule::trigger::Trigger;
use crate::store::TaskStore;

/// `GET scheduledtasks`: every schedule, when it was last due and when it is next.
pub(crate) struct ScheduledTasksEndpoint {
    store: Arc<dyn TaskStore>,
}

impl ScheduledTasksEndpoint {
    pub(crate) fn new(store: Arc<dyn TaskStore>) -> Self {
        Self { store }
    }
}

impl ScheduledTasksEndpoint {
    /// What came of the last time a schedule was due. Where that enqueued nothing, as the run before
    /// had not ended, it is that run's.
    async fn execution(&self, name: &str, due: DateTime<Utc>) -> Result<Value> {
        let mut filter = TaskFilter {
            name: Some(name.to_owned()),
            // Ids of version 7 begin with the time.
            after: Some(first_id_of(due)),
            limit: 1,
            ..TaskFilter::default()
        };
        let mut found = self.store.list(&filter).await?;
        if found.is_empty() {
            (filter.after, filter.state) = (None, Some(TaskState::Running));
            found = self.store.list(&filter).await?;
        }
        let mut execution = json!({ "time": written(due) });
        let Some(task) = found.first() else {
            return Ok(execution);
        };
        let (status, error) = match task.state {
            TaskState::Queued => return Ok(execution),
            TaskState::Running => ("STARTED", None),
            TaskState::Succeeded => ("SUCCESS", None),
            TaskState::Cancelled => ("ERROR", Some("it was cancelled")),
            TaskState::Retrying | TaskState::Dead => ("ERROR", task.last_error.as_deref()),
        };
        execution["status"] = status.into();
        if let Some(error) = error {
            execution["exception"] = json!({ "message": error });
        }
        Ok(execution)
    }
}

fn first_id_of(time: DateTime<Utc>) -> Uuid {
    let millis = u64::try_from(time.timestamp_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &[0; 10]).into_uuid()
}

#[async_trait]
impl Endpoint for ScheduledTasksEndpoint {
    fn id(&self) -> &'static str {
        "scheduledtasks"
    }

    async fn read(&self, path: &[&str], _: &[(String, String)]) -> Result<Value> {
        if !path.is_empty() {
            return Err(Error::not_found("there is nothing below it"));
        }
        let app = app()?;
        let (mut cron, mut rate) = (Vec::new(), Vec::new());
        for schedule in schedule::live(&app)? {
            let mut entry = json!({ "runnable": { "target": schedule.function } });
            if let Some(next) = schedule.next(Utc::now()) {
                entry["nextExecution"] = json!({ "time": written(next) });
            }
            if let Some(last) = self.store.last_tick(schedule.name).await? {
                entry["lastExecution"] = self.execution(schedule.name, last).await?;
            }
            match schedule.trigger {
                Trigger::Cron(_, zone) => {
                    entry["expression"] = schedule.expression.into();
                    entry["zone"] = zone.name().into();
                    cron.push(entry);
                }
                Trigger::Every(period) => {
                    entry["initialDelay"] = 0.into();
                    let millis = u64::try_from(period.as_millis()).unwrap_or(u64::MAX);
                    entry["interval"] = millis.into();
                    rate.push(entry);
                }
            }
        }
        Ok(json!({ "cron": cron, "fixedDelay": [], "fixedRate": rate, "custom": [] }))
    }
}

fn written(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}
