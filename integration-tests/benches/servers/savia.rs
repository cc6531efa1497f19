//! The routes on Savia. With or without its filters is a matter of configuration, which `http`
//! sets in the environment.

use std::sync::Arc;

use savia::prelude::*;
use savia::{controller, dto, routes, service};

/// What `GET /json` answers.
#[dto]
struct Message {
    message: String,
}

/// What `POST /validate` takes: ten fields, a rule on each.
#[dto]
struct Order {
    #[garde(length(min = 1, max = 100))]
    name: String,
    #[garde(email)]
    email: String,
    #[garde(range(min = 18, max = 120))]
    age: u8,
    #[garde(url)]
    website: String,
    #[garde(length(min = 2, max = 2))]
    country: String,
    #[garde(length(min = 1, max = 100))]
    city: String,
    #[garde(length(min = 5, max = 20))]
    phone: String,
    #[garde(range(min = 1, max = 1000))]
    quantity: u32,
    #[garde(range(min = 0.01, max = 100_000.0))]
    price: f64,
    #[garde(length(max = 500))]
    note: String,
}

/// What `POST /validate` answers.
#[dto]
struct Accepted {
    quantity: u32,
    price: f64,
}

#[service]
struct Greeter {}

impl Greeter {
    fn greet(&self, name: &str) -> String {
        format!("Hello, {name}!")
    }
}

#[controller("/")]
struct MainController {
    greeter: Arc<Greeter>,
}

#[routes]
impl MainController {
    #[get("/json")]
    async fn json(&self) -> Json<Message> {
        Json(Message {
            message: "Hello, World!".to_owned(),
        })
    }

    #[get("/hello/{name}")]
    async fn hello(&self, name: Path<String>) -> String {
        self.greeter.greet(&name)
    }

    #[post("/validate")]
    async fn validate(&self, order: Json<Order>) -> Json<Accepted> {
        Json(Accepted {
            quantity: order.quantity,
            price: order.price,
        })
    }
}

/// Ten routes a controller.
macro_rules! numbered {
    ($($name:ident $path:literal)*) => { $(
        #[controller($path)]
        struct $name {}

        #[routes]
        impl $name {
            #[get("/0")]
            async fn r0(&self) -> &'static str { "ok" }
            #[get("/1")]
            async fn r1(&self) -> &'static str { "ok" }
            #[get("/2")]
            async fn r2(&self) -> &'static str { "ok" }
            #[get("/3")]
            async fn r3(&self) -> &'static str { "ok" }
            #[get("/4")]
            async fn r4(&self) -> &'static str { "ok" }
            #[get("/5")]
            async fn r5(&self) -> &'static str { "ok" }
            #[get("/6")]
            async fn r6(&self) -> &'static str { "ok" }
            #[get("/7")]
            async fn r7(&self) -> &'static str { "ok" }
            #[get("/8")]
            async fn r8(&self) -> &'static str { "ok" }
            #[get("/9")]
            async fn r9(&self) -> &'static str { "ok" }
        }
    )* };
}

numbered! {
    R00 "/r/00" R01 "/r/01" R02 "/r/02" R03 "/r/03" R04 "/r/04"
    R05 "/r/05" R06 "/r/06" R07 "/r/07" R08 "/r/08" R09 "/r/09"
    R10 "/r/10" R11 "/r/11" R12 "/r/12" R13 "/r/13" R14 "/r/14"
    R15 "/r/15" R16 "/r/16" R17 "/r/17" R18 "/r/18" R19 "/r/19"
}

fn main() -> savia::ExitCode {
    savia::run()
}
