//! Tokens against other implementations, both ways: `pyjwt` and `jwcrypto`.
//!
//! `SAVIA_TEST_PYTHON` names a Python that has both (`python3` otherwise). Without them the test is
//! skipped aloud, and fails where `SAVIA_REQUIRE_SERVICES=1`.

use std::process::Command;

use serde_json::{Value, json};

use crate::application::site;

const SCRIPT: &str = include_str!("interop.py");

/// What the script prints for this input; nothing where the modules are not there.
fn python(input: &Value) -> Option<Value> {
    let python = std::env::var("SAVIA_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let output = Command::new(&python)
        .args(["-c", SCRIPT, &input.to_string()])
        .output();
    let told = match output {
        Ok(output) if output.status.success() => {
            return Some(serde_json::from_slice(&output.stdout).unwrap());
        }
        Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
        Err(error) => error.to_string(),
    };
    let absent = told.contains("ModuleNotFoundError") || told.contains("No such file");
    assert!(absent, "{told}");
    let required = std::env::var("SAVIA_REQUIRE_SERVICES").is_ok_and(|it| it == "1");
    assert!(
        !required,
        "pyjwt and jwcrypto are required and absent: {told}"
    );
    eprintln!(
        "skipped: no pyjwt and jwcrypto for {python}: {}",
        told.trim().lines().last().unwrap_or_default()
    );
    None
}

async fn both_ways(algorithm: &str, key: &str) {
    let site = site(&[
        ("security.jwt.algorithm", json!(algorithm)),
        ("security.jwt.key", json!(key)),
    ])
    .await;
    let pair = site.registered().await;
    let jwks: Value = site.get("/.well-known/jwks.json").send().await.json();
    let kid = kid_of(&pair.access);
    let input = json!({
        "algorithm": algorithm, "key": key, "jwks": jwks, "token": pair.access, "kid": kid,
        "claims": crate::forge::Forge::claims(),
    });
    let Some(answer) = python(&input) else { return };
    // Ours, read by theirs.
    for reader in ["pyjwt", "jwcrypto"] {
        assert_eq!(answer[reader]["read"]["iss"], "notes", "{reader}: {answer}");
        // Theirs, believed by ours; and with one claim wrong, not.
        let token = answer[reader]["good"].as_str().unwrap();
        site.with(token).await.assert_status(200).assert_text("1");
        for bad in ["expired", "audience", "tampered"] {
            let token = answer[reader][bad].as_str().unwrap();
            site.with(token).await.assert_status(401);
        }
    }
}

fn kid_of(token: &str) -> Value {
    use base64::Engine as _;
    let header = token.split('.').next().unwrap();
    let header = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(header)
        .unwrap();
    serde_json::from_slice::<Value>(&header).unwrap()["kid"].clone()
}

#[tokio::test]
async fn eddsa() {
    both_ways("EdDSA", include_str!("../keys/ed25519.pem")).await;
}

#[tokio::test]
async fn es256() {
    both_ways("ES256", include_str!("../keys/es256.pem")).await;
}

#[tokio::test]
async fn rs256() {
    both_ways("RS256", include_str!("../keys/rsa.pem")).await;
}

#[tokio::test]
async fn hs256() {
    both_ways("HS256", "c29tZSBzZWNyZXQgb2YgbW9yZSB0aGFuIDMyIGJ5dGVzLg==").await;
}
