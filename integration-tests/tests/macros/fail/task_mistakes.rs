//! Every mistake is told at once, where it was made.

use savia::{scheduled, task};

#[task(quue = "mail", retries = -1, timeout = "soon", backoff = linear("1s"), unique(by(other)))]
async fn many(name: &str, (a, b): (u8, u8)) {}

#[task(name = "two words")]
async fn named<T>(value: T) {}

#[task]
struct NoFunction;

#[scheduled]
async fn never() {}

#[scheduled(cron = "0 3 * * *", every = "30s", missed = "maybe")]
async fn both(name: String) {}

#[scheduled(cron = "61 * * * *")]
async fn late() {}

#[scheduled(cron = config("reports.cron", default = "0 0 31 2 *"))]
async fn impossible() {}

#[scheduled(every = "0s")]
async fn always() {}

fn main() {}
