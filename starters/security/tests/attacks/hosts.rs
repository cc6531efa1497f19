//! Hosts that the application is not called.

use serde_json::json;

use crate::application::{Site, builder, site};

async fn named() -> Site {
    let hosts = json!(["shop.example.com", "*.shop.example.com", "127.0.0.1"]);
    site(&[("server.allowed_hosts", hosts)]).await
}

async fn answer(site: &Site, line: &str, lines: &str) -> String {
    let head = format!("{line}\r\n{lines}connection: close\r\n\r\n");
    String::from_utf8_lossy(&site.raw(&head).await).into_owned()
}

#[tokio::test]
async fn the_hosts_of_the_list_are_served() {
    let site = named().await;
    site.get("/notes/public").send().await.assert_status(200);
    for host in [
        "shop.example.com",
        "SHOP.example.com:443",
        "a.b.shop.example.com",
        "127.0.0.1:1",
    ] {
        let found = answer(
            &site,
            "GET /notes/public HTTP/1.1",
            &format!("Host: {host}\r\n"),
        )
        .await;
        assert!(found.starts_with("HTTP/1.1 200"), "{host}: {found}");
    }
    let found = answer(
        &site,
        "GET http://shop.example.com/notes/public HTTP/1.1",
        "Host: shop.example.com\r\n",
    )
    .await;
    assert!(found.starts_with("HTTP/1.1 200"), "{found}");
}

#[tokio::test]
async fn other_malformed_missing_and_doubled_hosts_are_refused_before_anything_else() {
    let site = named().await;
    for lines in [
        "",
        "Host:\r\n",
        "Host: evil.net\r\n",
        "Host: evil.net\r\nX-Forwarded-Host: shop.example.com\r\n",
        "Host: shop.example.com\r\nHost: evil.net\r\n",
        "Host: evil.net\r\nHost: shop.example.com\r\n",
        "Host: shop.example.com\r\nHost: shop.example.com\r\n",
        "Host: shop.example.com, evil.net\r\n",
        "Host: shop.example.com.evil.net\r\n",
        "Host: evilshop.example.com\r\n",
        "Host: .shop.example.com\r\n",
        "Host: shop.example.com@evil.net\r\n",
        "Host: evil.net:shop.example.com\r\n",
        "Host: shop.example.com:80@evil.net\r\n",
        "Host: shop.example.com/evil\r\n",
        "Host: shop.example.com evil.net\r\n",
        "Host: evil.net#.shop.example.com\r\n",
        "Host: evil.net\\.shop.example.com\r\n",
        "Host: localhost\r\n",
        "Host: [::1]\r\n",
        "Host: 2130706433\r\n",
        "Host: 0x7f.1\r\n",
        "Host: sh\u{f6}p.example.com\r\n",
    ] {
        let found = answer(&site, "GET /notes/public HTTP/1.1", lines).await;
        assert!(found.starts_with("HTTP/1.1 400"), "{lines}: {found}");
        assert!(!found.contains("nobody"), "{lines}: {found}");
    }
    let found = answer(&site, "GET /notes/public HTTP/1.1", "Host: evil.net\r\n").await;
    assert!(found.contains("\"code\":\"invalid_host\""), "{found}");
    assert!(!found.contains("evil.net"), "{found}");
    // Before it is asked who calls, and before there is no such path.
    for line in [
        "GET /notes HTTP/1.1",
        "GET /nowhere HTTP/1.1",
        "OPTIONS /notes HTTP/1.1",
    ] {
        let found = answer(&site, line, "Host: evil.net\r\n").await;
        assert!(found.starts_with("HTTP/1.1 400"), "{line}: {found}");
    }
}

#[tokio::test]
async fn a_target_that_names_another_host_is_refused() {
    let site = named().await;
    for target in [
        "http://evil.net/notes/public",
        "http://shop.example.com@evil.net/notes/public",
        "http://evil.net@shop.example.com/notes/public",
        "https://evil.net:443/notes/public",
    ] {
        let line = format!("GET {target} HTTP/1.1");
        let found = answer(&site, &line, "Host: shop.example.com\r\n").await;
        assert!(found.starts_with("HTTP/1.1 400"), "{target}: {found}");
    }
    let line = "GET http://shop.example.com/notes/public HTTP/1.1";
    let found = answer(&site, line, "Host: evil.net\r\n").await;
    assert!(found.starts_with("HTTP/1.1 400"), "{found}");
}

#[tokio::test]
async fn before_http_1_1_a_request_may_name_none_and_no_other() {
    let site = named().await;
    let found = answer(&site, "GET /notes/public HTTP/1.0", "").await;
    assert!(found.starts_with("HTTP/1.0 200"), "{found}");
    let found = answer(&site, "GET /notes/public HTTP/1.0", "Host: evil.net\r\n").await;
    assert!(found.starts_with("HTTP/1.0 400"), "{found}");
}

#[tokio::test]
async fn what_is_no_host_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let yaml = "server:\n  allowed_hosts: [\"https://shop.example.com\"]\n";
    std::fs::write(folder.path().join("application.yaml"), yaml).unwrap();
    let started = builder(&folder).try_start().await;
    let said = started.map(drop).unwrap_err().report(false);
    assert!(
        said.contains("is no host") && said.contains("application.yaml:2"),
        "{said}"
    );
}
