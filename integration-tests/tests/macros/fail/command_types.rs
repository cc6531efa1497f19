//! What cannot be read from the command line, injected or returned is told at its type.

#![allow(unused)]

use savia::command;

struct Money(u64);

#[command]
fn argument(price: Money) {}

#[command]
fn option(price: Option<Money>) {}

#[command]
fn returns() -> u32 {
    3
}

#[command]
async fn fails() -> Result<(), String> {
    Ok(())
}

fn main() {}
