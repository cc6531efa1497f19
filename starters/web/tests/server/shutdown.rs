//! The end of a server that loses nothing.

use std::io::{ErrorKind, Read, Write};
use std::time::Instant;

use serde_json::json;

use crate::application::{Gate, Journal};
use crate::support::{PATIENCE, connect, read_one, read_to_end, start};

#[tokio::test(flavor = "multi_thread")]
async fn requests_under_way_are_answered_and_new_ones_refused() {
    let server = start([]).await;
    let address = server.address;
    let (gate, journal) = (server.component::<Gate>(), server.component::<Journal>());

    let mut idle = server.connect();
    idle.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    assert_eq!(read_one(&mut idle).status, 200);

    let mut busy = server.connect();
    busy.write_all(b"GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    gate.entered.acquire().await.unwrap().forget();

    let stopping = tokio::spawn(server.app.stop());
    let refused = tokio::task::spawn_blocking(move || {
        let since = Instant::now();
        loop {
            match connect(address) {
                // One that meets the listener while it is being closed is reset.
                Err(error) if error.kind() != ErrorKind::ConnectionReset => return error.kind(),
                _ => assert!(since.elapsed() < PATIENCE, "connections are still taken"),
            }
        }
    });
    assert_eq!(refused.await.unwrap(), ErrorKind::ConnectionRefused);
    assert!(!stopping.is_finished(), "a request is under way");
    assert_eq!(
        idle.read(&mut [0]).unwrap(),
        0,
        "a connection without request is closed"
    );

    gate.open.add_permits(1);
    let reply = tokio::task::spawn_blocking(move || read_to_end(&mut busy))
        .await
        .unwrap();
    assert_eq!((reply.status, reply.text()), (200, "waited"));
    assert_eq!(reply.header("connection"), Some("close"));
    assert!(stopping.await.unwrap(), "everything stopped in time");
    assert_eq!(
        journal.lines(),
        ["hook started", "request answered", "hook stopped"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_does_not_end_is_cut_at_the_deadline() {
    let server = start([("lifecycle.shutdown_timeout", json!("200ms"))]).await;
    let gate = server.component::<Gate>();
    let mut busy = server.connect();
    busy.write_all(b"GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    gate.entered.acquire().await.unwrap().forget();

    assert!(!server.app.stop().await, "the server did not stop in time");
    let mut rest = Vec::new();
    let ended = tokio::task::spawn_blocking(move || busy.read_to_end(&mut rest).map(|_| rest));
    // Closed or reset: what counts is that nobody waits for an answer that does not come.
    assert!(ended.await.unwrap().map_or(true, |rest| rest.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_server_gives_its_port_back_at_once() {
    let server = start([]).await;
    let port = server.address.port();
    assert_eq!(server.get("/", &[]).status, 200);
    assert!(server.app.stop().await);

    let again = start([("server.port", json!(port))]).await;
    assert_eq!(again.address.port(), port);
    assert_eq!(again.get("/", &[]).text(), "hello");
}
