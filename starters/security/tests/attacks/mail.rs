//! The tokens of mails.

use std::time::Duration;

use futures_util::future::join_all;
use savia::AccountMessage;
use savia::token::{OneTimeTokens, Purpose};
use serde_json::json;
use std::sync::Arc;

use crate::application::{EMAIL, PASSWORD, Site, credentials, site};

async fn reset_token(site: &Site, mails: usize) -> String {
    site.post_json("/auth/password/forgot", json!({ "email": EMAIL }))
        .await
        .assert_status(202);
    match site.mailbox.wait(mails).await.pop() {
        Some(AccountMessage::ResetPassword { token, .. }) => token,
        other => panic!("{other:?}"),
    }
}

async fn reset(site: &Site, token: &str, password: &str) -> u16 {
    site.post_json(
        "/auth/password/reset",
        json!({ "token": token, "password": password }),
    )
    .await
    .status()
}

#[tokio::test]
async fn a_reset_token_is_good_once_and_ends_every_login() {
    let site = site(&[]).await;
    let pair = site.registered().await;
    let token = reset_token(&site, 1).await;
    // A refused password does not use it up.
    assert_eq!(reset(&site, &token, "password1").await, 422);
    assert_eq!(reset(&site, &token, "a new long one").await, 204);
    assert_eq!(reset(&site, &token, "yet another one").await, 400);
    site.with(&pair.access).await.assert_status(401);
    site.refresh(&pair.refresh).await.assert_status(401);
    site.login(EMAIL, PASSWORD).await.assert_status(401);
    site.login(EMAIL, "a new long one").await.assert_status(200);
    let mails = site.mailbox.wait(2).await;
    assert!(
        matches!(mails[1], AccountMessage::PasswordChanged { .. }),
        "{mails:?}"
    );
}

#[tokio::test]
async fn a_reset_token_used_by_many_at_once() {
    let site = site(&[]).await;
    site.registered().await;
    let token = reset_token(&site, 1).await;
    let passwords: Vec<_> = (0..8)
        .map(|at| format!("the new one, number {at}"))
        .collect();
    let statuses = join_all(
        passwords
            .iter()
            .map(|password| reset(&site, &token, password)),
    )
    .await;
    assert_eq!(
        statuses.iter().filter(|it| **it == 204).count(),
        1,
        "{statuses:?}"
    );
}

#[tokio::test]
async fn an_older_reset_token_is_good_no_longer() {
    let site = site(&[]).await;
    site.registered().await;
    let old = reset_token(&site, 1).await;
    let new = reset_token(&site, 2).await;
    assert_eq!(reset(&site, &old, "a new long one").await, 400);
    assert_eq!(reset(&site, &new, "a new long one").await, 204);
}

#[tokio::test]
async fn a_token_for_another_purpose_or_made_up() {
    let site = site(&[("security.accounts.verify_email", json!(true))]).await;
    site.post_json("/auth/register", credentials(EMAIL, PASSWORD))
        .await
        .assert_status(202);
    let mails = site.mailbox.wait(1).await;
    let AccountMessage::VerifyEmail { token, .. } = &mails[0] else {
        panic!("{mails:?}")
    };
    assert_eq!(reset(&site, token, "a new long one").await, 400);
    for made_up in [
        "x",
        "' or 1=1",
        &"a".repeat(43),
        "../..",
        &token.to_uppercase(),
        &token[..42],
    ] {
        assert_eq!(
            reset(&site, made_up, "a new long one").await,
            400,
            "{made_up}"
        );
        site.post_json("/auth/verify", json!({ "token": made_up }))
            .await
            .assert_status(400);
    }
    site.login(EMAIL, PASSWORD)
        .await
        .assert_problem(403)
        .assert_json_path("code", "email_not_verified");
    site.post_json("/auth/verify", json!({ "token": token }))
        .await
        .assert_status(204);
    site.post_json("/auth/verify", json!({ "token": token }))
        .await
        .assert_status(400);
    site.login(EMAIL, PASSWORD).await.assert_status(200);
}

#[tokio::test]
async fn a_token_past_its_end() {
    let site = site(&[]).await;
    let tokens = site.inject::<Arc<OneTimeTokens>>();
    site.registered().await;
    let context = site.context();
    let token = context
        .clone()
        .scope(tokens.issue(Purpose::ResetPassword, "1", Duration::from_millis(50)))
        .await
        .unwrap();
    tokio::time::sleep(Duration::from_millis(80)).await;
    assert_eq!(reset(&site, &token, "a new long one").await, 400);
    let taken = context
        .scope(tokens.take(Purpose::ResetPassword, &token))
        .await;
    assert_eq!(taken.unwrap(), None);
}

#[tokio::test]
async fn a_mailbox_is_not_filled() {
    let site = site(&[]).await;
    site.registered().await;
    let mut statuses = Vec::new();
    for _ in 0..8 {
        statuses.push(
            site.post_json("/auth/password/forgot", json!({ "email": EMAIL }))
                .await
                .status(),
        );
    }
    assert_eq!(statuses, [202, 202, 202, 202, 202, 429, 429, 429]);
    // Nobody is kept from logging in by it.
    site.login(EMAIL, PASSWORD).await.assert_status(200);
}

#[tokio::test]
async fn addresses_to_be_proved_and_nothing_that_sends_mails() {
    let folder = tempfile::tempdir().unwrap();
    let app = crate::application::builder(&folder).set("security.accounts.verify_email", true);
    let report = app.try_start().await.unwrap_err().report(false);
    assert!(report.contains("nothing sends the mails"), "{report}");
}
