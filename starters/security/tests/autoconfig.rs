//! The starter's own configuration: default, overridden, off, misconfigured.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

extern crate savia_starter_security as savia;

use std::sync::Arc;

use async_trait::async_trait;
use savia::{PasswordEncoder, User, UserStore};
use savia_core::Result;
use savia_core::config::Sources;
use savia_starter_test::{TestApp, TestAppBuilder};
use savia_starter_web::{controller, routes};
use serde_json::json;

savia_core::app! { name: "plain" }

#[controller("/plain")]
struct Plain {}

#[routes]
impl Plain {
    #[get]
    async fn show(&self) -> &'static str {
        "shown"
    }
}

fn builder(folder: &tempfile::TempDir) -> TestAppBuilder {
    TestApp::builder()
        .sources(Sources::in_dir(folder.path()))
        .set("security.passwords.argon2.memory", 7_168)
        .set("security.passwords.argon2.iterations", 1)
}

async fn refused(key: &str, value: serde_json::Value, profile: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let app = builder(&folder).profile(profile).set(key, value);
    app.try_start().await.unwrap_err().report(false)
}

#[tokio::test]
async fn by_default_the_application_is_closed_and_accounts_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let app = builder(&folder).start().await;
    app.get("/plain").send().await.assert_problem(401);
    let body = json!({ "email": "ada@example.com", "password": "an engine of brass" });
    let tokens: serde_json::Value = app
        .post("/auth/register")
        .json(&body)
        .send()
        .await
        .assert_status(201)
        .json();
    let token = tokens["access_token"].as_str().unwrap();
    app.get("/plain")
        .bearer(token)
        .send()
        .await
        .assert_text("shown");
    app.get("/auth/me")
        .bearer(token)
        .send()
        .await
        .assert_json_path("email", "ada@example.com");
}

#[tokio::test]
async fn in_development_the_first_pages_are_public() {
    let folder = tempfile::tempdir().unwrap();
    let app = builder(&folder).profile("dev").start().await;
    for path in ["/", "/openapi.json", "/docs"] {
        app.get(path).send().await.assert_status(200);
    }
    app.get("/plain").send().await.assert_status(401);
}

#[tokio::test]
async fn off_it_leaves_the_application_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let app = builder(&folder)
        .set("security.enabled", false)
        .start()
        .await;
    app.get("/plain").send().await.assert_text("shown");
    app.get("/auth/me").send().await.assert_status(404);
    app.get("/nothing").send().await.assert_status(404);
}

/// One user, whose password is its address.
struct OneUser;

#[async_trait]
impl UserStore for OneUser {
    async fn by_email(&self, email: &str) -> Result<Option<User>> {
        let user = User {
            password: Some(email.to_owned()),
            ..User::new("1", email)
        };
        Ok((email == "one@example.com").then_some(user))
    }

    async fn by_id(&self, _: &str) -> Result<Option<User>> {
        self.by_email("one@example.com").await
    }
}

#[async_trait]
impl PasswordEncoder for OneUser {
    async fn encode(&self, password: &str) -> Result<String> {
        Ok(password.to_owned())
    }

    async fn matches(&self, password: &str, encoded: &str) -> Result<bool> {
        Ok(password == encoded)
    }
}

#[tokio::test]
async fn the_applications_own_stores_and_encoders_take_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let app = builder(&folder)
        .override_component::<dyn UserStore>(Arc::new(OneUser))
        .override_component::<dyn PasswordEncoder>(Arc::new(OneUser))
        .start()
        .await;
    let body = json!({ "email": "one@example.com", "password": "one@example.com" });
    app.post("/auth/login")
        .json(&body)
        .send()
        .await
        .assert_status(200);
    let body = json!({ "email": "two@example.com", "password": "an engine of brass" });
    app.post("/auth/login")
        .json(&body)
        .send()
        .await
        .assert_status(401);
    // It only reads.
    app.post("/auth/register")
        .json(&body)
        .send()
        .await
        .assert_status(500);
}

#[tokio::test]
async fn accounts_alone_can_be_off() {
    let folder = tempfile::tempdir().unwrap();
    let app = builder(&folder)
        .set("security.accounts.enabled", false)
        .start()
        .await;
    app.post("/auth/login")
        .json(&json!({}))
        .send()
        .await
        .assert_status(401);
    app.get("/.well-known/jwks.json")
        .send()
        .await
        .assert_status(200);
    app.get("/plain").send().await.assert_status(401);
}

#[tokio::test]
async fn without_tokens_nobody_gets_in() {
    let folder = tempfile::tempdir().unwrap();
    let app = builder(&folder)
        .set("security.jwt.enabled", false)
        .start()
        .await;
    app.get("/plain").send().await.assert_status(401);
    app.get("/.well-known/jwks.json")
        .send()
        .await
        .assert_status(401);
}

#[tokio::test]
async fn production_wants_a_key() {
    let report = refused("name", json!("plain"), "prod").await;
    assert!(
        report.contains("there is no key to sign tokens with"),
        "{report}"
    );
    assert!(report.contains("SAVIA_SECURITY__JWT__KEY"), "{report}");
}

#[tokio::test]
async fn production_wants_cookies_over_tls_and_more_than_memory() {
    let folder = tempfile::tempdir().unwrap();
    let app = builder(&folder)
        .profile("prod")
        .set("security.jwt.key", include_str!("keys/ed25519.pem"))
        .set("security.sessions.enabled", true)
        .set("security.sessions.secure", false)
        .set("security.store", "memory");
    let report = app.try_start().await.unwrap_err().report(false);
    assert!(report.contains("goes without TLS"), "{report}");
    assert!(report.contains("kept in memory alone"), "{report}");
}

#[tokio::test]
async fn keys_that_cannot_be_read_are_explained_and_not_shown() {
    let check = async |key: &str, value: serde_json::Value, part: &str| {
        let report = refused(key, value.clone(), "test").await;
        assert!(report.contains(part), "{report}");
        let secret = value.as_str().filter(|_| key == "security.jwt.key");
        assert!(secret.is_none_or(|it| !report.contains(it)), "{report}");
    };
    check("security.jwt.key", json!("hunter2-hunter2"), "no PEM text").await;
    check(
        "security.jwt.key",
        json!(include_str!("keys/rsa.pem")),
        "the key is none for EdDSA",
    )
    .await;
    check(
        "security.jwt.key_file",
        json!("nowhere.pem"),
        "cannot be read",
    )
    .await;
    check(
        "security.jwt.algorithm",
        json!("none"),
        "`EdDSA`, `RS256`, `ES256` or `HS256`",
    )
    .await;
    check("security.jwt.access_ttl", json!("48h"), "10s to 24h").await;
    check("security.passwords.min_length", json!(4), "min_length").await;
    check("security.passwords.argon2.memory", json!(1_024), "memory").await;
}
