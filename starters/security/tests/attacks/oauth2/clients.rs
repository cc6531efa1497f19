//! Calling other services with client credentials.

use std::time::Duration;

use savia::oauth2::OAuth2Clients;
use savia_core::ErrorKind;
use serde_json::{Value, json};

use super::fake::{Fake, Says};
use crate::application::{Site, site};

async fn scene(parts: &[(&str, Value)]) -> (Site, Fake) {
    let fake = Fake::new(&[]).await;
    let key = |name: &str| format!("security.oauth2.clients.billing.{name}");
    let mut config = vec![
        (key("issuer"), json!(fake.issuer)),
        (key("client_id"), json!("shop")),
        (key("client_secret"), json!("a secret")),
        (key("scopes"), json!(["invoices"])),
        (key("parameters"), json!({ "audience": "billing-api" })),
    ];
    config.extend(parts.iter().map(|(name, value)| (key(name), value.clone())));
    let config: Vec<_> = config
        .iter()
        .map(|(key, value)| (key.as_str(), value.clone()))
        .collect();
    (site(&config).await, fake)
}

fn gives(fake: &Fake, token: &str, expires_in: u64) {
    let body = json!({ "access_token": token, "token_type": "Bearer", "expires_in": expires_in });
    let after = Duration::from_millis(50);
    fake.say(
        "/token",
        Says {
            after,
            ..Says::json(&body)
        },
    );
}

#[tokio::test]
async fn a_token_is_fetched_once_kept_and_let_go() {
    let (site, fake) = scene(&[]).await;
    gives(&fake, "one", 3_600);
    let clients = site.inject::<std::sync::Arc<OAuth2Clients>>();
    let calls = futures_util::future::join_all((0..20).map(|_| clients.token("billing"))).await;
    assert!(
        calls.iter().all(|it| it.as_ref().unwrap() == "one"),
        "{calls:?}"
    );
    let asked = fake.asked("/token");
    assert_eq!(asked.len(), 1);
    for part in [
        "grant_type=client_credentials",
        "scope=invoices",
        "audience=billing-api",
    ] {
        assert!(asked[0].body.contains(part), "{asked:?}");
    }
    gives(&fake, "two", 3_600);
    assert_eq!(clients.token("billing").await.unwrap(), "one");
    clients.forget("billing", "an older one").unwrap();
    assert_eq!(clients.token("billing").await.unwrap(), "one");
    clients.forget("billing", "one").unwrap();
    assert_eq!(clients.token("billing").await.unwrap(), "two");
}

#[tokio::test]
async fn a_token_that_ends_soon_is_fetched_anew() {
    let (site, fake) = scene(&[]).await;
    gives(&fake, "one", 1);
    let clients = site.inject::<std::sync::Arc<OAuth2Clients>>();
    assert_eq!(clients.token("billing").await.unwrap(), "one");
    gives(&fake, "two", 3_600);
    tokio::time::sleep(Duration::from_millis(950)).await;
    assert_eq!(clients.token("billing").await.unwrap(), "two");
}

#[tokio::test]
async fn a_time_that_no_clock_can_tell_is_cut() {
    let (site, fake) = scene(&[]).await;
    gives(&fake, "one", u64::MAX / 2);
    let clients = site.inject::<std::sync::Arc<OAuth2Clients>>();
    assert_eq!(clients.token("billing").await.unwrap(), "one");
}

#[tokio::test]
async fn what_gives_no_token_is_unavailable_and_what_is_not_configured_is_our_fault() {
    let (site, fake) = scene(&[]).await;
    let body = json!({ "error": "invalid_client" });
    fake.say(
        "/token",
        Says {
            status: 401,
            ..Says::json(&body)
        },
    );
    let clients = site.inject::<std::sync::Arc<OAuth2Clients>>();
    let error = clients.token("billing").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let error = clients.token("biling").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal);
    assert!(
        format!("{error:?}").contains("did you mean `billing`?"),
        "{error:?}"
    );
}
