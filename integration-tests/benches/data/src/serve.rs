//! actix-web around a store: one worker and nothing but the routes.

use actix_web::error::{ErrorInternalServerError, ErrorNotFound};
use actix_web::web::{Data, Json, Path, ServiceConfig, get, post};
use actix_web::{App, HttpServer};
use serde::Serialize;

use crate::{Page, Result, Store};

type Answer<T> = actix_web::Result<Json<T>>;

/// What `GET /json` answers: what a request costs without a database.
#[derive(Serialize)]
struct Message {
    message: &'static str,
}

/// Serves the routes over a store at the port that the environment names.
///
/// # Errors
///
/// Where the port is taken.
pub async fn serve<S: Store>(store: S) -> Result<()> {
    let port = std::env::var("PORT")?.parse()?;
    HttpServer::new(move || {
        let store = store.clone();
        App::new().configure(|config| routes(config, store))
    })
    .workers(1)
    .bind(("127.0.0.1", port))?
    .run()
    .await?;
    Ok(())
}

fn routes<S: Store>(config: &mut ServiceConfig, store: S) {
    config.app_data(Data::new(store));
    config.route("/json", get().to(json));
    config.route("/posts/{id}", get().to(find::<S>));
    config.route("/posts/{id}", post().to(insert::<S>));
    config.route("/reads/{start}", get().to(reads::<S>));
    config.route("/pages/{number}", get().to(page::<S>));
    config.route("/updates/{start}", post().to(updates::<S>));
    config.route("/changes/{id}", post().to(change::<S>));
}

async fn json() -> Json<Message> {
    Json(Message {
        message: "Hello, World!",
    })
}

async fn find<S: Store>(store: Data<S>, id: Path<i64>) -> Answer<S::Post> {
    found(store.find(*id).await)
}

async fn reads<S: Store>(store: Data<S>, start: Path<i64>) -> Answer<Vec<S::Post>> {
    answer(store.reads(*start).await)
}

async fn page<S: Store>(store: Data<S>, number: Path<i64>) -> Answer<Page<S::Post>> {
    let page = store.page(*number).await;
    answer(page.map(|(content, total)| Page::new(content, *number, total)))
}

async fn insert<S: Store>(store: Data<S>, number: Path<i32>) -> Answer<S::Post> {
    answer(store.insert(*number).await)
}

async fn updates<S: Store>(store: Data<S>, start: Path<i64>) -> Answer<u64> {
    answer(store.updates(*start).await)
}

async fn change<S: Store>(store: Data<S>, id: Path<i64>) -> Answer<S::Post> {
    found(store.change(*id).await)
}

fn answer<T>(result: Result<T>) -> Answer<T> {
    result.map(Json).map_err(ErrorInternalServerError)
}

fn found<T>(result: Result<Option<T>>) -> Answer<T> {
    let found = result.map_err(ErrorInternalServerError)?;
    found.map(Json).ok_or_else(|| ErrorNotFound("no such post"))
}
