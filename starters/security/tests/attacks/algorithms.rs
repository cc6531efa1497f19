//! Tokens that choose their own algorithm or key.

use serde_json::{Value, json};

use crate::application::{KEY, site};
use crate::forge::{Forge, base64url, changed};
use crate::tokens::refused;

#[tokio::test]
async fn alg_none() {
    let site = site(&[]).await;
    let forge = Forge::new();
    let mut tokens = Vec::new();
    for name in ["none", "None", "NONE", "nOnE", "", " none", "none\0"] {
        let header = changed(forge.header(), "alg", json!(name));
        let unsigned = format!(
            "{}.{}.",
            base64url(header.to_string()),
            base64url(Forge::claims().to_string())
        );
        tokens.push(unsigned.trim_end_matches('.').to_owned());
        tokens.push(forge.sign(&header, &Forge::claims()));
        tokens.push(unsigned);
    }
    refused(&site, tokens).await;
}

#[tokio::test]
async fn alg_missing_or_no_text() {
    let site = site(&[]).await;
    let forge = Forge::new();
    let values = [
        Value::Null,
        json!(1),
        json!(["EdDSA"]),
        json!({ "EdDSA": 1 }),
        json!(true),
    ];
    refused(&site, values.map(|value| forge.with_header("alg", value))).await;
}

#[tokio::test]
async fn the_public_key_as_a_secret() {
    let site = site(&[]).await;
    let forge = Forge::new();
    let x = forge.public["x"].as_str().unwrap();
    use base64::Engine as _;
    let raw = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(x)
        .unwrap();
    let jwk = forge.public.to_string();
    let header = changed(forge.header(), "alg", json!("HS256"));
    let keys: [&[u8]; 6] = [
        &raw,
        x.as_bytes(),
        jwk.as_bytes(),
        KEY.as_bytes(),
        b"",
        forge.kid.as_bytes(),
    ];
    let mut tokens = Vec::new();
    for key in keys {
        tokens.push(forge.hmac(&header, key));
        tokens.push(forge.hmac(&forge.header(), key));
    }
    refused(&site, tokens).await;
}

#[tokio::test]
async fn another_algorithm_than_the_configured() {
    let site = site(&[]).await;
    let forge = Forge::new();
    let names = [
        "RS256", "ES256", "HS256", "PS256", "ES384", "EdDSA ", "eddsa", "EDDSA", "Ed25519", "HS512",
    ];
    refused(
        &site,
        names.map(|name| forge.with_header("alg", json!(name))),
    )
    .await;
}

#[tokio::test]
async fn rs256_confused_with_hs256() {
    // The classic: the server verifies RS256, and the forger signs HS256 with the public key.
    let key = include_str!("../keys/rsa.pem");
    let site = site(&[
        ("security.jwt.algorithm", json!("RS256")),
        ("security.jwt.key", json!(key)),
    ])
    .await;
    let jwks: Value = site.get("/.well-known/jwks.json").send().await.json();
    let jwk = &jwks["keys"][0];
    assert_eq!(
        (jwk["kty"].as_str(), jwk["alg"].as_str()),
        (Some("RSA"), Some("RS256"))
    );
    let pair = site.registered().await;
    site.with(&pair.access).await.assert_status(200);
    let forge = Forge::new();
    let header = json!({ "alg": "HS256", "kid": jwk["kid"], "typ": "at+jwt" });
    let public = std::process::Command::new("openssl")
        .args([
            "pkey",
            "-pubout",
            "-in",
            concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/rsa.pem"),
        ])
        .output();
    let mut keys = vec![
        jwk["n"].as_str().unwrap().as_bytes().to_vec(),
        jwk.to_string().into_bytes(),
    ];
    keys.extend(public.ok().map(|output| output.stdout));
    let mut tokens = Vec::new();
    for key in keys {
        tokens.push(forge.hmac(&header, &key));
        tokens.push(forge.hmac(&changed(header.clone(), "alg", json!("RS256")), &key));
    }
    refused(&site, tokens).await;
}

#[tokio::test]
async fn an_unknown_or_missing_kid() {
    let site = site(&[]).await;
    let forge = Forge::new();
    let values = [
        Value::Null,
        json!("other"),
        json!(""),
        json!(forge.kid.to_lowercase()),
        json!(format!("{} ", forge.kid)),
    ];
    refused(&site, values.map(|value| forge.with_header("kid", value))).await;
}

