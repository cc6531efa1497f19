//! `savia db make-migration`: from what the entities are to SQL that makes the tables so.
//!
//! Nothing here needs a database: what the tables were is the snapshot beside the last migration,
//! and whether a snapshot is what the SQL makes is tried on SQLite in memory.

mod draft;
mod folder;
mod history;
mod merge;
mod models;
mod prove;
mod snapshot;
#[cfg(test)]
mod tests;

use savia_core::Error;

use crate::schema::SchemaError;

pub(crate) use draft::{Draft, Planned};
pub(crate) use folder::write_all;
pub(crate) use models::models;
pub(crate) use prove::{catalogue, prove};

/// What was asked wrongly, or cannot be.
fn refused(error: &SchemaError) -> Error {
    Error::bad_request(error.to_string())
}
