//! Mistakes of a transaction are told at the function.

use savia::{Result, transactional};

#[transactional(read_ony)]
async fn option() -> Result<()> {
    Ok(())
}

#[transactional(isolation = "serialisable", timeout = "5")]
async fn values() -> Result<()> {
    Ok(())
}

#[transactional]
fn not_async() -> Result<()> {
    Ok(())
}

#[transactional]
async fn no_result() {}

#[transactional(retries = 3)]
async fn again(text: &mut String) -> Result<()> {
    text.clear();
    Ok(())
}

trait Bank {
    #[transactional]
    fn transfer(&self) -> Result<()>;
}

#[transactional]
struct Posts;

fn main() {}