#[tokio::test]
async fn a_kid_that_is_a_path_a_query_or_an_address() {
    let site = site(&[]).await;
    let forge = Forge::new();
    let injected = [
        "../../../../dev/null",
        "/dev/null",
        "file:///dev/null",
        "http://127.0.0.1:1/key",
        "' or '1'='1",
        "x' union select 'AA",
        "$(id)",
        "|id",
        "\u{0}",
        "${jndi:ldap://127.0.0.1}",
        "%2e%2e%2f",
    ];
    let mut tokens = Vec::new();
    for kid in injected {
        let header = changed(forge.header(), "kid", json!(kid));
        tokens.push(forge.sign(&header, &Forge::claims()));
        tokens.push(forge.hmac(&changed(header, "alg", json!("HS256")), b""));
    }
    refused(&site, tokens).await;
}

#[tokio::test]
async fn a_kid_that_is_no_text() {
    let site = site(&[]).await;
    let forge = Forge::new();
    let values = [
        json!([forge.kid]),
        json!({ "a": forge.kid }),
        json!(1),
        json!(true),
    ];
    refused(&site, values.map(|value| forge.with_header("kid", value))).await;
}

#[tokio::test]
async fn a_key_brought_along() {
    let site = site(&[]).await;
    let (forge, other) = (Forge::new(), Forge::of(include_str!("../keys/other.pem")));
    let mut tokens = Vec::new();
    for (name, value) in [
        ("jwk", other.public.clone()),
        ("jku", json!("http://127.0.0.1:1/jwks.json")),
        ("x5u", json!("http://127.0.0.1:1/cert.pem")),
        ("x5c", json!(["MIIB"])),
    ] {
        for kid in [&forge.kid, &other.kid] {
            let header = json!({ "alg": "EdDSA", "kid": kid, "typ": "at+jwt", name: value });
            tokens.push(other.sign(&header, &Forge::claims()));
        }
    }
    refused(&site, tokens).await;
}

#[tokio::test]
async fn the_key_of_another_application() {
    let site = site(&[]).await;
    let (forge, other) = (Forge::new(), Forge::of(include_str!("../keys/other.pem")));
    refused(
        &site,
        [
            other.sign(&other.header(), &Forge::claims()),
            other.sign(&forge.header(), &Forge::claims()),
        ],
    )
    .await;
}

#[tokio::test]
async fn critical_extensions() {
    let site = site(&[]).await;
    let forge = Forge::new();
    let with = |more: Value| {
        let mut header = forge.header();
        header
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        forge.sign(&header, &Forge::claims())
    };
    refused(
        &site,
        [
            with(json!({ "crit": ["b64"], "b64": false })),
            with(json!({ "crit": ["exp"] })),
            with(json!({ "crit": [] })),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_member_that_stands_twice_in_the_header() {
    let site = site(&[]).await;
    let forge = Forge::new();
    let claims = Forge::claims().to_string();
    let kid = &forge.kid;
    refused(
        &site,
        [
            forge.sign_text(
                &format!(r#"{{"alg":"none","alg":"EdDSA","kid":"{kid}","typ":"at+jwt"}}"#),
                &claims,
            ),
            forge.sign_text(
                &format!(r#"{{"alg":"EdDSA","alg":"none","kid":"{kid}","typ":"at+jwt"}}"#),
                &claims,
            ),
            forge.sign_text(
                &format!(r#"{{"alg":"EdDSA","kid":"x","kid":"{kid}","typ":"at+jwt"}}"#),
                &claims,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_token_of_another_kind() {
    let site = site(&[]).await;
    let forge = Forge::new();
    let kinds = [
        Value::Null,
        json!("JWT"),
        json!("id+jwt"),
        json!("logout+jwt"),
        json!("dpop+jwt"),
        json!(7),
    ];
    refused(&site, kinds.map(|kind| forge.with_header("typ", kind))).await;
}

#[tokio::test]
async fn a_rotated_key_is_believed_until_it_is_taken_out() {
    let old = Forge::of(include_str!("../keys/other.pem"));
    let token = old.sign(&old.header(), &Forge::claims());
    let both = site(&[(
        "security.jwt.other_keys",
        json!([include_str!("../keys/other.pem")]),
    )])
    .await;
    both.with(&token).await.assert_status(200);
    let jwks: Value = both.get("/.well-known/jwks.json").send().await.json();
    assert_eq!(jwks["keys"].as_array().unwrap().len(), 2);
    assert!(!jwks.to_string().contains("\"d\""));
    refused(&site(&[]).await, [token]).await;
}

#[tokio::test]
async fn a_secret_is_never_published() {
    let secret = "c29tZSBzZWNyZXQgb2YgbW9yZSB0aGFuIDMyIGJ5dGVzLg==";
    let site = site(&[
        ("security.jwt.algorithm", json!("HS256")),
        ("security.jwt.key", json!(secret)),
    ])
    .await;
    let pair = site.registered().await;
    site.with(&pair.access).await.assert_status(200);
    site.get("/.well-known/jwks.json")
        .send()
        .await
        .assert_json(json!({ "keys": [] }));
}
