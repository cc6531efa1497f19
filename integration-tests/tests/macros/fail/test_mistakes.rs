//! What a test must be.

#![allow(unused)]

use savia::test::TestApp;

#[savia::test]
fn not_async(app: TestApp) {}

#[savia::test(inprocess, config(port = 1))]
async fn misspelt(app: TestApp) {}

#[savia::test(config("server.port"))]
async fn no_value(app: TestApp) {}

#[savia::test]
async fn value(#[value("server.port")] port: u16) {}

#[savia::test]
struct NotAFunction;

fn main() {}
