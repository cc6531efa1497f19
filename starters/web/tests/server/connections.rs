//! Connections that are slow, idle, or long, and handlers that fail.

use std::io::{Read, Write};

use serde_json::json;

use crate::support::{read_one, read_to_end, start};

#[tokio::test]
async fn a_client_that_trickles_its_headers_is_cut() {
    let server = start([("server.client_request_timeout", json!("200ms"))]).await;
    let mut stream = server.connect();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: local").unwrap();
    assert_eq!(read_to_end(&mut stream).status, 408);
}

#[tokio::test]
async fn a_body_that_never_comes_meets_the_request_timeout() {
    let server = start([("server.request_timeout", json!("200ms"))]).await;
    let reply = server.get("/wait", &[]);
    assert_eq!(reply.status, 503);
    let problem = reply.problem();
    assert_eq!(problem["status"], 503);
    assert_eq!(problem["instance"], "/wait");
}

#[tokio::test]
async fn a_connection_serves_request_after_request() {
    let server = start([]).await;
    let mut stream = server.connect();
    for _ in 0..3 {
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .unwrap();
        let reply = read_one(&mut stream);
        assert_eq!((reply.status, reply.text()), (200, "hello"));
    }
    // Two at once are answered in their order.
    stream
        .write_all(b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    assert_eq!(read_one(&mut stream).status, 404);
    assert_eq!(read_one(&mut stream).status, 200);
}

#[tokio::test]
async fn an_idle_connection_is_closed_after_keep_alive() {
    let server = start([("server.keep_alive", json!("100ms"))]).await;
    let mut stream = server.connect();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    assert_eq!(read_one(&mut stream).status, 200);
    assert_eq!(
        stream.read(&mut [0]).unwrap(),
        0,
        "the server closes the connection"
    );
}

#[tokio::test]
async fn without_keep_alive_every_answer_is_the_last() {
    let server = start([("server.keep_alive", json!("0s"))]).await;
    let mut stream = server.connect();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    let reply = read_to_end(&mut stream);
    assert_eq!(reply.header("connection"), Some("close"));
}

#[tokio::test]
async fn a_panicking_handler_is_a_problem_and_the_server_goes_on() {
    let server = start([]).await;
    let mut stream = server.connect();
    stream
        .write_all(b"GET /panic HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    let reply = read_one(&mut stream);
    assert_eq!(reply.status, 500);
    assert_eq!(reply.problem()["title"], "Internal Server Error");
    assert!(!reply.text().contains("secret"), "{}", reply.text());
    // The same connection, and so the same worker.
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    assert_eq!(read_one(&mut stream).text(), "hello");
}

#[tokio::test]
async fn headers_without_end_are_refused() {
    let server = start([]).await;
    let long = "x".repeat(200_000);
    let mut stream = server.connect();
    let request = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {long}");
    // The server may have answered and closed before everything is written.
    let _ = stream.write_all(request.as_bytes());
    assert_eq!(read_one(&mut stream).status, 431);
}
