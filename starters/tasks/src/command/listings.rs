//! What only shows.

use std::process::ExitCode;

use chrono::{DateTime, SecondsFormat, Utc};
use savia_core::command::{Call, Format, Listing};
use savia_core::tasks::{TaskFilter, TaskRecord};
use savia_core::{Error, Result};
use serde_json::Value;
use uuid::Uuid;

use super::act::{filter, tasks};
use crate::endpoint::{absent, read_id};
use crate::{registration, schedule};

/// The functions and schedules of the installed apps.
pub(super) fn functions(call: Call<'_>) -> Result<ExitCode> {
    let schedules = schedule::live(call.app)?;
    let mut listing = Listing::new([
        "task", "queue", "retries", "schedule", "next", "function", "place",
    ]);
    for task in registration::live(call.app.apps()) {
        let schedule = schedules.iter().find(|it| it.name == task.name);
        let next = schedule.and_then(|it| it.next(Utc::now()));
        listing.row([
            task.name.into(),
            task.options.queue.into(),
            task.options.retries.into(),
            schedule.map_or(Value::Null, |it| it.expression.clone().into()),
            next.map_or(Value::Null, |at| written(at).into()),
            task.function.into(),
            task.location.to_string().into(),
        ]);
    }
    call.print_listing(&listing);
    Ok(ExitCode::SUCCESS)
}

/// `tasks list`.
pub(super) async fn list(call: Call<'_>) -> Result<ExitCode> {
    let limit = call.matches.get_one::<u32>("limit").copied();
    let after = call.option::<Uuid>("after")?;
    let filter = TaskFilter {
        limit: limit.unwrap_or_default(),
        after,
        ..filter(call)?
    };
    let found = tasks(call)?.list(&filter).await?;
    if call.format() == Format::Json {
        let found: Vec<_> = found.iter().map(TaskRecord::to_json).collect();
        call.print(format!("{:#}", Value::Array(found)));
        return Ok(ExitCode::SUCCESS);
    }
    let mut listing = Listing::new([
        "id", "task", "queue", "state", "attempts", "enqueued", "error",
    ]);
    for record in found {
        listing.row([
            record.id.to_string().into(),
            record.task.name.into(),
            record.task.queue.into(),
            record.state.word().into(),
            record.attempts.into(),
            written(record.enqueued_at).into(),
            record
                .last_error
                .map_or(Value::Null, |error| shortened(&error).into()),
        ]);
    }
    call.print_listing(&listing);
    Ok(ExitCode::SUCCESS)
}

/// `tasks show`.
pub(super) async fn show(call: Call<'_>) -> Result<ExitCode> {
    let id = read_id(&call.argument::<String>("id")?)?;
    let record = tasks(call)?.find(id).await?.ok_or_else(|| absent(id))?;
    let json = record.to_json();
    match (call.format(), &json) {
        (Format::Table, Value::Object(fields)) => {
            for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
                match value {
                    Value::String(text) => call.print(format!("{name:13} {text}")),
                    other => call.print(format!("{name:13} {other}")),
                }
            }
        }
        _ => call.print(format!("{json:#}")),
    }
    Ok(ExitCode::SUCCESS)
}

/// `tasks stats`.
pub(super) async fn stats(call: Call<'_>) -> Result<ExitCode> {
    let mut listing = Listing::new([
        "queue",
        "paused",
        "queued",
        "running",
        "retrying",
        "succeeded",
        "dead",
        "cancelled",
    ]);
    for queue in tasks(call)?.queue().stats().await? {
        listing.row([
            queue.queue.into(),
            queue.paused.into(),
            queue.queued.into(),
            queue.running.into(),
            queue.retrying.into(),
            queue.succeeded.into(),
            queue.dead.into(),
            queue.cancelled.into(),
        ]);
    }
    call.print_listing(&listing);
    Ok(ExitCode::SUCCESS)
}

fn written(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn shortened(error: &str) -> String {
    let line = error.lines().next().unwrap_or_default();
    match line.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    }
}

/// A backend of which another process sees nothing.
pub(super) fn unseen() -> Error {
    Error::bad_request(
        "tasks are kept in the memory of the process that enqueues them (tasks.backend: memory): ask \
         its endpoint `tasks`",
    )
}
