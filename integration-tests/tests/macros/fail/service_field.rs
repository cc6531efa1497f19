//! A field that the container cannot fill says how it could be.

use std::cell::Cell;
use std::sync::Arc;

use savia::service;

#[service]
struct Counter {
    count: u64,
}

#[service]
struct Counting {
    counter: Counter,
}

struct Money(u64);

#[service]
struct Shop {
    #[value("shop.price")]
    price: Money,
}

#[service]
struct Unshared {
    #[init]
    seen: Cell<u32>,
    counter: Arc<Counter>,
}

#[service]
struct NoDefault {
    #[init]
    money: Money,
}

#[service]
struct WrongDefault {
    #[value("shop.name", default = 3)]
    name: String,
}

fn main() {}
