//! Every mistake in a component is told where it stands, in one run.

#![allow(unused)]

use std::sync::Arc;

use savia::service;

trait Mailer: Send + Sync {}

#[service(primry, order = "first", provides, conditional(profile = "dev", app = "mail"))]
struct Misused {
    #[value]
    keyless: u32,
    #[value("PageSize")]
    camel: u32,
    #[value("posts.size", defalt = 1)]
    misspelt: u32,
    #[value("posts.size")]
    #[init]
    two_origins: u32,
    #[qualifier(smtp)]
    unquoted: Arc<dyn Mailer>,
    #[qualifier("smtp")]
    all: Vec<Arc<dyn Mailer>>,
    #[init = 3]
    equals: u32,
}

#[service]
struct Generic<T> {
    value: Arc<T>,
}

#[service]
struct Borrowing<'a> {
    name: &'a str,
}

#[service]
struct Tuple(Arc<dyn Mailer>);

#[service]
enum Choice {
    One,
}

#[service]
fn function() {}

struct Plain;

#[service]
impl Plain {}

// What has a mistake still stands for itself here.
fn main() {
    let _: fn(Misused) -> u32 = |misused| misused.camel;
    function();
}
