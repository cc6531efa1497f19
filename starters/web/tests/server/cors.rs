//! Cross-origin requests.

use serde_json::json;

use crate::support::{Reply, Server, start, try_start};

const APP: &str = "https://app.example.com";

async fn server() -> Server {
    start([
        (
            "server.cors.allowed_origins",
            json!([APP, "https://*.shop.test"]),
        ),
        ("server.cors.allowed_methods", json!(["GET", "POST"])),
        (
            "server.cors.allowed_headers",
            json!(["Content-Type", "X-Token"]),
        ),
        ("server.cors.allow_credentials", json!(true)),
        ("server.cors.max_age", json!("10m")),
    ])
    .await
}

fn preflight(server: &Server, origin: &str, method: &str, headers: &str) -> Reply {
    let mut sent = vec![
        ("Origin", origin),
        ("Access-Control-Request-Method", method),
    ];
    if !headers.is_empty() {
        sent.push(("Access-Control-Request-Headers", headers));
    }
    server.send("OPTIONS", "/", &sent)
}

#[tokio::test]
async fn preflights_are_answered_by_what_is_allowed() {
    let server = server().await;
    for (origin, method, headers, refusal) in [
        (APP, "GET", "", None),
        (APP, "POST", "content-type, x-token", None),
        ("https://a.b.shop.test", "GET", "", None),
        ("https://evil.test", "GET", "", Some("allowed_origins")),
        ("http://app.example.com", "GET", "", Some("allowed_origins")),
        ("https://shop.test", "GET", "", Some("allowed_origins")),
        ("null", "GET", "", Some("allowed_origins")),
        (APP, "DELETE", "", Some("allowed_methods")),
        (APP, "get", "", Some("allowed_methods")),
        (APP, "GET", "content-type, x-other", Some("allowed_headers")),
    ] {
        let reply = preflight(&server, origin, method, headers);
        let case = format!("{origin} {method} {headers}: {reply:?}");
        for varies in [
            "origin",
            "access-control-request-method",
            "access-control-request-headers",
        ] {
            assert!(reply.list("vary").contains(varies), "{case}");
        }
        match refusal {
            None => {
                assert_eq!(reply.status, 204, "{case}");
                assert_eq!(
                    reply.header("access-control-allow-origin"),
                    Some(origin),
                    "{case}"
                );
                assert_eq!(
                    reply.header("access-control-allow-methods"),
                    Some("GET, POST")
                );
                assert_eq!(
                    reply.list("access-control-allow-headers"),
                    "content-type, x-token"
                );
                assert_eq!(
                    reply.header("access-control-allow-credentials"),
                    Some("true")
                );
                assert_eq!(reply.header("access-control-max-age"), Some("600"));
                assert_eq!(reply.header("access-control-expose-headers"), None);
            }
            Some(key) => {
                assert_eq!(reply.status, 403, "{case}");
                assert_eq!(reply.header("access-control-allow-methods"), None, "{case}");
                let detail = reply.problem()["detail"].as_str().unwrap().to_owned();
                assert!(detail.ends_with(&format!("`server.cors.{key}`")), "{case}");
            }
        }
    }
}

#[tokio::test]
async fn a_preflight_comes_before_404_and_405() {
    let server = server().await;
    for path in ["/nowhere", "/wait"] {
        let sent = [("Origin", APP), ("Access-Control-Request-Method", "POST")];
        assert_eq!(server.send("OPTIONS", path, &sent).status, 204, "{path}");
    }
    // Without `Access-Control-Request-Method` it is no preflight.
    assert_eq!(
        server
            .send("OPTIONS", "/nowhere", &[("Origin", APP)])
            .status,
        404
    );
}

#[tokio::test]
async fn answers_name_the_origin_they_are_for() {
    let server = server().await;
    for path in ["/", "/nowhere", "/panic"] {
        let reply = server.get(path, &[("Origin", APP)]);
        assert_eq!(
            reply.header("access-control-allow-origin"),
            Some(APP),
            "{path}"
        );
        assert_eq!(
            reply.header("access-control-allow-credentials"),
            Some("true"),
            "{path}"
        );
        assert_eq!(
            reply.list("access-control-expose-headers"),
            "location, x-request-id"
        );
        assert_eq!(reply.list("vary"), "origin", "{path}");
    }
    for headers in [&[("Origin", "https://evil.test")][..], &[]] {
        let reply = server.get("/", headers);
        assert_eq!(reply.status, 200);
        assert_eq!(
            reply.header("access-control-allow-origin"),
            None,
            "{headers:?}"
        );
        assert_eq!(
            reply.header("access-control-allow-credentials"),
            None,
            "{headers:?}"
        );
        // Caches must keep the answers of different origins apart all the same.
        assert_eq!(reply.list("vary"), "origin", "{headers:?}");
    }
}

#[tokio::test]
async fn a_star_lets_every_origin_in_with_whatever_headers_it_asks_for() {
    let server = start([("server.cors.allowed_origins", json!(["*"]))]).await;
    let reply = preflight(&server, "https://any.test", "PATCH", "authorization,x-any");
    assert_eq!(reply.status, 204);
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    assert_eq!(
        reply.header("access-control-allow-headers"),
        Some("authorization,x-any")
    );
    let reply = server.get("/", &[("Origin", "https://any.test")]);
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    assert_eq!(reply.header("vary"), None);
}

#[tokio::test]
async fn by_default_no_other_origin_is_let_in() {
    let server = start([]).await;
    let reply = server.get("/", &[("Origin", APP)]);
    assert_eq!(reply.header("access-control-allow-origin"), None);
    let reply = preflight(&server, APP, "GET", "");
    assert_eq!(reply.header("access-control-allow-origin"), None);
    assert_eq!(reply.header("access-control-allow-methods"), None);
}

#[tokio::test]
async fn what_no_browser_could_follow_stops_the_start() {
    let error = try_start([
        (
            "server.cors.allowed_origins",
            json!(["*", "https://app.example.com/"]),
        ),
        ("server.cors.allow_credentials", json!(true)),
        ("server.cors.allowed_methods", json!(["GET IT"])),
    ])
    .await
    .err()
    .unwrap();
    let report = error.report(false);
    for part in [
        "error[server::cors_credentials]: `server.cors.allow_credentials` is true while \
         `server.cors.allowed_origins` lets every origin in",
        "error[server::cors_origin]: `server.cors.allowed_origins[1]` is no origin: \
         \"https://app.example.com/\"",
        "error[server::cors_name]: `server.cors.allowed_methods[0]` is no method: \"GET IT\"",
        "at server.cors.allow_credentials (test override server.cors.allow_credentials)",
    ] {
        assert!(report.contains(part), "{part}\n\n{report}");
    }
}
