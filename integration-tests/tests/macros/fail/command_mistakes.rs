//! Every mistake in a command is told where it stands, in one run.

#![allow(unused)]

use std::sync::Arc;

use savia::command;

struct Users;

#[command(nme = "x", needs = "runing")]
fn misspelt() {}

#[command(name = "Create Admin", about)]
fn named() {}

#[command]
fn arguments(
    name: &str,
    #[arg(default = "x")] force: bool,
    #[arg(default = "1")] count: Option<u8>,
    #[arg(shrt = 'f')] short: String,
    #[arg(short = "f")] text: String,
    #[arg(short = 'h')] host: String,
    #[arg(long)] users: Arc<Users>,
    profile: Option<String>,
) {
}

#[command]
fn places(all: Vec<String>, last: String) {}

#[command]
fn order(#[arg(default = "1")] count: u8, last: String) {}

#[command(needs = "discovered")]
fn early(users: Arc<Users>) {}

#[command]
fn generic<T>(value: T) {}

#[command]
struct NotAFunction;

impl Users {
    #[command]
    fn method(&self) {}
}

fn main() {}
