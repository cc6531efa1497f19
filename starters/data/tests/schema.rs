//! Schemas: how one becomes another on both databases, and what a database says of itself.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

extern crate savia_starter_data as savia;

mod support;

/// What `savia::chrono` has where there is all of Savia.
mod inspected_chrono {
    pub(crate) use chrono::{NaiveDateTime, NaiveTime};
}

/// What `savia::prelude` has there.
mod inspected_prelude {
    pub(crate) use chrono::{DateTime, NaiveDate, Utc};
    pub(crate) use rust_decimal::Decimal;
    pub(crate) use savia::{Loaded, entity};
    pub(crate) use uuid::Uuid;
}

#[path = "schema/changes.rs"]
mod changes;
#[path = "schema/databases.rs"]
mod databases;
#[path = "schema/entities.rs"]
mod entities;
#[path = "schema/inspect.rs"]
mod inspect;
#[allow(
    dead_code,
    reason = "what was written is described, and nothing is stored"
)]
#[path = "schema/inspected.rs"]
mod inspected;
#[path = "schema/mutate.rs"]
mod mutate;
#[path = "schema/random.rs"]
mod random;
#[path = "schema/round_trip.rs"]
mod round_trip;
#[path = "schema/rows.rs"]
mod rows;
