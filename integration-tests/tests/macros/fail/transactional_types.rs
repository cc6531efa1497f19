//! What cannot say that a transaction failed, is told at the type.

use savia::{Result, transactional};

struct Refused;

struct Unclonable;

#[transactional]
async fn error() -> Result<(), Refused> {
    Err(Refused)
}

#[transactional]
async fn option() -> Option<i64> {
    None
}

#[transactional(retries = 1)]
async fn again(value: Unclonable) -> Result<()> {
    drop(value);
    Ok(())
}

#[transactional]
async fn body() -> Result<i64> {
    Ok("text")
}

fn main() {}
