//! What browsers are told by every answer, and what profile `prod` does not start with.

use serde_json::json;

use crate::application::{KEY, builder, site};

#[tokio::test]
async fn answers_say_no_to_frames_foreign_readers_and_guesses() {
    let site = site(&[]).await;
    let answer = site.get("/notes/public").send().await;
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "content-security-policy",
            "base-uri 'none'; frame-ancestors 'none'; object-src 'none'",
        ),
    ] {
        answer.assert_header(name, value);
    }
    // Outside of production the host may be without TLS tomorrow.
    answer.assert_no_header("strict-transport-security");
}

#[tokio::test]
async fn what_is_configured_stays() {
    let site = site(&[
        (
            "server.headers.content_security_policy",
            json!("default-src 'self'"),
        ),
        ("server.headers.cross_origin_resource_policy", json!("off")),
    ])
    .await;
    let answer = site.get("/notes/public").send().await;
    answer
        .assert_header("content-security-policy", "default-src 'self'")
        .assert_no_header("cross-origin-resource-policy");
}

#[tokio::test]
async fn production_tells_browsers_to_come_by_tls() {
    let folder = tempfile::tempdir().unwrap();
    let app = builder(&folder)
        .profile("prod")
        .set("security.jwt.key", KEY);
    let app = app.start().await;
    let answer = app.get("/notes/public").send().await;
    answer.assert_header(
        "strict-transport-security",
        "max-age=31536000; includeSubDomains",
    );
}

#[tokio::test]
async fn production_lists_all_that_keeps_it_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let app = builder(&folder)
        .profile("prod")
        .set("security.jwt.algorithm", "HS256")
        .set("security.jwt.key", "c2hvcnQ=")
        .set("security.sessions.enabled", true)
        .set("security.sessions.secure", false)
        .set("server.cors.allowed_origins", json!(["*"]))
        .set("security.oauth2.providers.sso.client_id", "shop")
        .set(
            "security.oauth2.providers.sso.issuer",
            "http://keycloak:8080",
        );
    let said = match app.try_start().await {
        Ok(_) => panic!("it has started"),
        Err(error) => error.report(false),
    };
    for part in [
        "fewer than 32 bytes",
        "the cookie of sessions goes without TLS too",
        "pages of every origin may call",
        "`http://keycloak:8080` is asked without TLS",
        "nothing says where browsers reach the application",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("c2hvcnQ="), "{said}");
}

#[tokio::test]
async fn cors_of_null_and_look_alike_origins() {
    let site = site(&[
        (
            "server.cors.allowed_origins",
            json!(["https://shop.example.com"]),
        ),
        ("server.cors.allow_credentials", json!(true)),
    ])
    .await;
    let allowed = async |origin: &str| {
        let answer = site
            .get("/notes/public")
            .header("origin", origin)
            .send()
            .await;
        answer
            .header("access-control-allow-origin")
            .map(str::to_owned)
    };
    assert_eq!(
        allowed("https://shop.example.com").await.as_deref(),
        Some("https://shop.example.com")
    );
    for origin in [
        "null",
        "https://shop.example.com.evil.example",
        "https://evil-shop.example.com",
        "https://shop.example.com:8443",
        "http://shop.example.com",
        "https://shopXexample.com",
        "https://shop.example.com/",
        "https://shop.example.com, https://evil.example",
        "https://user@shop.example.com",
        "https://SHOP.example.com.evil.example",
    ] {
        assert_eq!(allowed(origin).await, None, "{origin}");
    }
}

#[tokio::test]
async fn cors_with_a_star_and_credentials_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let app = builder(&folder)
        .set("server.cors.allowed_origins", json!(["*"]))
        .set("server.cors.allow_credentials", true);
    let said = match app.try_start().await {
        Ok(_) => panic!("it has started"),
        Err(error) => error.report(false),
    };
    assert!(said.contains("browsers refuse the two together"), "{said}");
}
