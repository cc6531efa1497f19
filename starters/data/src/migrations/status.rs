//! What is to be known of every migration.

use chrono::{DateTime, Utc};

use super::code::Direction;
use super::history::Applied;
use super::plan::Planned;
use crate::statement::Dialect;

/// A migration, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MigrationStatus {
    /// The app it belongs to.
    pub app: String,
    /// The number its folder's name begins with.
    pub version: String,
    /// The rest of its folder's name.
    pub name: String,
    /// How far it is.
    pub state: MigrationState,
    /// When it was applied.
    pub applied_at: Option<DateTime<Utc>>,
}

/// How far a migration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MigrationState {
    /// It has been applied.
    Applied,
    /// It has been applied after one of its app that is later: two branches came together.
    OutOfOrder,
    /// It has not been applied.
    Pending,
    /// It was changed after it had been applied.
    Changed,
    /// It has been applied, and this binary does not know it.
    Unknown,
    /// It has no text for this database.
    Missing,
}

impl MigrationState {
    /// As a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::OutOfOrder => "applied out of order",
            Self::Pending => "pending",
            Self::Changed => "changed",
            Self::Unknown => "unknown",
            Self::Missing => "no text for this database",
        }
    }
}

pub(super) fn of(
    planned: &[Planned],
    applied: &[Applied],
    dialect: Dialect,
) -> Vec<MigrationStatus> {
    let known = planned.iter().map(|planned| {
        let done = applied.iter().find(|applied| planned.is(applied));
        let state = match done {
            None if !planned.goes(Direction::Up, dialect) => MigrationState::Missing,
            None => MigrationState::Pending,
            Some(done) if done.checksum != planned.checksum(dialect) => MigrationState::Changed,
            Some(done) if came_late(done, applied) => MigrationState::OutOfOrder,
            Some(_) => MigrationState::Applied,
        };
        MigrationStatus {
            app: planned.app.to_owned(),
            version: planned.version.to_owned(),
            name: planned.name.to_owned(),
            state,
            applied_at: done.map(|done| done.applied_at),
        }
    });
    let unknown = applied
        .iter()
        .filter(|applied| !planned.iter().any(|planned| planned.is(applied)));
    let unknown = unknown.map(|applied| MigrationStatus {
        app: applied.app().to_owned(),
        version: applied.timestamp().to_owned(),
        name: applied.name.clone(),
        state: MigrationState::Unknown,
        applied_at: Some(applied.applied_at),
    });
    known.chain(unknown).collect()
}

/// Whether a later one of the same app was applied before it.
fn came_late(done: &Applied, applied: &[Applied]) -> bool {
    applied.iter().any(|other| {
        other.app() == done.app() && other.timestamp() > done.timestamp() && other.rank < done.rank
    })
}
