//! What keeps the queue in order.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::sql_query;
use diesel::sql_types::{BigInt, Integer, Text};
use savia_core::Result;
use savia_core::tasks::{NewTask, TaskFilter};
use savia_starter_data::statement::Dialect;
use savia_starter_data::{Database, dsl};
use uuid::Uuid;

use super::enqueue;
use super::look::{all, conditions, look};
use super::rows::{OneNumber, OneText, RecoveredRow, state};
use super::sql::{CANCELLED, DEAD, SUCCEEDED, due, id, now, skip_locked, told};
use crate::backend::{lost, micros, span};
use crate::config::RetentionConfig;
use crate::metrics;

/// How many rows are deleted at once: others are to write in between.
const AT_ONCE: i64 = 1_000;

/// How often that is done at the most before others have their turn.
const TURNS: usize = 100;

pub(super) async fn cancel(database: &Database, dialect: Dialect, task: Uuid) -> Result<bool> {
    let (now, is) = (now(dialect), id(dialect, "$1"));
    let sql = format!(
        "update savia_tasks set cancel = 1, state = case when state = 2 then 2 else 5 end, \
         finished_at = case when state = 2 then null else {now} end, \
         unique_key = case when state = 2 then unique_key else null end \
         where id = {is} and state < 3"
    );
    let task = task.to_string();
    let changed = database
        .with(move |tx| {
            Box::pin(
                async move { told(dsl!(tx, sql_query(sql).bind::<Text, _>(task).execute(tx))) },
            )
        })
        .await?;
    Ok(changed > 0)
}

/// Gives the queue of the task.
pub(super) async fn retry(
    database: &Database,
    dialect: Dialect,
    task: Uuid,
) -> Result<Option<String>> {
    let (now, is) = (now(dialect), id(dialect, "$1"));
    let sql = format!(
        "update savia_tasks set state = 0, attempts = 0, losses = 0, cancel = 0, run_at = {now}, \
         finished_at = null, result = null, progress = null, unique_key = null \
         where id = {is} and state >= 3 returning queue as text"
    );
    let task = task.to_string();
    let queues: Vec<OneText> = database
        .with(move |tx| {
            Box::pin(async move { told(dsl!(tx, sql_query(sql).bind::<Text, _>(task).load(tx))) })
        })
        .await?;
    Ok(queues.into_iter().next().map(|row| row.text))
}

pub(super) async fn purge(database: &Database, filter: &TaskFilter) -> Result<u64> {
    let Some(conditions) = conditions(filter) else {
        return Ok(0);
    };
    let which = format!("state >= 3 and {}", all(&conditions));
    delete(database, which, usize::MAX).await
}

pub(super) async fn set_paused(database: &Database, queue: &str, paused: bool) -> Result<()> {
    let sql = "insert into savia_task_queues (queue, paused) values ($1, $2) \
               on conflict (queue) do update set paused = excluded.paused";
    let queue = queue.to_owned();
    database
        .with(move |tx| {
            Box::pin(async move {
                let query = sql_query(sql)
                    .bind::<Text, _>(queue)
                    .bind::<Integer, _>(i32::from(paused));
                told(dsl!(tx, query.execute(tx))).map(drop)
            })
        })
        .await
}

/// Gives the queue of every task that was recovered.
pub(super) async fn recover(
    database: &Database,
    dialect: Dialect,
    max_losses: u32,
) -> Result<Vec<String>> {
    let now = now(dialect);
    let over = format!("state = 2 and lease_until <= {now}");
    // Nearly always there is none, and nobody need wait for that.
    let sql = format!(
        "select count(*) as number from (select 1 from savia_tasks where {over} limit 1) as t"
    );
    let found: Vec<OneNumber> = look(database, move |tx| {
        Box::pin(async move { told(dsl!(tx, sql_query(sql).load(tx))) })
    })
    .await?;
    if found.first().and_then(|row| row.number).unwrap_or_default() == 0 {
        return Ok(Vec::new());
    }
    let (skip, due) = (skip_locked(dialect), due("losses + 1"));
    let ended = "(cancel = 1 or losses + 1 >= $1)";
    let sql = format!(
        "update savia_tasks set \
         state = case when cancel = 1 then 5 when losses + 1 >= $1 then 4 else {due} end, \
         last_error = case when cancel = 0 and losses + 1 >= $1 then $2 else last_error end, \
         finished_at = case when {ended} then {now} else null end, \
         unique_key = case when {ended} then null else unique_key end, \
         losses = losses + 1, attempts = attempts - 1, lease_until = null \
         where id in (select id from savia_tasks where {over} limit 1000 {skip}) \
         returning queue, name, state"
    );
    let max = i32::try_from(max_losses).unwrap_or(i32::MAX);
    let reason = lost(max_losses);
    let recovered: Vec<RecoveredRow> = database
        .with(move |tx| {
            Box::pin(async move {
                let query = sql_query(sql)
                    .bind::<Integer, _>(max)
                    .bind::<Text, _>(reason);
                told(dsl!(tx, query.load(tx)))
            })
        })
        .await?;
    for row in &recovered {
        let state = state(row.state, false);
        metrics::lost(&row.name, state.is_outcome().then(|| state.word()));
    }
    Ok(recovered.into_iter().map(|row| row.queue).collect())
}

pub(super) async fn sweep(
    database: &Database,
    dialect: Dialect,
    retention: &RetentionConfig,
) -> Result<u64> {
    let now = now(dialect);
    let kept: [(i32, Duration); 3] = [
        (SUCCEEDED, retention.succeeded),
        (DEAD, retention.dead),
        (CANCELLED, retention.cancelled),
    ];
    let mut swept = 0;
    for (state, kept) in kept {
        let kept = span(kept);
        let which = format!("state >= 3 and state = {state} and finished_at <= {now} - {kept}");
        swept += delete(database, which, TURNS).await?;
    }
    Ok(swept)
}

async fn delete(database: &Database, which: String, turns: usize) -> Result<u64> {
    let sql = format!(
        "delete from savia_tasks where id in (select id from savia_tasks where {which} limit $1)"
    );
    let mut deleted = 0;
    for _ in 0..turns {
        let sql = sql.clone();
        let count = database
            .with(move |tx| {
                Box::pin(async move {
                    told(dsl!(
                        tx,
                        sql_query(sql).bind::<BigInt, _>(AT_ONCE).execute(tx)
                    ))
                })
            })
            .await?;
        deleted += count as u64;
        if (count as i64) < AT_ONCE {
            break;
        }
    }
    Ok(deleted)
}

pub(super) async fn tick(
    database: &Database,
    dialect: Dialect,
    schedule: &str,
    at: DateTime<Utc>,
    task: Option<NewTask>,
) -> Result<bool> {
    let sql = "insert into savia_task_schedules (name, last_at) values ($1, $2) \
               on conflict (name) do update set last_at = excluded.last_at \
               where savia_task_schedules.last_at < excluded.last_at returning name as text";
    let (schedule, at) = (schedule.to_owned(), micros(at));
    database
        .with(move |tx| {
            Box::pin(async move {
                let query = sql_query(sql)
                    .bind::<Text, _>(schedule)
                    .bind::<BigInt, _>(at);
                let noted: Vec<OneText> = told(dsl!(tx, query.load(tx)))?;
                if noted.is_empty() {
                    return Ok(false);
                }
                if let Some(task) = task {
                    enqueue::insert(tx, dialect, vec![task]).await?;
                }
                Ok(true)
            })
        })
        .await
}
