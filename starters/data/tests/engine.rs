//! The engines: what they promise of connections, threads, and databases that misbehave.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

extern crate savia_starter_data as savia;

#[path = "engine/away.rs"]
mod away;
#[path = "engine/postgres.rs"]
mod postgres;
#[path = "engine/refused.rs"]
mod refused;
#[path = "engine/sqlite.rs"]
mod sqlite;
mod support;

use savia::__private::macros::entity;

/// A line, as a repository keeps it.
#[entity(table = "lines")]
pub struct Line {
    /// Its number.
    #[id(assigned)]
    pub n: i64,
}
