//! What every repository can do, the same on both databases.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

extern crate savia_starter_data as savia;

#[path = "repository/associations.rs"]
mod associations;
#[path = "repository/model.rs"]
mod model;
#[path = "repository/reads.rs"]
mod reads;
mod support;
#[path = "repository/writes.rs"]
mod writes;
