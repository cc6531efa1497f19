//! Raw actix-web: the routes and nothing else.

mod plain;

use actix_web::{App, HttpServer};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    HttpServer::new(|| App::new().configure(plain::routes))
        .workers(1)
        .bind(plain::address())?
        .run()
        .await
}
