//! What runs came to, and what becomes of those that last.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use savia_core::Result;
use savia_core::tasks::Progress;
use savia_starter_data::statement::Dialect;
use savia_starter_data::{Connection, Database, dsl};
use serde_json::{Value, json};

use super::rows::{BeatRow, read_id};
use super::sql::{CANCELLED, DEAD, DELAYED, READY, SUCCEEDED, due, id_text, now, rows, told};
use crate::backend::{kept, span};
use crate::store::{Held, Outcome, Settlement, Stop};

const HELD: [(&str, &str); 2] = [("id", "uuid"), ("run", "integer")];

/// Who holds a run, whatever its lease. The sign keeps SQLite from going through all that runs.
const IS_HELD: &str = "t.id = d.id and t.run = d.run and +t.state = 2";

pub(super) async fn settle(
    database: &Database,
    dialect: Dialect,
    settlements: &[Settlement],
    keep_succeeded: bool,
) -> Result<()> {
    let (mut changed, mut gone) = (Vec::new(), Vec::new());
    for settlement in settlements {
        let Held { id, run } = settlement.held;
        match &settlement.outcome {
            Outcome::Succeeded { .. } if !keep_succeeded => {
                gone.push(json!({"id": id, "run": run}))
            }
            outcome => {
                let (kind, delay, error, result) = match outcome {
                    Outcome::Succeeded { result } => (SUCCEEDED, None, None, result.as_ref()),
                    Outcome::Retry { after, error } => {
                        (DELAYED, Some(span(*after)), Some(kept(error)), None)
                    }
                    Outcome::Dead { error } => (DEAD, None, Some(kept(error)), None),
                    Outcome::Cancelled => (CANCELLED, None, None, None),
                    Outcome::Released => (READY, None, None, None),
                };
                changed.push(json!({
                    "id": id, "run": run, "kind": kind, "delay": delay, "error": error, "result": result,
                }));
            }
        }
    }
    database
        .with(move |tx| {
            Box::pin(async move {
                if !changed.is_empty() {
                    change(tx, dialect, Value::Array(changed).to_string()).await?;
                }
                if !gone.is_empty() {
                    delete(tx, dialect, Value::Array(gone).to_string()).await?;
                }
                Ok(())
            })
        })
        .await
}

async fn change(tx: Connection<'_>, dialect: Dialect, list: String) -> Result<()> {
    let rows = rows(
        dialect,
        &[
            HELD[0],
            HELD[1],
            ("kind", "integer"),
            ("delay", "bigint"),
            ("error", "text"),
            ("result", "text"),
        ],
    );
    let (now, due) = (now(dialect), due("t.losses"));
    // What was cancelled while it ran is not tried again.
    let ended = "(d.kind >= 3 or t.cancel = 1)";
    let sql = format!(
        "update savia_tasks as t set \
         state = case when d.kind >= 3 then d.kind when t.cancel = 1 then 5 \
         when d.kind = 0 then {due} else d.kind end, \
         run_at = case when d.kind = 1 then {now} + d.delay else t.run_at end, \
         attempts = case when d.kind = 0 then t.attempts - 1 else t.attempts end, \
         finished_at = case when {ended} then {now} else null end, \
         unique_key = case when {ended} then null else t.unique_key end, \
         last_error = coalesce(d.error, t.last_error), result = d.result, lease_until = null \
         from {rows} where {IS_HELD}"
    );
    told(dsl!(tx, sql_query(sql).bind::<Text, _>(list).execute(tx))).map(drop)
}

async fn delete(tx: Connection<'_>, dialect: Dialect, list: String) -> Result<()> {
    let rows = rows(dialect, &HELD);
    let sql = format!(
        "delete from savia_tasks where (id, run) in (select d.id, cast(d.run as integer) from {rows}) \
         and +state = 2"
    );
    told(dsl!(tx, sql_query(sql).bind::<Text, _>(list).execute(tx))).map(drop)
}

/// The queues in which tasks wait again that can be taken at once.
pub(super) fn waiting_again(settlements: &[Settlement]) -> impl Iterator<Item = &Arc<str>> {
    let mut queues: Vec<&Arc<str>> = Vec::new();
    for settlement in settlements {
        let waits = matches!(
            settlement.outcome,
            Outcome::Retry { .. } | Outcome::Released
        );
        if waits && !queues.contains(&&settlement.queue) {
            queues.push(&settlement.queue);
        }
    }
    queues.into_iter()
}

pub(super) async fn beat(
    database: &Database,
    dialect: Dialect,
    held: &[Held],
    lease: Duration,
) -> Result<Vec<Stop>> {
    let list: Vec<_> = held
        .iter()
        .map(|it| json!({"id": it.id, "run": it.run}))
        .collect();
    let list = Value::Array(list).to_string();
    let (rows, now) = (rows(dialect, &HELD), now(dialect));
    let id = id_text(dialect).replace("id::text", "t.id::text");
    let id = if id == "id" { "t.id as id" } else { &id };
    // SQLite's `returning` knows no alias.
    let returning = match dialect {
        Dialect::Sqlite => "id, run, cancel".to_owned(),
        Dialect::Postgres => format!("{id}, t.run, t.cancel"),
    };
    let sql = format!(
        "update savia_tasks as t set lease_until = {now} + $2 from {rows} where {IS_HELD} \
         returning {returning}"
    );
    // The list is the first parameter, whichever stands first in the text.
    let sql = match dialect {
        Dialect::Sqlite => sql.replace("$1", "?1").replace("$2", "?2"),
        Dialect::Postgres => sql,
    };
    let lease = span(lease);
    let rows: Vec<BeatRow> = database
        .with(move |tx| {
            Box::pin(async move {
                let query = sql_query(sql)
                    .bind::<Text, _>(list)
                    .bind::<BigInt, _>(lease);
                told(dsl!(tx, query.load(tx)))
            })
        })
        .await?;
    let mut left: HashSet<Held> = held.iter().copied().collect();
    let mut stops = Vec::new();
    for row in rows {
        let held = Held {
            id: read_id(&row.id)?,
            run: row.run,
        };
        left.remove(&held);
        if row.cancel == 1 {
            stops.push(Stop {
                held,
                cancelled: true,
            });
        }
    }
    stops.extend(left.into_iter().map(|held| Stop {
        held,
        cancelled: false,
    }));
    Ok(stops)
}

pub(super) async fn report(
    database: &Database,
    dialect: Dialect,
    progress: Vec<(Held, Progress)>,
) -> Result<()> {
    // The last word of each.
    let progress: HashMap<_, _> = progress.into_iter().collect();
    let list: Vec<_> = progress
        .into_iter()
        .map(|(held, progress)| {
            let text = serde_json::to_string(&progress).unwrap_or_default();
            json!({"id": held.id, "run": held.run, "progress": text})
        })
        .collect();
    let list = Value::Array(list).to_string();
    let rows = rows(dialect, &[HELD[0], HELD[1], ("progress", "text")]);
    let sql =
        format!("update savia_tasks as t set progress = d.progress from {rows} where {IS_HELD}");
    database
        .with(move |tx| {
            Box::pin(async move {
                told(dsl!(tx, sql_query(sql).bind::<Text, _>(list).execute(tx))).map(drop)
            })
        })
        .await
}
