//! Every mistake in a listener is told where it stands, in one run.

#![allow(unused)]

use std::sync::Arc;

use savia::event_listener;

struct OrderPlaced;
struct Log;

#[event_listener(ordr = 1)]
fn misspelt(event: &OrderPlaced) {}

#[event_listener]
fn by_value(event: OrderPlaced) {}

#[event_listener]
fn nothing() {}

#[event_listener]
fn pattern(event: &OrderPlaced, (a, b): (Arc<Log>, Arc<Log>)) {}

#[event_listener]
fn generic<T>(event: &T) {}

#[event_listener]
fn returns(event: &OrderPlaced) -> u32 {
    3
}

#[event_listener]
fn not_injectable(event: &OrderPlaced, log: Log) {}

#[event_listener]
async fn not_send(event: &OrderPlaced) {
    let shared = std::rc::Rc::new(1);
    std::future::ready(()).await;
    drop(shared);
}

#[event_listener]
struct NotAFunction;

fn main() {}
