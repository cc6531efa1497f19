//! Refresh tokens.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::application::{EMAIL, PASSWORD, Pair, site};

#[tokio::test]
async fn a_refresh_token_brings_the_next() {
    let site = site(&[]).await;
    let mut pair = site.registered().await;
    for _ in 0..3 {
        let answer = site.refresh(&pair.refresh).await;
        answer
            .assert_status(200)
            .assert_json_path("token_type", "Bearer")
            .assert_json_path("expires_in", 600);
        answer.assert_header("cache-control", "no-store");
        let next = Pair::of(&answer);
        assert_ne!(next.refresh, pair.refresh);
        site.with(&next.access).await.assert_status(200);
        pair = next;
    }
}

#[tokio::test]
async fn a_replay_ends_the_login() {
    let site = site(&[]).await;
    let stolen = site.registered().await;
    let next = Pair::of(&site.refresh(&stolen.refresh).await);
    site.with(&next.access).await.assert_status(200);
    let replay = site.refresh(&stolen.refresh).await;
    replay
        .assert_problem(401)
        .assert_json_path("code", "invalid_refresh_token");
    // Neither of the two goes on: who of them is the thief is not known.
    site.refresh(&next.refresh).await.assert_status(401);
    site.with(&next.access).await.assert_status(401);
    site.with(&stolen.access).await.assert_status(401);
    site.login(EMAIL, PASSWORD).await.assert_status(200);
}

#[tokio::test]
async fn a_replay_ends_no_other_login() {
    let site = site(&[]).await;
    let one = site.registered().await;
    let other = Pair::of(&site.login(EMAIL, PASSWORD).await);
    site.refresh(&one.refresh).await.assert_status(200);
    site.refresh(&one.refresh).await.assert_status(401);
    site.with(&other.access).await.assert_status(200);
    site.refresh(&other.refresh).await.assert_status(200);
}

#[tokio::test]
async fn a_race_of_refreshes() {
    for _ in 0..5 {
        let site = site(&[]).await;
        let pair = site.registered().await;
        let answers = join_all((0..8).map(|_| site.refresh(&pair.refresh))).await;
        let won: Vec<_> = answers.iter().filter(|it| it.status() == 200).collect();
        assert_eq!(won.len(), 1);
        let winner = Pair::of(won[0]);
        site.refresh(&winner.refresh).await.assert_status(401);
        site.with(&winner.access).await.assert_status(401);
    }
}

#[tokio::test]
async fn made_up_refresh_tokens() {
    let site = site(&[]).await;
    let pair = site.registered().await;
    let (family, secret) = pair.refresh.split_once('.').unwrap();
    let other = site.register("bob@example.com").await;
    let (others, _) = other.refresh.split_once('.').unwrap();
    for token in [
        "x".to_owned(),
        ".".to_owned(),
        family.to_owned(),
        secret.to_owned(),
        format!(".{secret}"),
        format!("{family}."),
        format!("{}.{secret}", "A".repeat(22)),
        format!("{family}.{secret}."),
        format!("{family}.{secret}=",),
        "' or 1=1".to_owned(),
        format!("{family}..{secret}"),
        format!("%{}.{secret}", &family[1..]),
        format!("{}.{}", "_".repeat(22), "_".repeat(43)),
    ] {
        site.refresh(&token).await.assert_status(401);
    }
    for body in [
        json!({ "refresh_token": "" }),
        json!({ "refresh_token": "a".repeat(300) }),
        json!({ "refresh_token": [pair.refresh] }),
        json!({}),
    ] {
        site.post_json("/auth/refresh", body)
            .await
            .assert_status(422);
    }
    // None of these was a replay.
    site.with(&pair.access).await.assert_status(200);
    // The secret of one login in the family of another ends that one, and gives nothing.
    site.refresh(&format!("{others}.{secret}"))
        .await
        .assert_status(401);
    site.with(&pair.access).await.assert_status(200);
    site.refresh(&pair.refresh).await.assert_status(200);
}

#[tokio::test]
async fn what_an_access_token_shows_ends_no_login() {
    use base64::Engine as _;
    let site = site(&[]).await;
    let pair = site.registered().await;
    let claims = pair.access.split('.').nth(1).unwrap();
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(claims)
        .unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    let session = claims["sid"].as_str().unwrap();
    assert_eq!(session.len(), 22);
    assert!(!pair.refresh.contains(session));
    site.refresh(&format!("{session}.{}", "A".repeat(43)))
        .await
        .assert_status(401);
    site.post_json(
        "/auth/logout",
        json!({ "refresh_token": format!("{session}.{}", "A".repeat(43)) }),
    )
    .await
    .assert_status(204);
    site.with(&pair.access).await.assert_status(200);
    site.refresh(&pair.refresh).await.assert_status(200);
}

#[tokio::test]
async fn a_refresh_token_past_its_end() {
    // The least that can be configured is a minute: the record's own end is moved instead.
    use savia::token::{Kind, TokenRecord};
    let site = site(&[]).await;
    let pair = site.registered().await;
    let store = site.inject::<std::sync::Arc<dyn savia::TokenStore>>();
    let family = pair.refresh.split('.').next().unwrap().to_owned();
    let moved = site.context().scope(async {
        let record = store.get(Kind::Refresh, &family).await.unwrap().unwrap();
        let ended = TokenRecord {
            expires_at: crate::forge::now() * 1_000 - 1,
            ..record
        };
        store.replace(ended).await.unwrap()
    });
    assert!(moved.await);
    site.refresh(&pair.refresh).await.assert_status(401);
}

#[tokio::test]
async fn what_is_stored_opens_nothing() {
    let site = site(&[]).await;
    let pair = site.registered().await;
    let store = site.inject::<std::sync::Arc<dyn savia::TokenStore>>();
    let (family, secret) = pair.refresh.split_once('.').unwrap();
    let record = site
        .context()
        .scope(store.get(savia::token::Kind::Refresh, family))
        .await
        .unwrap()
        .unwrap();
    assert!(!record.value.contains(secret), "{}", record.value);
    let value: Value = serde_json::from_str(&record.value).unwrap();
    let current = value["current"].as_str().unwrap();
    site.refresh(&format!("{family}.{current}"))
        .await
        .assert_status(401);
}
