//! `scheduledtasks`, in the shape of Spring Boot's
//! (<https://docs.spring.io/spring-boot/api/rest/actuator/scheduledtasks.html>).

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, SecondsFormat, Utc};
use savia_core::endpoint::Endpoint;
use savia_core::{Error, Result};
use serde_json::{Value, json};

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
                entry["lastExecution"] = json!({ "time": written(last) });
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
