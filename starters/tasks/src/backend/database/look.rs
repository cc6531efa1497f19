//! What only reads.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use savia_core::Result;
use savia_core::tasks::{QueueStats, TaskFilter, TaskRecord, TaskState};
use savia_starter_data::statement::Dialect;
use savia_starter_data::{Database, dsl};
use uuid::Uuid;

use super::rows::{OneNumber, OneText, StatsRow, TaskRow, state};
use super::sql::{id, id_text, told};
use crate::backend::time;
use crate::name::is_name;

pub(super) async fn find(
    database: &Database,
    dialect: Dialect,
    task: Uuid,
) -> Result<Option<TaskRecord>> {
    let (text, columns) = (id_text(dialect), TaskRow::COLUMNS);
    let is = id(dialect, "$1");
    let sql = format!("select {text}, {columns} from savia_tasks where id = {is}");
    let task = task.to_string();
    // A replica may not know it yet, so it is no read.
    let rows: Vec<TaskRow> = look(database, move |tx| {
        Box::pin(async move { told(dsl!(tx, sql_query(sql).bind::<Text, _>(task).load(tx))) })
    })
    .await?;
    rows.into_iter().next().map(TaskRow::read).transpose()
}

pub(super) async fn list(
    database: &Database,
    dialect: Dialect,
    filter: &TaskFilter,
) -> Result<Vec<TaskRecord>> {
    let Some(mut conditions) = conditions(filter) else {
        return Ok(Vec::new());
    };
    if let Some(after) = filter.after {
        conditions.push(format!("id > '{after}'"));
    }
    let (text, columns) = (id_text(dialect), TaskRow::COLUMNS);
    let sql = format!(
        "select {text}, {columns} from savia_tasks where {} order by savia_tasks.id limit $1",
        all(&conditions)
    );
    let limit = i64::from(filter.limit());
    let rows: Vec<TaskRow> = look(database, move |tx| {
        Box::pin(async move { told(dsl!(tx, sql_query(sql).bind::<BigInt, _>(limit).load(tx))) })
    })
    .await?;
    rows.into_iter().map(TaskRow::read).collect()
}

/// What a filter asks of a row; nothing where no row can be so. Names are of few characters, so that
/// they can stand in the text.
pub(super) fn conditions(filter: &TaskFilter) -> Option<Vec<String>> {
    let mut conditions = Vec::new();
    for (column, name) in [("queue", &filter.queue), ("name", &filter.name)] {
        if let Some(name) = name {
            if !is_name(name) {
                return None;
            }
            conditions.push(format!("{column} = '{name}'"));
        }
    }
    let failed = "attempts > 0 and last_error is not null";
    if let Some(state) = filter.state {
        conditions.push(match state {
            TaskState::Queued => format!("state < 2 and not ({failed})"),
            TaskState::Retrying => format!("state < 2 and {failed}"),
            TaskState::Running => "state = 2".to_owned(),
            // The index is of those from 3 on, which SQLite wants to be told.
            TaskState::Succeeded => "state >= 3 and state = 3".to_owned(),
            TaskState::Dead => "state >= 3 and state = 4".to_owned(),
            TaskState::Cancelled => "state >= 3 and state = 5".to_owned(),
        });
    }
    Some(conditions)
}

pub(super) fn all(conditions: &[String]) -> String {
    if conditions.is_empty() {
        return "true".to_owned();
    }
    conditions.join(" and ")
}

/// Counts; without those that succeeded or were cancelled where it is to be cheap: the indexes hold
/// the others.
pub(super) async fn stats(database: &Database, cheap: bool) -> Result<Vec<QueueStats>> {
    let counts = if cheap {
        let count = |state: i32, which: &str| {
            format!(
                "select queue, {state} as state, 0 as failed, count(*) as count from savia_tasks \
                 where {which} group by queue"
            )
        };
        [
            count(-1, "state = -1"),
            count(0, "state = 0"),
            count(1, "state = 1"),
            count(2, "state = 2"),
            count(4, "state >= 3 and state = 4"),
        ]
        .join(" union all ")
    } else {
        "select queue, state, case when attempts > 0 and last_error is not null then 1 else 0 end as \
         failed, count(*) as count from savia_tasks group by 1, 2, 3"
            .to_owned()
    };
    let paused = "select queue as text from savia_task_queues where paused = 1";
    let (rows, paused): (Vec<StatsRow>, Vec<OneText>) = look(database, move |tx| {
        Box::pin(async move {
            let rows = told(dsl!(tx, sql_query(counts).load(tx)))?;
            let paused = told(dsl!(tx, sql_query(paused).load(tx)))?;
            Ok((rows, paused))
        })
    })
    .await?;
    let mut all: BTreeMap<String, QueueStats> = BTreeMap::new();
    for row in rows {
        let stats = all
            .entry(row.queue.clone())
            .or_insert_with(|| QueueStats::of(row.queue));
        *stats.count(state(row.state, row.failed == 1)) += u64::try_from(row.count).unwrap_or(0);
    }
    for OneText { text: queue } in paused {
        let stats = all
            .entry(queue.clone())
            .or_insert_with(|| QueueStats::of(queue));
        stats.paused = true;
    }
    Ok(all.into_values().collect())
}

pub(super) async fn last_tick(
    database: &Database,
    schedule: &str,
) -> Result<Option<DateTime<Utc>>> {
    let schedule = schedule.to_owned();
    let sql = "select last_at as number from savia_task_schedules where name = $1";
    let rows: Vec<OneNumber> = look(database, move |tx| {
        Box::pin(async move { told(dsl!(tx, sql_query(sql).bind::<Text, _>(schedule).load(tx))) })
    })
    .await?;
    Ok(rows.into_iter().find_map(|row| row.number).map(time))
}

/// Reads from the database that is written: a replica may be behind.
pub(super) async fn look<R, F>(database: &Database, work: F) -> Result<R>
where
    R: Send + 'static,
    F: for<'c> FnOnce(
            savia_starter_data::Connection<'c>,
        ) -> futures_util::future::BoxFuture<'c, Result<R>>
        + Send
        + 'static,
{
    match database.dialect() {
        Dialect::Sqlite => database.read(work).await,
        Dialect::Postgres => database.with(work).await,
    }
}
