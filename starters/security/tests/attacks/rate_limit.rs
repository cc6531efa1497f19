//! More requests than are taken, and ways around being counted.

#[cfg(feature = "redis")]
mod shared;

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use savia_starter_test::TestResponse;
use serde_json::{Value, json};

use crate::application::{Site, builder, credentials, site};

/// An application with these limits, behind a proxy at 127.0.0.1.
async fn limited(limits: Value) -> Site {
    limited_on(&[], limits).await
}

async fn limited_on(config: &[(&str, Value)], limits: Value) -> Site {
    let mut all = vec![
        ("security.rate_limit.limits", limits),
        ("server.trusted_proxies", json!(["127.0.0.1"])),
    ];
    all.extend_from_slice(config);
    site(&all).await
}

/// The limit `default` with so many requests an hour.
fn default(requests: u32) -> Value {
    json!({ "default": { "requests": requests, "per": "1h" } })
}

impl Site {
    /// A public page, called from this address.
    async fn from(&self, address: &str) -> TestResponse {
        let request = self.get("/notes/public");
        request.header("x-forwarded-for", address).send().await
    }
}

/// How many of these were let in.
fn let_in(statuses: &[u16]) -> usize {
    for status in statuses {
        assert!(
            [200, 204, 400, 401, 404, 405, 429].contains(status),
            "{statuses:?}"
        );
    }
    statuses.iter().filter(|it| **it != 429).count()
}

fn status(answer: &[u8]) -> u16 {
    let text = String::from_utf8_lossy(answer);
    text.split(' ')
        .nth(1)
        .unwrap_or_default()
        .parse()
        .unwrap_or_else(|_| panic!("{text}"))
}

#[tokio::test]
async fn one_too_many_is_told_when_to_come_back() {
    let site = limited(default(3)).await;
    for left in [2, 1, 0] {
        let answer = site.get("/notes/public").send().await;
        let reset = (3 - left) * 1_200;
        answer
            .assert_status(200)
            .assert_header("ratelimit-policy", "\"default\";q=3;w=3600")
            .assert_header("ratelimit", format!("\"default\";r={left};t={reset}"));
    }
    let refused = site.get("/notes/public").send().await;
    refused
        .assert_problem(429)
        .assert_json_path("code", "rate_limited")
        .assert_header("retry-after", "1200")
        .assert_header("ratelimit-policy", "\"default\";q=3;w=3600")
        .assert_header("ratelimit", "\"default\";r=0;t=3600")
        .assert_header("x-content-type-options", "nosniff");
}

#[tokio::test]
async fn requests_are_taken_again_as_time_goes_by() {
    let site = limited(json!({ "default": { "requests": 4, "per": "1s" } })).await;
    let mut taken = 0;
    let since = Instant::now();
    while since.elapsed() < Duration::from_millis(2_000) {
        taken += usize::from(site.from("192.0.2.1").await.status() == 200);
    }
    // Four at once, four in each of two seconds, and what a busy machine adds at the end.
    assert!((10..=13).contains(&taken), "{taken}");
}

#[tokio::test]
async fn without_a_word_of_configuration_a_minute_has_six_thousand_requests() {
    let site = site(&[]).await;
    let answer = site.get("/notes/public").send().await;
    answer
        .assert_header("ratelimit-policy", "\"default\";q=6000;w=60")
        .assert_header("ratelimit", "\"default\";r=5999;t=1");
    let off = crate::application::site(&[("security.rate_limit.enabled", json!(false))]).await;
    let answer = off.get("/notes/public").send().await;
    assert_eq!(answer.header("ratelimit-policy"), None);
    let none = json!({ "default": { "enabled": false } });
    let off = crate::application::site(&[("security.rate_limit.limits", none)]).await;
    let answer = off.get("/notes/public").send().await;
    assert_eq!(
        (answer.status(), answer.header("ratelimit-policy")),
        (200, None)
    );
}

