//! Rows of the tables.

use std::borrow::Cow;
use std::time::Duration;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use savia_core::Result;
use savia_core::tasks::{NewTask, TaskRecord, TaskState, Unique};
use uuid::Uuid;

use super::sql::{CANCELLED, DEAD, RUNNING, SUCCEEDED};
use crate::backend::{time, until};
use crate::error::corrupt;
use crate::store::ClaimedTask;

/// One text.
#[derive(QueryableByName)]
pub(super) struct OneText {
    #[diesel(sql_type = Text)]
    pub(super) text: String,
}

/// One number, if there is one.
#[derive(QueryableByName)]
pub(super) struct OneNumber {
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) number: Option<i64>,
}

/// When the next task is due, and what time it is.
#[derive(QueryableByName)]
pub(super) struct NextDue {
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) due: Option<i64>,
    #[diesel(sql_type = BigInt)]
    pub(super) now: i64,
}

/// A task that was taken.
#[derive(QueryableByName)]
pub(super) struct ClaimedRow {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Integer)]
    run: i32,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    payload: String,
    #[diesel(sql_type = Integer)]
    pub(super) priority: i32,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = Integer)]
    max_retries: i32,
    #[diesel(sql_type = Integer)]
    losses: i32,
    #[diesel(sql_type = Nullable<Text>)]
    trace_parent: Option<String>,
    #[diesel(sql_type = BigInt)]
    enqueued_at: i64,
    #[diesel(sql_type = BigInt)]
    run_at: i64,
}

impl ClaimedRow {
    pub(super) const COLUMNS: &str = "run, name, payload, priority, attempts, max_retries, losses, trace_parent, enqueued_at, run_at";

    pub(super) fn read(self) -> Result<ClaimedTask> {
        Ok(ClaimedTask {
            id: read_id(&self.id)?,
            run: self.run,
            name: self.name.into(),
            payload: self.payload.into(),
            attempt: count(self.attempts).max(1),
            max_retries: count(self.max_retries),
            losses: count(self.losses),
            trace_parent: self.trace_parent.map(Into::into),
            enqueued_at: time(self.enqueued_at),
            due_at: time(self.run_at),
        })
    }
}

/// A run whose lease was put off.
#[derive(QueryableByName)]
pub(super) struct BeatRow {
    #[diesel(sql_type = Text)]
    pub(super) id: String,
    #[diesel(sql_type = Integer)]
    pub(super) run: i32,
    #[diesel(sql_type = Integer)]
    pub(super) cancel: i32,
}

/// A task that was recovered.
#[derive(QueryableByName)]
pub(super) struct RecoveredRow {
    #[diesel(sql_type = Text)]
    pub(super) queue: String,
    #[diesel(sql_type = Text)]
    pub(super) name: String,
    #[diesel(sql_type = Integer)]
    pub(super) state: i32,
}

/// How many tasks of a queue stand how.
#[derive(QueryableByName)]
pub(super) struct StatsRow {
    #[diesel(sql_type = Text)]
    pub(super) queue: String,
    #[diesel(sql_type = Integer)]
    pub(super) state: i32,
    #[diesel(sql_type = Integer)]
    pub(super) failed: i32,
    #[diesel(sql_type = BigInt)]
    pub(super) count: i64,
}

/// All of a task.
#[derive(QueryableByName)]
pub(super) struct TaskRow {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    queue: String,
    #[diesel(sql_type = Text)]
    payload: String,
    #[diesel(sql_type = Integer)]
    priority: i32,
    #[diesel(sql_type = Integer)]
    max_retries: i32,
    #[diesel(sql_type = Integer)]
    state: i32,
    #[diesel(sql_type = BigInt)]
    run_at: i64,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = Integer)]
    losses: i32,
    #[diesel(sql_type = Nullable<Text>)]
    unique_key: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    unique_until: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    trace_parent: Option<String>,
    #[diesel(sql_type = BigInt)]
    enqueued_at: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    started_at: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    finished_at: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    worker: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    last_error: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    result: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    progress: Option<String>,
}

impl TaskRow {
    pub(super) const COLUMNS: &str = "name, queue, payload, priority, max_retries, \
        state, run_at, attempts, losses, unique_key, unique_until, \
        trace_parent, enqueued_at, started_at, finished_at, worker, last_error, result, progress";

    pub(super) fn read(self) -> Result<TaskRecord> {
        let window = |until_then: i64| match until_then {
            i64::MAX => None,
            then => Some(until(self.enqueued_at, then)),
        };
        let unique = self.unique_key.map(|key| Unique {
            key,
            window: self.unique_until.and_then(window),
        });
        let failed = self.attempts > 0 && self.last_error.is_some();
        Ok(TaskRecord {
            id: read_id(&self.id)?,
            task: NewTask {
                name: Cow::Owned(self.name),
                queue: Cow::Owned(self.queue),
                payload: self.payload,
                run_at: Some(time(self.run_at)),
                priority: self.priority,
                max_retries: count(self.max_retries),
                unique,
                trace_parent: self.trace_parent,
            },
            state: state(self.state, failed),
            attempts: count(self.attempts),
            losses: count(self.losses),
            last_error: self.last_error,
            progress: self
                .progress
                .and_then(|text| serde_json::from_str(&text).ok()),
            result: self.result,
            worker: self.worker,
            enqueued_at: time(self.enqueued_at),
            started_at: self.started_at.map(time),
            finished_at: self.finished_at.map(time),
        })
    }
}

/// The state of a row.
pub(super) fn state(state: i32, failed: bool) -> TaskState {
    match state {
        RUNNING => TaskState::Running,
        SUCCEEDED => TaskState::Succeeded,
        DEAD => TaskState::Dead,
        CANCELLED => TaskState::Cancelled,
        _ if failed => TaskState::Retrying,
        _ => TaskState::Queued,
    }
}

pub(super) fn read_id(text: &str) -> Result<Uuid> {
    text.parse()
        .map_err(|_| corrupt(format!("{text:?} is no id")))
}

fn count(number: i32) -> u32 {
    u32::try_from(number).unwrap_or_default()
}

/// The span of a key that holds until the outcome.
pub(super) const FOREVER: Duration = Duration::MAX;
