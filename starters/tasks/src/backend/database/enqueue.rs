//! Enqueueing.

use std::collections::HashSet;

use diesel::sql_query;
use diesel::sql_types::Text;
use savia_core::tasks::NewTask;
use savia_core::{Error, Result};
use savia_starter_data::statement::Dialect;
use savia_starter_data::{Connection, dsl};
use serde_json::{Value, json};
use uuid::Uuid;

use super::rows::{FOREVER, OneText, read_id};
use super::sql::{id_text, lock, now, rows, told};
use crate::backend::{micros, span};

/// What a row is made of.
const COLUMNS: [(&str, &str); 10] = [
    ("id", "uuid"),
    ("name", "text"),
    ("queue", "text"),
    ("payload", "text"),
    ("priority", "integer"),
    ("max_retries", "integer"),
    ("run_at", "bigint"),
    ("unique_key", "text"),
    ("unique_for", "bigint"),
    ("trace_parent", "text"),
];

/// How often a key is tried whose task came to its outcome just then.
const TRIES: usize = 10;

/// Adds tasks; gives their ids, or those of the ones they are the same as.
pub(super) async fn insert(
    tx: Connection<'_>,
    dialect: Dialect,
    tasks: Vec<NewTask>,
) -> Result<Vec<Uuid>> {
    let mut ids: Vec<Uuid> = tasks.iter().map(|_| Uuid::now_v7()).collect();
    let unique = tasks.iter().any(|task| task.unique.is_some());
    if !unique {
        add(tx, dialect, tasks.iter().zip(&ids)).await?;
        return Ok(ids);
    }
    let mut missing: Vec<usize> = (0..tasks.len()).collect();
    // Keys are taken in one order by all: of two that take the same ones, neither waits for the other
    // while it has what that one waits for.
    missing.sort_by_key(|at| {
        let key = tasks[*at].unique.as_ref().map(|it| &it.key);
        (&tasks[*at].queue, key)
    });
    for _ in 0..TRIES {
        free(tx, dialect, missing.iter().map(|at| &tasks[*at])).await?;
        let added = add(
            tx,
            dialect,
            missing.iter().map(|at| (&tasks[*at], &ids[*at])),
        )
        .await?;
        missing.retain(|at| !added.contains(&ids[*at]));
        let mut gone = Vec::new();
        for at in missing {
            match first(tx, dialect, &tasks[at]).await? {
                Some(id) => ids[at] = id,
                // It came to its outcome in the meantime.
                None => gone.push(at),
            }
        }
        missing = gone;
        if missing.is_empty() {
            return Ok(ids);
        }
    }
    Err(Error::unavailable(
        "tasks of one key come and go too fast; try again",
    ))
}

/// Adds rows; gives the ids of those that were added.
async fn add<'a>(
    tx: Connection<'_>,
    dialect: Dialect,
    tasks: impl Iterator<Item = (&'a NewTask, &'a Uuid)>,
) -> Result<HashSet<Uuid>> {
    let list: Vec<Value> = tasks
        .map(|(task, id)| {
            let unique = task.unique.as_ref();
            json!({
                "id": id,
                "name": task.name,
                "queue": task.queue,
                // A text within a text: whatever it holds, the database does not read it.
                "payload": task.payload,
                "priority": task.priority,
                "max_retries": task.max_retries.min(i32::MAX as u32),
                "run_at": task.run_at.map(micros),
                "unique_key": unique.map(|it| &it.key),
                "unique_for": unique.map(|it| span(it.window.unwrap_or(FOREVER))),
                "trace_parent": task.trace_parent,
            })
        })
        .collect();
    let (now, rows, id) = (now(dialect), rows(dialect, &COLUMNS), id_text(dialect));
    let id = id.replace(" as id", "") + " as text";
    let sql = format!(
        "insert into savia_tasks (id, name, queue, payload, priority, max_retries, state, run_at, \
         unique_key, unique_until, trace_parent, enqueued_at) \
         select d.id, d.name, d.queue, d.payload, d.priority, d.max_retries, \
         case when d.run_at > {now} then 1 else 0 end, coalesce(d.run_at, {now}), d.unique_key, \
         {now} + d.unique_for, d.trace_parent, {now} \
         from {rows} where true on conflict do nothing returning {id}"
    );
    let list = Value::Array(list).to_string();
    let added: Vec<OneText> = told(dsl!(tx, sql_query(sql).bind::<Text, _>(list).load(tx)))?;
    added.iter().map(|row| read_id(&row.text)).collect()
}

/// Frees keys whose window is over.
async fn free<'a>(
    tx: Connection<'_>,
    dialect: Dialect,
    tasks: impl Iterator<Item = &'a NewTask>,
) -> Result<()> {
    let list: Vec<Value> = tasks
        .filter_map(|task| {
            let unique = task.unique.as_ref()?;
            Some(json!({ "queue": task.queue, "unique_key": unique.key }))
        })
        .collect();
    let rows = rows(dialect, &[("queue", "text"), ("unique_key", "text")]);
    let (now, lock) = (now(dialect), lock(dialect));
    let sql = format!(
        "update savia_tasks set unique_key = null where id in (select id from savia_tasks \
         where unique_until <= {now} and unique_key is not null and \
         (queue, unique_key) in (select d.queue, d.unique_key from {rows}) \
         order by queue, unique_key {lock})"
    );
    let list = Value::Array(list).to_string();
    told(dsl!(tx, sql_query(sql).bind::<Text, _>(list).execute(tx))).map(drop)
}

/// The task that has the key of this one.
async fn first(tx: Connection<'_>, dialect: Dialect, task: &NewTask) -> Result<Option<Uuid>> {
    let Some(unique) = &task.unique else {
        return Ok(None);
    };
    let id = id_text(dialect).replace(" as id", "");
    let sql = format!(
        "select {id} as text from savia_tasks where queue = $1 and unique_key = $2 and unique_key is not null"
    );
    let (queue, key) = (task.queue.to_string(), unique.key.clone());
    let query = sql_query(sql).bind::<Text, _>(queue).bind::<Text, _>(key);
    let found: Vec<OneText> = told(dsl!(tx, query.load(tx)))?;
    found.first().map(|row| read_id(&row.text)).transpose()
}
