//! Where a request comes from, as far as it is believed.

use serde_json::json;

use crate::application::{Site, builder, credentials, site};

/// How many of ten guesses are looked at where three from one address are.
async fn looked_at(site: &Site, header: &str, value: impl Fn(usize) -> String) -> usize {
    let mut looked_at = 0;
    for at in 0..10 {
        let body = credentials(&format!("u{at}@example.com"), "guess it");
        let request = site
            .post("/auth/login")
            .json(&body)
            .header(header, value(at));
        looked_at += usize::from(request.send().await.status() == 401);
    }
    looked_at
}

async fn behind(header: &str) -> Site {
    site(&[
        ("security.lockout.address_failures", json!(3)),
        (
            "server.trusted_proxies",
            json!(["127.0.0.0/8", "10.0.0.0/8"]),
        ),
        ("server.forwarded_header", json!(header)),
    ])
    .await
}

#[tokio::test]
async fn guesses_are_counted_for_who_a_trusted_proxy_speaks_for() {
    let site = behind("x-forwarded-for").await;
    let one = looked_at(&site, "x-forwarded-for", |_| {
        "192.0.2.1, 10.0.0.2".to_owned()
    })
    .await;
    assert_eq!(one, 3);
    let many = looked_at(&site, "x-forwarded-for", |at| format!("198.51.100.{at}")).await;
    assert_eq!(many, 10, "each is another caller");
}

#[tokio::test]
async fn what_stands_left_of_the_first_that_is_not_trusted_is_its_own_word() {
    let site = behind("x-forwarded-for").await;
    let claims = |at| format!("198.51.100.{at}, 10.0.0.9, 192.0.2.1, 10.0.0.2");
    assert_eq!(looked_at(&site, "x-forwarded-for", claims).await, 3);
}

#[tokio::test]
async fn what_cannot_be_read_is_not_looked_behind() {
    let site = behind("x-forwarded-for").await;
    let junk = [
        "unknown",
        "192.0.2.300",
        "a",
        "::g",
        "[",
        "%",
        "192.0.2.1 ",
        "-",
        "\"",
        "_x",
    ];
    let claims = |at: usize| format!("198.51.100.{at}, {} x, 10.0.0.2", junk[at]);
    assert_eq!(looked_at(&site, "x-forwarded-for", claims).await, 3);
}

#[tokio::test]
async fn the_header_that_is_not_configured_is_not_looked_at() {
    let site = behind("x-forwarded-for").await;
    let claims = |at| format!("for=198.51.100.{at}");
    assert_eq!(looked_at(&site, "forwarded", claims).await, 3);
    let site = behind("forwarded").await;
    let claims = |at| format!("198.51.100.{at}");
    assert_eq!(looked_at(&site, "x-forwarded-for", claims).await, 3);
}

#[tokio::test]
async fn an_open_quote_does_not_swallow_what_a_proxy_wrote_behind_it() {
    let site = behind("forwarded").await;
    let claims =
        |at| format!("for=\"198.51.100.{at}, for=192.0.2.1;proto=https, for=\"10.0.0.2:80\"");
    assert_eq!(looked_at(&site, "forwarded", claims).await, 3);
    let many = looked_at(&site, "forwarded", |at| {
        format!("for=\"[2001:db8:{at}::1]:80\"")
    })
    .await;
    assert_eq!(many, 10, "each is another caller");
}

#[tokio::test]
async fn networks_that_are_everybody_or_nothing_stop_the_start() {
    for (text, expected) in [
        ("0.0.0.0/0", "trusts everybody"),
        ("::/0", "trusts everybody"),
        ("proxy.internal", "is no address and no network"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let yaml = format!("server:\n  trusted_proxies: [\"{text}\"]\n");
        std::fs::write(folder.path().join("application.yaml"), yaml).unwrap();
        let started = builder(&folder).try_start().await;
        let said = started.map(drop).unwrap_err().report(false);
        assert!(
            said.contains(expected) && said.contains("application.yaml:2"),
            "{said}"
        );
    }
}
