//! Answers that clients keep.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

extern crate savia_starter_web as savia;

use actix_web::HttpResponse;
use actix_web::http::Method;
use savia_core::{Error, Result, dto};
use savia_starter_test::TestApp;
use savia_starter_web::{Json, Path, actix_web, controller, routes};
use serde_json::Value;

savia_core::app! { name: "test" }

/// A post.
#[dto]
struct Post {
    id: u64,
    title: String,
}

#[controller("/posts")]
struct PostController {}

#[routes]
impl PostController {
    /// One, which clients keep.
    #[get("/{id}")]
    #[head("/{id}")]
    #[etag]
    #[cache_control(max_age = "1m", private, stale_while_revalidate = "10s")]
    async fn show(&self, id: Path<u64>) -> Result<Json<Post>> {
        if *id == 0 {
            return Err(Error::not_found("there is no post 0"));
        }
        let title = "long ".repeat(1000);
        Ok(Json(Post { id: *id, title }))
    }

    /// What the handler says itself stays.
    #[get("/{id}/own")]
    #[etag]
    #[cache_control(public, max_age = "1h")]
    async fn own(&self, id: Path<u64>) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header(("etag", format!("\"{}\"", *id)))
            .insert_header(("cache-control", "no-cache"))
            .body("own")
    }

    /// Nothing is kept.
    #[get("/{id}/secret")]
    #[cache_control(no_store)]
    async fn secret(&self, id: Path<u64>) -> String {
        id.to_string()
    }

    /// Nothing is said.
    #[get("/{id}/plain")]
    async fn plain(&self, id: Path<u64>) -> String {
        id.to_string()
    }
}

async fn app() -> TestApp {
    TestApp::builder().start().await
}

#[actix_web::test]
async fn a_client_that_has_the_answer_is_told_so() {
    let app = app().await;
    let first = app.get("/posts/1").send().await;
    first.assert_status(200).assert_header(
        "cache-control",
        "max-age=60, private, stale-while-revalidate=10",
    );
    let tag = first.header("etag").unwrap().to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");

    let again = app
        .get("/posts/1")
        .header("if-none-match", &tag)
        .send()
        .await;
    again
        .assert_status(304)
        .assert_header("etag", &tag)
        .assert_header(
            "cache-control",
            "max-age=60, private, stale-while-revalidate=10",
        )
        .assert_no_header("content-type");
    assert!(again.bytes().is_empty());

    let strong = tag.trim_start_matches("W/");
    let list = format!("\"other\", {strong}");
    app.get("/posts/1")
        .header("if-none-match", list)
        .send()
        .await
        .assert_status(304);
    app.get("/posts/1")
        .header("if-none-match", "*")
        .send()
        .await
        .assert_status(304);
    app.get("/posts/2")
        .header("if-none-match", &tag)
        .send()
        .await
        .assert_status(200);

    // Compressed or not, it is the same answer.
    let packed = app
        .get("/posts/1")
        .header("accept-encoding", "gzip")
        .send()
        .await;
    packed.assert_status(200).assert_header("etag", &tag);
    app.get("/posts/1")
        .header("accept-encoding", "gzip")
        .header("if-none-match", &tag)
        .send()
        .await
        .assert_status(304)
        .assert_header("vary", "accept-encoding");

    let head = app.request(Method::HEAD, "/posts/1");
    head.header("if-none-match", &tag)
        .send()
        .await
        .assert_status(304);
    let head = app.request(Method::HEAD, "/posts/1").send().await;
    head.assert_status(200).assert_header("etag", &tag);
    app.stop().await;
}

#[actix_web::test]
async fn failures_and_other_routes_are_as_they_were() {
    let app = app().await;
    app.get("/posts/0")
        .header("if-none-match", "*")
        .send()
        .await
        .assert_problem(404)
        .assert_no_header("etag")
        .assert_no_header("cache-control");
    let own = app.get("/posts/7/own").send().await;
    own.assert_header("etag", "\"7\"")
        .assert_header("cache-control", "no-cache");
    app.get("/posts/7/own")
        .header("if-none-match", "W/\"7\"")
        .send()
        .await
        .assert_status(304);
    let secret = app.get("/posts/7/secret").send().await;
    secret
        .assert_header("cache-control", "no-store")
        .assert_no_header("etag");
    let plain = app
        .get("/posts/7/plain")
        .header("if-none-match", "*")
        .send()
        .await;
    plain
        .assert_status(200)
        .assert_no_header("etag")
        .assert_no_header("cache-control");
    app.stop().await;
}

#[actix_web::test]
async fn the_document_says_304() {
    let app = app().await;
    let document: Value = app.get("/openapi.json").send().await.json();
    let responses = &document["paths"]["/posts/{id}"]["get"]["responses"];
    assert_eq!(responses["304"]["description"], "Not Modified");
    assert!(responses["304"].get("content").is_none());
    assert!(
        responses["200"]["headers"]["ETag"].is_object(),
        "{responses}"
    );
    let plain = &document["paths"]["/posts/{id}/plain"]["get"]["responses"];
    assert!(plain.get("304").is_none());
    app.stop().await;
}
