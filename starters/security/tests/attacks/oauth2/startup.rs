//! Configurations that do not start, and say why.

use savia_starter_test::TestApp;
use serde_json::{Value, json};

use crate::application::builder;

async fn report(profile: &str, config: &[(&str, Value)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let mut app: savia_starter_test::TestAppBuilder = builder(&folder).profile(profile);
    for (key, value) in config {
        app = app.set(*key, value.clone());
    }
    let started: Result<TestApp, _> = app.try_start().await;
    match started {
        Ok(_) => panic!("it has started: {config:?}"),
        Err(error) => error.report(false),
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_provider_is_said_all_at_once() {
    let said = report(
        "test",
        &[
            ("security.oauth2.providers.a.client_id", json!("shop")),
            ("security.oauth2.providers.b.client_id", json!("shop")),
            (
                "security.oauth2.providers.b.issuer",
                json!("id.example.com"),
            ),
            ("security.oauth2.providers.c.client_id", json!("shop")),
            (
                "security.oauth2.providers.c.issuer",
                json!("https://id.example.com"),
            ),
            ("security.oauth2.providers.c.algorithm", json!("HS256")),
            ("security.oauth2.success_url", json!("https://evil.example")),
            ("security.oauth2.clients.d.client_id", json!("shop")),
            (
                "security.oauth2.clients.d.client_secret",
                json!("hush-hush"),
            ),
        ],
    )
    .await;
    for part in [
        "nothing says where `a` is",
        "`id.example.com` is no URL",
        "a shared secret",
        "`https://evil.example` is no path",
        "nothing says where `d` gets its tokens",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("hush-hush"), "{said}");
}

#[tokio::test]
async fn production_says_where_it_is_and_asks_over_tls() {
    let said = report(
        "prod",
        &[
            ("security.oauth2.providers.sso.client_id", json!("shop")),
            (
                "security.oauth2.providers.sso.issuer",
                json!("http://keycloak:8080"),
            ),
        ],
    )
    .await;
    for part in [
        "`security.oauth2.base_url`",
        "`http://keycloak:8080` is asked without TLS",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}
