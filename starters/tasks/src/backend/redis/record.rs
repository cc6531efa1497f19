//! Hashes, as they come back: names and values by turns.

use std::borrow::Cow;
use std::collections::HashMap;
use std::time::Duration;

use savia_core::Result;
use savia_core::tasks::{NewTask, TaskRecord, TaskState, Unique};
use uuid::Uuid;

use super::odd;
use crate::backend::time;
use crate::error::corrupt;
use crate::store::ClaimedTask;

struct Fields(HashMap<String, String>);

impl Fields {
    fn of(flat: Vec<String>) -> Self {
        let mut fields = HashMap::with_capacity(flat.len() / 2);
        let mut flat = flat.into_iter();
        while let (Some(name), Some(value)) = (flat.next(), flat.next()) {
            fields.insert(name, value);
        }
        Self(fields)
    }

    fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name).filter(|text| !text.is_empty())
    }

    fn text(&mut self, name: &str) -> Result<String> {
        self.0.remove(name).ok_or_else(|| odd(name))
    }

    fn number<T: std::str::FromStr>(&mut self, name: &str) -> Option<T> {
        self.take(name)?.parse().ok()
    }
}

/// A task that was taken.
pub(super) fn read_claimed(flat: Vec<String>) -> Result<ClaimedTask> {
    let mut fields = Fields::of(flat);
    Ok(ClaimedTask {
        id: read_id(&fields.text("id")?)?,
        run: fields.number("run").ok_or_else(|| odd("run"))?,
        name: fields.text("name")?.into(),
        payload: fields.text("payload")?.into(),
        attempt: fields.number("attempts").unwrap_or(1),
        max_retries: fields.number("max_retries").unwrap_or(0),
        losses: fields.number("losses").unwrap_or(0),
        trace_parent: fields.take("trace_parent").map(Into::into),
        enqueued_at: time(fields.number("enqueued_at").unwrap_or_default()),
        due_at: time(fields.number("run_at").unwrap_or_default()),
    })
}

/// All of a task.
pub(super) fn read(flat: Vec<String>) -> Result<TaskRecord> {
    let mut fields = Fields::of(flat);
    let attempts: u32 = fields.number("attempts").unwrap_or(0);
    let last_error = fields.take("error");
    let state = match fields.text("state")?.as_str() {
        "running" => TaskState::Running,
        "succeeded" => TaskState::Succeeded,
        "dead" => TaskState::Dead,
        "cancelled" => TaskState::Cancelled,
        _ if attempts > 0 && last_error.is_some() => TaskState::Retrying,
        _ => TaskState::Queued,
    };
    let window: Option<u64> = fields.number("unique_for");
    let unique = fields.take("unique_key").map(|key| Unique {
        key,
        window: window.map(Duration::from_micros),
    });
    Ok(TaskRecord {
        id: read_id(&fields.text("id")?)?,
        task: NewTask {
            name: Cow::Owned(fields.text("name")?),
            queue: Cow::Owned(fields.text("queue")?),
            payload: fields.text("payload")?,
            run_at: fields.number("run_at").map(time),
            priority: fields.number("priority").unwrap_or(0),
            max_retries: fields.number("max_retries").unwrap_or(0),
            unique,
            trace_parent: fields.take("trace_parent"),
        },
        state,
        attempts,
        losses: fields.number("losses").unwrap_or(0),
        last_error,
        progress: fields
            .take("progress")
            .and_then(|text| serde_json::from_str(&text).ok()),
        result: fields.take("result"),
        worker: fields.take("worker"),
        enqueued_at: time(fields.number("enqueued_at").unwrap_or_default()),
        started_at: fields.number("started_at").map(time),
        finished_at: fields.number("finished_at").map(time),
    })
}

pub(super) fn read_id(text: &str) -> Result<Uuid> {
    text.parse()
        .map_err(|_| corrupt(format!("{text:?} is no id")))
}
