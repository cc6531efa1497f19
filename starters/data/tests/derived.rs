//! `#[repository]`: derived methods and queries of an author's, the same on both databases.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

extern crate savia_starter_data as savia;

#[path = "derived/model.rs"]
mod model;
#[path = "derived/names.rs"]
mod names;
#[path = "derived/paging.rs"]
mod paging;
#[path = "derived/queries.rs"]
mod queries;
mod support;
#[path = "derived/transactional.rs"]
mod transactional;
