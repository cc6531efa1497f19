//! Runs one migration, in either direction.

use std::time::{Duration, Instant};

use savia_core::{Error, Result};

use super::code::Direction;
use super::history;
use super::plan::{self, Planned};
use crate::Database;
use crate::connection::Connection;
use crate::error::is_retryable;
use crate::schema::without_foreign_keys;

/// Runs it in a transaction of its own, unless another instance has in the meantime; says whether it
/// did. While another has the database, it waits.
pub(super) async fn run(
    database: &Database,
    planned: Planned,
    direction: Direction,
) -> Result<bool> {
    let until = Instant::now() + history::PATIENCE;
    loop {
        match once(database, planned, direction).await {
            Err(error) if is_retryable(&error) && Instant::now() < until => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            done => return done,
        }
    }
}

async fn once(database: &Database, planned: Planned, direction: Direction) -> Result<bool> {
    let text = planned
        .text(direction, database.dialect())
        .unwrap_or_default();
    // SQLite's only way to change a table is to build it anew, which its foreign keys would take for
    // a delete.
    if without_foreign_keys(text) {
        database
            .without_foreign_keys(move |tx| Box::pin(step(tx, planned, direction, text)))
            .await
    } else {
        database
            .with(move |tx| Box::pin(step(tx, planned, direction, text)))
            .await
    }
}

async fn step(
    tx: Connection<'_>,
    planned: Planned,
    direction: Direction,
    text: &'static str,
) -> Result<bool> {
    history::lock(tx).await?;
    history::prepare(tx).await?;
    let applied = history::applied(tx).await?;
    let is_pending = !plan::pending(&[planned], &applied).is_empty();
    if is_pending != (direction == Direction::Up) {
        return Ok(false);
    }
    // Texts of older versions of SQLite's and of nothing at all are no statements.
    if !text.trim().is_empty() {
        tx.script(text).await?;
    }
    if let Some(code) = planned.code(direction) {
        (code.run)(tx).await?;
    }
    match direction {
        Direction::Up => history::note(tx, planned).await?,
        Direction::Down => history::forget(tx, planned).await?,
    }
    Ok(true)
}

/// Notes migrations as applied without running them.
pub(super) async fn adopt(database: &Database, pending: Vec<Planned>) -> Result<()> {
    database
        .with(move |tx| {
            Box::pin(async move {
                history::lock(tx).await?;
                history::prepare(tx).await?;
                for planned in pending {
                    history::note(tx, planned).await?;
                }
                Ok(())
            })
        })
        .await
}

/// What a migration without a way back is refused with.
pub(super) fn no_way_back(planned: Planned) -> Error {
    Error::conflict(format!(
        "{} has no way back: {} has no `down` for this database",
        planned.label(),
        planned.place()
    ))
}
