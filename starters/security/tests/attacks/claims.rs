//! Tokens that are signed well and say what should not be believed.

use std::time::Duration;

use serde_json::{Value, json};

use crate::application::{Site, site};
use crate::forge::{Forge, now};
use crate::tokens::refused;

async fn refuses(site: &Site, name: &str, values: impl IntoIterator<Item = Value>) {
    let forge = Forge::new();
    refused(
        site,
        values
            .into_iter()
            .map(|value| forge.with_claim(name, value)),
    )
    .await;
}

#[tokio::test]
async fn expired() {
    let site = site(&[]).await;
    refuses(
        &site,
        "exp",
        [json!(now() - 31), json!(now() - 100_000), json!(0)],
    )
    .await;
    let late = Forge::new().with_claim("exp", json!(now() - 31));
    site.with(&late)
        .await
        .assert_problem(401)
        .assert_json_path("code", "token_expired");
    // Within the leeway it is good.
    let forge = Forge::new();
    site.with(&forge.with_claim("exp", json!(now() - 20)))
        .await
        .assert_status(200);
}

#[tokio::test]
async fn an_end_that_is_none() {
    let site = site(&[]).await;
    let ends = [
        Value::Null,
        json!("9999999999"),
        json!(-1),
        json!(1e300),
        json!([now() + 60]),
        json!(true),
        json!({}),
    ];
    refuses(&site, "exp", ends).await;
}

#[tokio::test]
async fn not_valid_yet() {
    let site = site(&[]).await;
    refuses(
        &site,
        "nbf",
        [
            json!(now() + 60),
            json!(now() + 100_000),
            json!("0"),
            json!(-1),
        ],
    )
    .await;
    refuses(&site, "iat", [json!(now() + 60), json!("now")]).await;
}

#[tokio::test]
async fn another_audience() {
    let site = site(&[]).await;
    let audiences = [
        Value::Null,
        json!("other"),
        json!(""),
        json!(["other"]),
        json!([]),
        json!({ "notes": 1 }),
        json!("notes "),
        json!("Notes"),
        json!([["notes"]]),
        json!("other notes"),
    ];
    refuses(&site, "aud", audiences).await;
    let forge = Forge::new();
    site.with(&forge.with_claim("aud", json!(["other", "notes"])))
        .await
        .assert_status(200);
}

#[tokio::test]
async fn another_issuer() {
    let site = site(&[]).await;
    let issuers = [
        Value::Null,
        json!("other"),
        json!(["notes"]),
        json!("notes/"),
        json!("NOTES"),
        json!(""),
    ];
    refuses(&site, "iss", issuers).await;
}

#[tokio::test]
async fn no_subject_or_login() {
    let site = site(&[]).await;
    refuses(&site, "sub", [Value::Null, json!(1), json!(["1"])]).await;
    // What belongs to no login could not be revoked.
    refuses(&site, "sid", [Value::Null, json!(1)]).await;
}

#[tokio::test]
async fn claims_that_are_no_object() {
    let site = site(&[]).await;
    let forge = Forge::new();
    let header = forge.header().to_string();
    let texts = [
        "",
        "null",
        "[]",
        "1",
        "\"a\"",
        "{",
        "{}{}",
        "\u{feff}{}",
        "{\"exp\":",
    ];
    refused(&site, texts.map(|text| forge.sign_text(&header, text))).await;
    let deep = format!("{}{}", "[".repeat(3_000), "]".repeat(3_000));
    refused(
        &site,
        [forge.sign_text(&header, &format!("{{\"a\":{deep}}}"))],
    )
    .await;
}

#[tokio::test]
async fn roles_that_are_no_list_of_texts() {
    let site = site(&[]).await;
    let forge = Forge::new();
    for roles in [
        json!("ADMIN"),
        json!({ "ADMIN": true }),
        json!([["ADMIN"]]),
        json!([{ "ADMIN": 1 }]),
        json!(1),
    ] {
        let token = forge.with_claim("roles", roles);
        site.get("/notes/admin")
            .bearer(&token)
            .send()
            .await
            .assert_status(403);
    }
}

#[tokio::test]
async fn a_token_that_ends_after_it_was_seen() {
    let site = site(&[("security.jwt.leeway", json!("0s"))]).await;
    let token = Forge::new().with_claim("exp", json!(now() + 2));
    site.with(&token).await.assert_status(200);
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    site.with(&token)
        .await
        .assert_problem(401)
        .assert_json_path("code", "token_expired");
}
