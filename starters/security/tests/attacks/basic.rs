//! HTTP basic authentication.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::application::{EMAIL, PASSWORD, Site, site};

fn basic(text: impl AsRef<[u8]>) -> String {
    format!("Basic {}", STANDARD.encode(text))
}

async fn status(site: &Site, header: &str) -> u16 {
    site.get("/notes")
        .header("authorization", header)
        .send()
        .await
        .status()
}

#[tokio::test]
async fn it_is_off_unless_it_is_turned_on() {
    let site = site(&[]).await;
    site.registered().await;
    assert_eq!(
        status(&site, &basic(format!("{EMAIL}:{PASSWORD}"))).await,
        401
    );
}

#[tokio::test]
async fn good_and_bad_credentials() {
    let site = site(&[("security.basic.enabled", json!(true))]).await;
    site.registered().await;
    assert_eq!(
        status(&site, &basic(format!("{EMAIL}:{PASSWORD}"))).await,
        200
    );
    for text in [
        format!("{EMAIL}:wrong"),
        format!("{EMAIL}:"),
        format!(":{PASSWORD}"),
        EMAIL.to_owned(),
        ":".to_owned(),
    ] {
        assert_eq!(status(&site, &basic(text)).await, 401);
    }
    let answer = site.get("/notes").send().await;
    let challenges: Vec<_> = answer
        .headers()
        .get_all("www-authenticate")
        .map(|it| it.to_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        challenges,
        ["Bearer", "Basic realm=\"operations\", charset=\"UTF-8\""]
    );
}

#[tokio::test]
async fn malformed_credentials() {
    let site = site(&[("security.basic.enabled", json!(true))]).await;
    for header in [
        "Basic".to_owned(),
        "Basic ".to_owned(),
        "Basic !!!!".to_owned(),
        "Basic YQ".to_owned(),
        "Basic YQ=".to_owned(),
        basic(b"\xff\xfe:\xff"),
        basic("a\0b:c"),
        basic("a:b\nc"),
        basic("a".repeat(20_000)),
        format!("{} x", basic("a:b")),
    ] {
        assert_eq!(status(&site, &header).await, 401, "{header:.40}");
    }
}

#[tokio::test]
async fn guesses_are_counted_like_any_other() {
    let site = site(&[("security.basic.enabled", json!(true))]).await;
    site.registered().await;
    for _ in 0..5 {
        assert_eq!(status(&site, &basic(format!("{EMAIL}:wrong"))).await, 401);
    }
    let answer = site
        .get("/notes")
        .header("authorization", basic(format!("{EMAIL}:{PASSWORD}")))
        .send()
        .await;
    answer.assert_status(429);
    site.login(EMAIL, PASSWORD).await.assert_status(429);
    let public = site
        .get("/notes/public")
        .header("authorization", basic("a:b"))
        .send()
        .await;
    public.assert_status(200).assert_text("nobody");
}
