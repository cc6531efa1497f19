//! Request ids and security headers.

use serde_json::json;

use crate::support::{Reply, start};

#[track_caller]
fn is_protected(reply: &Reply) {
    assert_eq!(
        reply.header("x-content-type-options"),
        Some("nosniff"),
        "{reply:?}"
    );
    assert_eq!(reply.header("x-frame-options"), Some("DENY"), "{reply:?}");
    let id = reply.header("x-request-id").unwrap();
    assert_eq!(id.len(), 32, "{id}");
    assert!(id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
}

#[tokio::test]
async fn every_answer_has_an_id_and_the_headers_that_make_browsers_careful() {
    let server = start([]).await;
    for (method, path, status) in [
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("GET", "/actix", 200),
        ("GET", "/nowhere", 404),
        ("DELETE", "/", 405),
        ("GET", "/panic", 500),
    ] {
        let reply = server.send(method, path, &[]);
        assert_eq!(reply.status, status, "{method} {path}");
        is_protected(&reply);
    }
    let ids = [server.get("/", &[]), server.get("/", &[])];
    assert_ne!(ids[0].header("x-request-id"), ids[1].header("x-request-id"));
}

#[tokio::test]
async fn pages_have_the_headers_that_only_pages_need() {
    let server = start([]).await;
    let page = server.get("/page", &[]);
    is_protected(&page);
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(server.get("/", &[]).header("referrer-policy"), None);
}

#[tokio::test]
async fn an_id_the_request_comes_with_is_kept_if_it_makes_sense() {
    let server = start([]).await;
    let longest = "x".repeat(128);
    for id in ["42", "req_7f/3+a=", &longest] {
        let reply = server.get("/nowhere", &[("X-Request-ID", id)]);
        assert_eq!(reply.header("x-request-id"), Some(id));
        assert_eq!(reply.problem()["request_id"], id);
    }
    let too_long = "x".repeat(129);
    for id in ["", "two words", "caf\u{e9}", &too_long] {
        let reply = server.get("/", &[("X-Request-ID", id)]);
        is_protected(&reply);
    }
}

#[tokio::test]
async fn ids_can_be_distrusted_renamed_and_switched_off() {
    let server = start([
        ("server.request_id.trust_incoming", json!(false)),
        ("server.request_id.header", json!("X-Correlation-Id")),
    ])
    .await;
    let reply = server.get("/", &[("X-Correlation-Id", "42")]);
    assert_eq!(reply.header("x-correlation-id").unwrap().len(), 32);
    assert_eq!(reply.header("x-request-id"), None);

    let server = start([("server.request_id.enabled", json!(false))]).await;
    assert_eq!(
        server
            .get("/", &[("X-Request-ID", "42")])
            .header("x-request-id"),
        None
    );
}

#[tokio::test]
async fn a_header_that_the_handler_sets_stays() {
    let server = start([]).await;
    let reply = server.get("/framed", &[]);
    assert_eq!(reply.list("x-frame-options"), "sameorigin");
    assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
}

#[tokio::test]
async fn a_page_that_asks_for_a_nonce_is_answered_with_it_and_with_another_each_time() {
    let policy = json!("script-src 'self' 'nonce-{nonce}'");
    let server = start([("server.headers.content_security_policy", policy)]).await;
    let nonce = || {
        let reply = server.get("/scripted", &[]);
        let body = reply.text();
        let nonce = body.split('"').nth(1).unwrap().to_owned();
        let expected = format!("script-src 'self' 'nonce-{nonce}'");
        assert_eq!(reply.header("content-security-policy"), Some(&*expected));
        assert_eq!(nonce.len(), 32);
        nonce
    };
    assert_ne!(nonce(), nonce());
    let plain = server.get("/page", &[]);
    let policy = plain.header("content-security-policy");
    assert_eq!(policy, Some("script-src 'self'"));
}

#[tokio::test]
async fn headers_are_as_configured() {
    let server = start([
        ("server.headers.content_type_options", json!(false)),
        ("server.headers.frame_options", json!("off")),
        (
            "server.headers.referrer_policy",
            json!("strict-origin-when-cross-origin"),
        ),
        (
            "server.headers.content_security_policy",
            json!("default-src 'self'"),
        ),
        (
            "server.headers.cross_origin_opener_policy",
            json!("same-origin"),
        ),
        (
            "server.headers.cross_origin_resource_policy",
            json!("same-site"),
        ),
        ("server.headers.hsts.enabled", json!(true)),
        ("server.headers.hsts.preload", json!(true)),
        (
            "server.headers.custom",
            json!({ "X-Robots-Tag": "noindex" }),
        ),
    ])
    .await;
    let reply = server.get("/page", &[]);
    for (name, value) in [
        ("x-content-type-options", None),
        ("x-frame-options", None),
        ("referrer-policy", Some("strict-origin-when-cross-origin")),
        ("content-security-policy", Some("default-src 'self'")),
        ("cross-origin-opener-policy", Some("same-origin")),
        ("cross-origin-resource-policy", Some("same-site")),
        (
            "strict-transport-security",
            Some("max-age=31536000; includeSubDomains; preload"),
        ),
        ("x-robots-tag", Some("noindex")),
    ] {
        assert_eq!(reply.header(name), value, "{name}");
    }

    let server = start([("server.headers.enabled", json!(false))]).await;
    assert_eq!(server.get("/", &[]).header("x-content-type-options"), None);
}

#[tokio::test]
async fn a_filter_that_panics_is_answered_for() {
    let server = start([]).await;
    for header in ["X-Panic-Before", "X-Panic-After"] {
        let reply = server.get("/", &[(header, "yes")]);
        assert_eq!(reply.problem()["status"], 500, "{header}");
        assert!(!reply.text().contains("secret"), "{}", reply.text());
    }
    assert_eq!(server.get("/", &[]).text(), "hello");
}

#[tokio::test]
async fn a_filter_that_waits_lets_pass_or_answers() {
    let server = start([("server.request_timeout", json!("300ms"))]).await;
    let status = |method: &str, path: &str, wait: &str| {
        let reply = server.send(method, path, &[("X-Wait", wait)]);
        is_protected(&reply);
        reply.status
    };
    // A route, a plain service, a path that is not there, and a method that is not.
    for (method, path, passed) in [
        ("GET", "/", 200),
        ("GET", "/actix", 200),
        ("GET", "/nowhere", 404),
        ("DELETE", "/", 405),
    ] {
        assert_eq!(status(method, path, "pass"), passed, "{path}");
        assert_eq!(status(method, path, "answer"), 418, "{path}");
    }
    assert_eq!(status("GET", "/", "panic"), 500);
    assert_eq!(status("GET", "/", "never"), 503);
    assert_eq!(status("GET", "/", "pass"), 200);
}

#[tokio::test]
async fn access_is_decided_behind_a_filter_that_waits() {
    let server = start([]).await;
    let send = |permission: &str| {
        let headers = [
            ("X-Wait", "pass"),
            ("X-Permission", permission),
            ("Content-Length", "0"),
        ];
        server.send("POST", "/secured", &headers).status
    };
    assert_eq!(send("pages:read"), 403);
    assert_eq!(send("pages:write"), 400);
}
