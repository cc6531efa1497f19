//! The routes on actix-web, as one writes them by hand: shared by `raw` and `wired`.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use validator::Validate;

/// What `GET /json` answers.
#[derive(Serialize)]
struct Message {
    message: &'static str,
}

/// What `POST /validate` takes: ten fields, a rule on each.
#[derive(Deserialize, Validate)]
#[serde(deny_unknown_fields)]
struct Order {
    #[validate(length(min = 1, max = 100))]
    name: String,
    #[validate(email)]
    email: String,
    #[validate(range(min = 18, max = 120))]
    age: u8,
    #[validate(url)]
    website: String,
    #[validate(length(equal = 2))]
    country: String,
    #[validate(length(min = 1, max = 100))]
    city: String,
    #[validate(length(min = 5, max = 20))]
    phone: String,
    #[validate(range(min = 1, max = 1000))]
    quantity: u32,
    #[validate(range(min = 0.01, max = 100_000.0))]
    price: f64,
    #[validate(length(max = 500))]
    note: String,
}

/// What `POST /validate` answers.
#[derive(Serialize)]
struct Accepted {
    quantity: u32,
    price: f64,
}

async fn json() -> web::Json<Message> {
    web::Json(Message {
        message: "Hello, World!",
    })
}

async fn hello(name: web::Path<String>) -> String {
    format!("Hello, {name}!")
}

async fn validate(order: web::Json<Order>) -> HttpResponse {
    match order.validate() {
        Ok(()) => HttpResponse::Ok().json(Accepted {
            quantity: order.quantity,
            price: order.price,
        }),
        Err(errors) => HttpResponse::UnprocessableEntity().json(errors),
    }
}

async fn numbered() -> &'static str {
    "ok"
}

/// Every route, the one that is measured most first: actix-web tries them in this order.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.route("/json", web::get().to(json));
    config.route("/hello/{name}", web::get().to(hello));
    config.route("/validate", web::post().to(validate));
    for number in 0..200 {
        let path = format!("/r/{:02}/{}", number / 10, number % 10);
        config.route(&path, web::get().to(numbered));
    }
}

/// The address that `http` asks for.
pub(crate) fn address() -> (&'static str, u16) {
    let port = std::env::var("PORT")
        .ok()
        .and_then(|port| port.parse().ok());
    ("127.0.0.1", port.unwrap_or(8080))
}
