//! Plain actix services, and the application without sockets.

use actix_web::dev::Service;
use actix_web::test::{TestRequest, read_body};
use savia_starter_web::actix_web;
use savia_starter_web::server::{BoundAddress, in_process};

use crate::support::start;

#[tokio::test]
async fn plain_actix_services_stand_beside_the_routes() {
    let server = start([]).await;
    assert_eq!(server.get("/actix", &[]).text(), "plain actix");
    assert_eq!(server.get("/nowhere", &[]).problem()["status"], 404);
}

#[tokio::test]
async fn what_goes_wrong_in_a_plain_service_is_a_problem_too() {
    let server = start([]).await;
    let json = [
        ("Content-Type", "application/json"),
        ("Content-Length", "0"),
    ];
    let refused = server.send("POST", "/actix/number", &json);
    assert_eq!(refused.problem()["status"], 400);
    assert!(refused.header("x-request-id").is_some());
    let panicked = server.get("/actix/panic", &[]);
    assert_eq!(panicked.problem()["status"], 500);
    assert!(!panicked.text().contains("secret"), "{}", panicked.text());
    assert_eq!(server.get("/actix", &[]).text(), "plain actix");
}

#[tokio::test]
async fn the_same_application_answers_without_sockets() {
    let server = start([]).await;
    let service = in_process(server.app.handle()).await.unwrap();
    let response = service
        .call(TestRequest::get().uri("/").to_request())
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    assert!(response.headers().contains_key("x-request-id"));
    assert_eq!(read_body(response).await, "hello");
    let response = service
        .call(TestRequest::get().uri("/nowhere").to_request())
        .await
        .unwrap();
    assert_eq!(response.status(), 404);
}

#[tokio::test]
async fn a_process_may_serve_no_http_at_all() {
    use savia_core::config::Sources;
    use savia_core::container::Overrides;
    use savia_core::lifecycle::Application;

    let sources = Sources::in_dir("/nowhere").over("server.enabled", false);
    let configured = Application::configure(sources).unwrap();
    let ready = configured
        .discover(Overrides::default())
        .build()
        .await
        .unwrap();
    let running = ready.start().await.unwrap();
    assert!(running.handle().component::<BoundAddress>().is_none());
    assert!(running.stop().await);
}
