//! `#[cached]`, `#[cache_put]` and `#[cache_evict]`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

extern crate savia_starter_cache as savia;

mod support;

#[path = "cached/change.rs"]
mod change;
#[path = "cached/flight.rs"]
mod flight;
#[path = "cached/lookup.rs"]
mod lookup;
#[path = "cached/stale.rs"]
mod stale;
