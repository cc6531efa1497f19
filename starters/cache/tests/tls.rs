//! Redis over TLS.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

extern crate savia_starter_cache as savia;

mod support;

use std::path::Path;
use std::process::Command;

use savia_core::health::{HealthIndicator, Status};
use serde_json::{Value, json};
use support::{App, OwnRedis, unique, until};

/// An authority's certificate, and one for 127.0.0.1 that it has signed.
const CERTIFICATES: &str = "
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem
openssl req -newkey rsa:2048 -nodes -subj /CN=redis -keyout redis.key -out redis.csr
printf 'subjectAltName=IP:127.0.0.1' > names
openssl x509 -req -in redis.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
    -extfile names -out redis.pem
";

/// Whether they could be made.
fn certificates(folder: &Path) -> bool {
    let made = Command::new("sh")
        .args(["-ec", CERTIFICATES])
        .current_dir(folder)
        .output();
    let is_made = made.is_ok_and(|made| made.status.success());
    if !is_made {
        assert!(
            std::env::var("SAVIA_REQUIRE_SERVICES").as_deref() != Ok("1"),
            "there is no openssl"
        );
        eprintln!("skipped: there is no openssl");
    }
    is_made
}

async fn start(backend: &str, url: &str, ca_file: Option<&Path>) -> App {
    let mut config: Vec<(&str, Value)> = vec![
        ("cache.backend", json!(backend)),
        ("redis.url", json!(url)),
        ("cache.redis.prefix", json!(unique())),
    ];
    if let Some(file) = ca_file {
        config.push(("cache.redis.ca_file", json!(file)));
    }
    App::start(&config).await
}

async fn health(app: &App) -> Status {
    let all = app.app.handle().components::<dyn HealthIndicator>();
    all.iter()
        .find(|it| it.name() == "redis")
        .unwrap()
        .check()
        .await
        .status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_trusted_by_its_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    if !certificates(folder.path()) {
        return;
    }
    let text = |name| place(name).to_str().unwrap().to_owned();
    let Some(redis) =
        OwnRedis::start_with_tls(&text("redis.pem"), &text("redis.key"), &text("ca.pem"))
    else {
        return;
    };
    let url = redis.url().replace("redis://", "rediss://");
    for backend in ["redis", "tiered"] {
        let app = start(backend, &url, Some(&place("ca.pem"))).await;
        assert_eq!(health(&app).await, Status::Up);
        let other = app.cache().typed::<i64>("numbers");
        other.put("a", 1).await.unwrap();
        assert_eq!(other.get("a").await, Some(1));
        // The news of evictions come over a connection of their own.
        let ok = async || app.cache().evict("numbers", "a").await.is_ok();
        until("it cannot evict", ok).await;
        assert_eq!(other.get("a").await, None);
        app.stop().await;
        // By the public authorities it is not vouched for: the application goes on without it.
        let app = start(backend, &url, None).await;
        assert_eq!(health(&app).await, Status::Down);
        assert!(
            app.cache()
                .typed::<i64>("numbers")
                .put("a", 1)
                .await
                .is_err()
        );
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_that_cannot_be_are_explained() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.pem");
    std::fs::write(
        &text,
        "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    for (url, file, parts) in [
        (
            "redis://127.0.0.1:6379",
            "ca.pem",
            ["is for TLS", "write `rediss://`"],
        ),
        (
            "rediss://127.0.0.1:6379",
            "ca.pem",
            ["ca.pem cannot be read", "cache.redis.ca_file"],
        ),
        (
            "rediss://127.0.0.1:6379",
            text.to_str().unwrap(),
            ["holds no certificates", "PEM"],
        ),
    ] {
        let config = [
            ("cache.backend", json!("tiered")),
            ("redis.url", json!(url)),
            ("cache.redis.ca_file", json!(file)),
        ];
        let report = App::try_start(&config).await.err().unwrap().report(false);
        assert!(report.contains("error[cache::redis_ca_file]"), "{report}");
        for part in parts {
            assert!(report.contains(part), "{part} in {report}");
        }
    }
}
