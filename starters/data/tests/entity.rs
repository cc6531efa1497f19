//! `#[entity]`: what it makes of a struct with a field of every type and attribute.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

extern crate savia_starter_data as savia;

#[path = "entity/dsl.rs"]
mod dsl;
#[path = "entity/input.rs"]
mod input;
#[path = "entity/json.rs"]
mod json;
#[path = "entity/metadata.rs"]
mod metadata;
#[path = "entity/model.rs"]
mod model;
#[path = "entity/schema.rs"]
mod schema;
#[path = "entity/table.rs"]
mod table;
