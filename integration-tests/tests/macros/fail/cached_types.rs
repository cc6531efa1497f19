//! What the types say: keys of what is not there, and values that cannot be kept.

use std::cell::Cell;

use savia::{Result, cache_evict, cache_put, cached};
use serde::Serialize;

#[derive(Serialize)]
struct Unclonable;

#[derive(Clone)]
struct Opaque;

#[cached(key = "{slug}")]
async fn of_another_name(id: i64) -> i64 {
    id
}

#[cached(key = "{id.number}")]
async fn of_no_field(id: i64) -> i64 {
    id
}

#[cached]
async fn under_what(opaque: Opaque) -> i64 {
    let _ = opaque;
    1
}

#[cached]
async fn once(id: i64) -> Unclonable {
    let _ = id;
    Unclonable
}

#[cached]
async fn on_one_thread(id: i64) -> Result<Cell<i64>> {
    Ok(Cell::new(id))
}

#[cached(condition = id, unless = result.len(), max_weight = 10, weight = "heavy")]
async fn of_other_types(id: i64) -> String {
    id.to_string()
}

#[cache_put(cache = "numbers", key = "{result.id}")]
async fn put(id: i64) -> Result<i64> {
    Ok(id)
}

#[cache_evict(cache = "numbers", tags = ["author:{author}"])]
async fn evict(id: i64) -> Result<()> {
    let _ = id;
    Ok(())
}

/// An associated function has no service whose cache it could be: it is a function like others.
struct Posts;

impl Posts {
    #[cached(key = "{self.0}")]
    async fn without_self(id: i64) -> i64 {
        id
    }
}

fn main() {}
