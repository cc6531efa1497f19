//! Taking tasks.

use std::cmp::Reverse;

use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use savia_core::Result;
use savia_starter_data::statement::Dialect;
use savia_starter_data::{Connection, Database, dsl};

use super::rows::{ClaimedRow, NextDue};
use super::sql::{due, id_text, now, skip_locked, told};
use crate::backend::{span, until};
use crate::store::{Claim, Claimed};

pub(super) async fn claim(database: &Database, dialect: Dialect, claim: &Claim) -> Result<Claimed> {
    let claim = claim.clone();
    // SQLite's writer is one: it is not asked where there is nothing to take.
    if dialect == Dialect::Sqlite {
        let (queue, suspect) = (claim.queue.to_string(), claim.suspect);
        let wanted = claim.clone();
        let next = database
            .read(move |tx| Box::pin(async move { is_due(tx, dialect, queue, suspect).await }))
            .await?;
        if let Some(claimed) = next {
            return Ok(claimed);
        }
        return database
            .with(move |tx| Box::pin(async move { take(tx, dialect, &wanted).await }))
            .await;
    }
    database
        .with(move |tx| {
            Box::pin(async move {
                let claimed = take(tx, dialect, &claim).await?;
                if !claimed.tasks.is_empty() {
                    return Ok(claimed);
                }
                let due = next_due(tx, dialect, claim.queue.to_string()).await?;
                Ok(waiting(due))
            })
        })
        .await
}

/// Takes what is due, those that go first first.
async fn take(tx: Connection<'_>, dialect: Dialect, claim: &Claim) -> Result<Claimed> {
    let (now, skip, id) = (now(dialect), skip_locked(dialect), id_text(dialect));
    let queue = claim.queue.to_string();
    // Those whose time has come stand in line with the others, by their priority.
    let (quick, losses) = (quick(dialect), due("losses"));
    let due = format!(
        "update savia_tasks set state = {losses} where {quick} id in (select id from savia_tasks \
         where queue = $1 and state = 1 and run_at <= {now} order by run_at limit 1000 {skip})"
    );
    let query = sql_query(due).bind::<Text, _>(queue.clone());
    told(dsl!(tx, query.execute(tx)))?;
    let columns = ClaimedRow::COLUMNS;
    let line = |state: i32, limit: &str| {
        format!(
            "select id from (select id from savia_tasks where queue = $3 and state = {state} \
             and not exists (select 1 from savia_task_queues where queue = $3 and paused = 1) \
             order by priority desc, id limit {limit} {skip}) as line"
        )
    };
    let mut which = line(0, "$4");
    if claim.suspect {
        which = format!("{which} union all {}", line(-1, "1"));
    }
    let sql = format!(
        "update savia_tasks set state = 2, run = run + 1, attempts = attempts + 1, \
         started_at = {now}, lease_until = {now} + $1, worker = $2 where id in (\
         {which}) returning {id}, {columns}"
    );
    let limit = i64::try_from(claim.limit).unwrap_or(i64::MAX);
    let query = sql_query(sql)
        .bind::<BigInt, _>(span(claim.lease))
        .bind::<Text, _>(claim.worker.to_string())
        .bind::<Text, _>(queue)
        .bind::<BigInt, _>(limit);
    let rows: Vec<ClaimedRow> = told(dsl!(tx, query.load(tx)))?;
    let mut tasks = rows
        .into_iter()
        .map(|row| Ok((Reverse(row.priority), row.read()?)))
        .collect::<Result<Vec<_>>>()?;
    // What an update returns is in no order.
    tasks.sort_by_key(|(priority, task)| (*priority, task.id));
    Ok(Claimed {
        tasks: tasks.into_iter().map(|(_, task)| task).collect(),
        next_in: None,
    })
}

/// What has PostgreSQL not wait for its disk when a claim is committed. One that a crash of the server
/// takes back is claimed again, as after a crash of its worker; and what settles a task waits for the disk,
/// and with it for the claim before it.
fn quick(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "",
        Dialect::Postgres => "(select set_config('synchronous_commit', 'off', true)) = 'off' and",
    }
}

/// Nothing where there is something to take; otherwise when there will be.
async fn is_due(
    tx: Connection<'_>,
    dialect: Dialect,
    queue: String,
    suspect: bool,
) -> Result<Option<Claimed>> {
    let is = |state: i32| {
        format!(
            "(select count(*) from (select 1 from savia_tasks where queue = $1 and state = {state} limit 1))"
        )
    };
    let mut due = is(0);
    if suspect {
        due = format!("max({due}, {})", is(-1));
    }
    let sql = format!("select {due} as due, 0 as now");
    let query = sql_query(sql).bind::<Text, _>(queue.clone());
    let ready: Vec<NextDue> = told(dsl!(tx, query.load(tx)))?;
    if ready.first().is_some_and(|row| row.due == Some(1)) {
        return Ok(None);
    }
    let due = next_due(tx, dialect, queue).await?;
    let is_due = |row: &NextDue| row.due.is_some_and(|due| due <= row.now);
    if due.as_ref().is_some_and(is_due) {
        return Ok(None);
    }
    Ok(Some(waiting(due)))
}

async fn next_due(tx: Connection<'_>, dialect: Dialect, queue: String) -> Result<Option<NextDue>> {
    let now = now(dialect);
    let sql = format!(
        "select min(run_at) as due, {now} as now from savia_tasks where queue = $1 and state = 1"
    );
    let query = sql_query(sql).bind::<Text, _>(queue);
    let found: Vec<NextDue> = told(dsl!(tx, query.load(tx)))?;
    Ok(found.into_iter().next())
}

fn waiting(due: Option<NextDue>) -> Claimed {
    Claimed {
        tasks: Vec::new(),
        next_in: due.and_then(|row| Some(until(row.now, row.due?))),
    }
}