#[tokio::test]
async fn an_address_that_is_claimed_in_a_header_is_not_counted_for() {
    let site = site(&[("security.rate_limit.limits", default(5))]).await;
    let mut statuses = Vec::new();
    for at in 0..20 {
        let claimed = format!("192.0.2.{at}");
        let request = site
            .get("/notes/public")
            .header("x-forwarded-for", &claimed);
        let request = request
            .header("x-real-ip", &claimed)
            .header("true-client-ip", &claimed);
        let request = request.header("forwarded", format!("for={claimed}"));
        statuses.push(request.send().await.status());
    }
    assert_eq!(let_in(&statuses), 5);
}

#[tokio::test]
async fn what_a_caller_claims_behind_a_trusted_proxy_is_not_counted_for_either() {
    let site = limited(default(5)).await;
    let mut statuses = Vec::new();
    for at in 0..20 {
        // The proxy has added 192.0.2.1 to what it was told, in the same line or in one of its own.
        let claimed = format!("198.51.100.{at}");
        let request = site.get("/notes/public");
        let request = match at % 4 {
            0 => request.header("x-forwarded-for", format!("{claimed}, 192.0.2.1")),
            1 => request.header(
                "x-forwarded-for",
                format!("{claimed}, 127.0.0.1, 192.0.2.1"),
            ),
            2 => request.header(
                "x-forwarded-for",
                format!("\"{claimed}\",x, 192.0.2.1:{at}"),
            ),
            _ => request.header(
                "x-forwarded-for",
                format!("{claimed},::ffff:192.0.2.1, 127.0.0.1"),
            ),
        };
        statuses.push(request.send().await.status());
    }
    assert_eq!(let_in(&statuses), 5);
    // Others have their own.
    site.from("192.0.2.2").await.assert_status(200);
}

#[tokio::test]
async fn who_has_a_network_of_ipv6_is_one_caller() {
    let site = limited(default(5)).await;
    let mut statuses = Vec::new();
    for at in 0..20 {
        statuses.push(
            site.from(&format!("2001:db8:1:2:{at:x}::{at:x}"))
                .await
                .status(),
        );
    }
    assert_eq!(let_in(&statuses), 5);
    site.from("2001:db8:1:3::1").await.assert_status(200);
}

#[tokio::test]
async fn spellings_of_a_path_are_counted_as_what_answers_them() {
    let limits = json!({
        "default": { "enabled": false },
        "page": { "requests": 3, "per": "1h", "path": "/notes/public" },
        "rest": { "requests": 12, "per": "1h" },
    });
    let site = site(&[("security.rate_limit.limits", limits)]).await;
    let mut answered = 0;
    let mut statuses = Vec::new();
    for path in [
        "/notes/public",
        "//notes/public",
        "/notes//public",
        "/notes/public/",
        "/notes/./public",
        "/notes/%70ublic",
        "/notes/public?x=1",
        "/notes/public?y=2",
        "/NOTES/public",
        "/notes/public;a=b",
        "/x/../notes/public",
        "/notes%2fpublic",
        "http://a/notes/public",
        "/notes/%2e/public",
        "/notes/public%00",
        "/notes/public%20",
        "/notes\\public",
    ] {
        let head = format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
        let answer = site.raw(&head).await;
        answered += usize::from(String::from_utf8_lossy(&answer).contains("nobody"));
        statuses.push(status(&answer));
    }
    assert!(answered <= 3, "{statuses:?}");
    // What no route answers is counted too.
    assert!(let_in(&statuses) <= 12, "{statuses:?}");
    assert!(statuses.contains(&429));
}

#[tokio::test]
async fn other_methods_are_counted_too() {
    let limits = json!({
        "default": { "requests": 9, "per": "1h" },
        "reading": { "requests": 3, "per": "1h", "path": "/notes/public", "methods": ["get"] },
    });
    let site = site(&[("security.rate_limit.limits", limits)]).await;
    let mut statuses = Vec::new();
    for method in [
        "HEAD", "GET", "HEAD", "HEAD", "GET", "OPTIONS", "POST", "PUT", "TRACE", "PROPFIND", "get",
        "OPTIONS", "DELETE",
    ] {
        let head = format!(
            "{method} /notes/public HTTP/1.1\r\nhost: a\r\nx-http-method-override: PUT\r\nconnection: close\r\n\r\n"
        );
        statuses.push(status(&site.raw(&head).await));
    }
    assert_eq!(statuses[..5], [200, 200, 200, 429, 429], "{statuses:?}");
    assert_eq!(
        let_in(&statuses),
        7,
        "three of the page, and nine of all, two of them refused"
    );
}

