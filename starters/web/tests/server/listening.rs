//! Where a server listens, and why it cannot.

use std::net::TcpListener;

use serde_json::json;

use crate::support::{start, try_start};

#[track_caller]
fn check(report: &str, parts: &[&str]) {
    for part in parts {
        assert!(report.contains(part), "{part}\n\n{report}");
    }
}

#[tokio::test]
async fn a_port_in_use_names_who_has_it() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port();
    let error = try_start([("server.port", json!(port))])
        .await
        .err()
        .unwrap();
    let pid = std::process::id();
    check(
        &error.report(false),
        &[
            &format!("error[server::port_in_use]: 127.0.0.1:{port} is in use"),
            "at server.port (test override server.port)",
            &format!("`--set server.port={}`", port + 1),
        ],
    );
    if cfg!(target_os = "linux") {
        check(&error.report(false), &[&format!("pid {pid}")]);
    }
}

#[tokio::test]
async fn an_address_of_another_machine_is_explained() {
    // TEST-NET-1 (RFC 5737) belongs to nobody.
    let error = try_start([("server.host", json!("192.0.2.1"))])
        .await
        .err()
        .unwrap();
    check(
        &error.report(false),
        &[
            "error[server::address_not_available]: this machine has no address 192.0.2.1",
            "at server.host (test override server.host)",
            "help `127.0.0.1` serves this machine only",
        ],
    );
}

#[tokio::test]
async fn a_host_that_nobody_knows_is_explained() {
    let error = try_start([("server.host", json!("no.such.host.invalid"))])
        .await
        .err()
        .unwrap();
    check(
        &error.report(false),
        &["error[server::unknown_host]: no address is known for `no.such.host.invalid`"],
    );
}

#[tokio::test]
async fn localhost_is_listened_on() {
    let server = start([("server.host", json!("localhost"))]).await;
    assert!(server.address.ip().is_loopback());
    assert_eq!(server.get("/", &[]).text(), "hello");
}

#[tokio::test]
async fn values_out_of_range_are_reported_together() {
    let error = try_start([
        ("server.port", json!(65_536)),
        ("server.workers", json!(0)),
        ("server.keep_alive", json!("2h")),
        ("server.path_prefix", json!("api/")),
    ])
    .await
    .err()
    .unwrap();
    check(
        &error.report(false),
        &[
            "`server.port` must be a whole number from 0 to 65535",
            "`server.workers` must be a whole number from 1 to 512",
            "`server.keep_alive` breaks its rule: longer than 1h",
            "`server.path_prefix` breaks its rule: `api/` is no path such as `/api`",
        ],
    );
}