#[tokio::test]
async fn many_tokens_and_many_addresses_of_one_user_are_one_caller() {
    let limits = json!({
        "user": { "requests": 5, "per": "1h", "key": "user", "path": "/notes" },
    });
    let site = limited(limits).await;
    site.registered().await;
    let mut statuses = Vec::new();
    for at in 0..10 {
        let login = site
            .login(crate::application::EMAIL, crate::application::PASSWORD)
            .await;
        let token = crate::application::Pair::of(&login).access;
        let request = site.get("/notes").bearer(&token);
        let request = request.header("x-forwarded-for", format!("192.0.2.{at}"));
        let answer = request.send().await;
        answer.assert_header(
            "ratelimit-policy",
            "\"default\";q=6000;w=60, \"user\";q=5;w=3600",
        );
        statuses.push(answer.status());
    }
    assert_eq!(let_in(&statuses), 5, "{statuses:?}");
    // Another user is another caller, also from there.
    let other = site.register("bob@example.com").await;
    let answer = site.with(&other.access).await;
    answer
        .assert_status(200)
        .assert_header("ratelimit", "\"user\";r=4;t=720");
}

#[tokio::test]
async fn who_is_not_known_counts_by_address() {
    let limits = json!({
        "user": { "requests": 3, "per": "1h", "key": "user", "path": "/notes/public" },
    });
    let site = limited(limits).await;
    let mut statuses = Vec::new();
    for at in 0..8 {
        let request = site.get("/notes/public").bearer(format!("made-up-{at}"));
        let request = request.header("x-forwarded-for", "192.0.2.1");
        statuses.push(request.send().await.status());
    }
    assert_eq!(let_in(&statuses), 3, "{statuses:?}");
    site.from("192.0.2.2").await.assert_status(200);
}

#[tokio::test]
async fn the_key_header_in_another_case_or_twice() {
    let limits = json!({
        "keys": { "requests": 3, "per": "1h", "key": "header", "header": "X-Api-Key" },
    });
    let site = site(&[("security.rate_limit.limits", limits)]).await;
    let send = async |lines: &str| {
        let head =
            format!("GET /notes/public HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{lines}\r\n");
        status(&site.raw(&head).await)
    };
    let mut statuses = Vec::new();
    for name in [
        "X-Api-Key",
        "x-api-key",
        "X-API-KEY",
        "x-Api-kEy",
        "X-Api-Key",
        "X-Api-Key",
    ] {
        statuses.push(send(&format!("{name}: one\r\n")).await);
    }
    statuses.push(send("x-api-key:one\r\n").await);
    statuses.push(send("x-api-key: \t one \t \r\n").await);
    assert_eq!(let_in(&statuses), 3, "{statuses:?}");
    // None, an empty one and several count for the address, all together.
    let mut statuses = Vec::new();
    for at in 0..6 {
        statuses.push(send(&format!("x-api-key: one\r\nX-Api-Key: {at}\r\n")).await);
        statuses.push(send("x-api-key: \r\n").await);
        statuses.push(send("").await);
    }
    assert_eq!(let_in(&statuses), 3, "{statuses:?}");
    assert_eq!(send("x-api-key: two\r\n").await, 200);
}

#[tokio::test]
async fn a_flood_of_made_up_keys_lets_nobody_off_who_is_limited() {
    let limits = json!({
        "default": { "requests": 1_000_000, "per": "1m" },
        "keys": { "requests": 2, "per": "24h", "key": "header", "header": "X-Api-Key" },
    });
    let config = [("security.rate_limit.max_keys", json!(1_000))];
    let site = limited_on(&config, limits).await;
    let call = async |key: &str| {
        let request = site.get("/notes/public").header("x-api-key", key);
        request.send().await.status()
    };
    assert_eq!(
        (call("mine").await, call("mine").await, call("mine").await),
        (200, 200, 429)
    );
    for part in 0..40 {
        join_all((0..100).map(async |at| {
            assert_eq!(call(&format!("made up {part} {at}")).await, 200);
        }))
        .await;
    }
    assert_eq!(call("mine").await, 429);
    assert_eq!(call("another").await, 200);
}

#[tokio::test]
async fn requests_at_once_are_all_counted() {
    let site = limited(default(20)).await;
    let answers = join_all((0..100).map(|_| site.from("192.0.2.1"))).await;
    let statuses: Vec<_> = answers.iter().map(TestResponse::status).collect();
    assert_eq!(let_in(&statuses), 20);
}

#[tokio::test]
async fn a_limit_for_a_route_counts_everybody() {
    let limits = json!({
        "login": { "requests": 4, "per": "1h", "key": "route", "path": "/auth/login" },
    });
    let site = limited(limits).await;
    let mut statuses = Vec::new();
    for at in 0..8 {
        let body = credentials(&format!("user{at}@example.com"), "a wrong guess");
        let request = site.post("/auth/login").json(&body);
        let request = request.header("x-forwarded-for", format!("192.0.2.{at}"));
        statuses.push(request.send().await.status());
    }
    assert_eq!(let_in(&statuses), 4, "{statuses:?}");
    site.from("192.0.2.1").await.assert_status(200);
}

#[tokio::test]
async fn who_is_refused_before_the_body_is_read_is_not_waited_for() {
    let site = limited(default(1)).await;
    site.get("/notes/public").send().await.assert_status(200);
    let head = "POST /auth/login HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\
                content-type: application/json\r\nconnection: close\r\n\r\n";
    let since = Instant::now();
    assert_eq!(status(&site.raw(head).await), 429);
    assert!(since.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn limits_that_would_not_hold_stop_the_start() {
    let refused = async |limit: Value| {
        let folder = tempfile::tempdir().unwrap();
        let started = builder(&folder)
            .set("security.rate_limit.limits", json!({ "mine": limit }))
            .try_start()
            .await;
        started.map(drop).unwrap_err().report(false)
    };
    for (limit, expected) in [
        (
            json!({ "requests": 0 }),
            "security.rate_limit.limits.mine.requests",
        ),
        (
            json!({ "requests": 1_000_001 }),
            "security.rate_limit.limits.mine.requests",
        ),
        (
            json!({ "requests": 1, "per": "500ms" }),
            "not from 1s to 24h",
        ),
        (json!({ "requests": 1, "per": "25h" }), "not from 1s to 24h"),
        (
            json!({ "per": "1m" }),
            "`mine` does not say how many requests",
        ),
        (
            json!({ "requests": 1, "key": "header" }),
            "does not say by which",
        ),
        (
            json!({ "requests": 1, "key": "header", "header": "a b" }),
            "is no header name",
        ),
        (
            json!({ "requests": 1, "header": "X-Api-Key" }),
            "does not count by it",
        ),
        (
            json!({ "requests": 1, "path": "/nowhere" }),
            "no route stands at `/nowhere`",
        ),
        (
            json!({ "requests": 1, "path": "/notes", "methods": ["PUT"] }),
            "no route stands at",
        ),
        (
            json!({ "requests": 1, "path": "notes" }),
            "is no path of routes",
        ),
        (
            json!({ "requests": 1, "path": "/**/a" }),
            "is no path of routes",
        ),
        (
            json!({ "requests": 1, "path": "/auth/logins/7" }),
            "for some of the requests",
        ),
        (
            json!({ "requests": 1, "methods": ["FETCH"] }),
            "`FETCH` is no method",
        ),
    ] {
        let said = refused(limit).await;
        assert!(said.contains(expected), "{said}");
    }
    let folder = tempfile::tempdir().unwrap();
    let named = json!({ "a \"b": { "requests": 1 } });
    let started = builder(&folder)
        .set("security.rate_limit.limits", named)
        .try_start()
        .await;
    let said = started.map(drop).unwrap_err().report(false);
    assert!(said.contains("cannot name a limit"), "{said}");
}
