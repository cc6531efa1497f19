//! Guessing.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use crate::application::{EMAIL, PASSWORD, site};

#[tokio::test]
async fn the_right_password_is_locked_out_too_and_let_in_later() {
    let site = site(&[("security.lockout.delay", json!("300ms"))]).await;
    site.registered().await;
    for _ in 0..5 {
        site.login(EMAIL, "a wrong guess").await.assert_status(401);
    }
    let locked = site.login(EMAIL, PASSWORD).await;
    locked
        .assert_problem(429)
        .assert_json_path("code", "locked")
        .assert_header("retry-after", "1");
    tokio::time::sleep(Duration::from_millis(350)).await;
    site.login(EMAIL, PASSWORD).await.assert_status(200);
    // The count begins anew.
    site.login(EMAIL, "a wrong guess").await.assert_status(401);
    site.login(EMAIL, PASSWORD).await.assert_status(200);
}

#[tokio::test]
async fn each_failure_makes_the_wait_longer() {
    let site = site(&[
        ("security.lockout.delay", json!("100ms")),
        ("security.lockout.account_failures", json!(1)),
    ])
    .await;
    site.registered().await;
    site.login(EMAIL, "a wrong guess").await.assert_status(401);
    for wait in [100_u64, 200, 400] {
        site.login(EMAIL, "a wrong guess").await.assert_status(429);
        tokio::time::sleep(Duration::from_millis(wait + 20)).await;
        site.login(EMAIL, "a wrong guess").await.assert_status(401);
    }
    site.login(EMAIL, PASSWORD).await.assert_status(429);
}

#[tokio::test]
async fn guesses_at_once_are_all_counted() {
    let site = site(&[]).await;
    site.registered().await;
    let guesses =
        join_all((0..40).map(|at| site.login(EMAIL, ["a wrong guess", "another guess"][at % 2])))
            .await;
    let looked_at = guesses.iter().filter(|it| it.status() == 401).count();
    assert_eq!(looked_at, 5);
    assert!(guesses.iter().all(|it| [401, 429].contains(&it.status())));
}

#[tokio::test]
async fn one_password_against_many_accounts() {
    let site = site(&[("security.lockout.address_failures", json!(10))]).await;
    let mut statuses = Vec::new();
    for at in 0..15 {
        statuses.push(
            site.login(&format!("user{at}@example.com"), "Spring forward")
                .await
                .status(),
        );
    }
    assert_eq!(
        statuses.iter().filter(|it| **it == 401).count(),
        10,
        "{statuses:?}"
    );
}

#[tokio::test]
async fn an_address_that_is_claimed_in_a_header() {
    let site = site(&[("security.lockout.address_failures", json!(3))]).await;
    let mut looked_at = 0;
    for at in 0..10 {
        let request = site
            .post("/auth/login")
            .json(&crate::application::credentials(
                &format!("u{at}@example.com"),
                "guess it",
            ));
        let request = request
            .header("x-forwarded-for", format!("192.0.2.{at}"))
            .header("x-real-ip", format!("192.0.2.{at}"));
        let request = request.header("forwarded", format!("for=192.0.2.{at}"));
        looked_at += usize::from(request.send().await.status() == 401);
    }
    assert_eq!(looked_at, 3);
}

#[tokio::test]
async fn other_spellings_of_an_address_count_for_one_account() {
    let site = site(&[]).await;
    site.registered().await;
    for email in [
        "ada@example.com",
        "ADA@example.com",
        " ada@example.com",
        "Ada@Example.Com ",
        "aDA@example.com",
    ] {
        site.login(email, "a wrong guess").await.assert_status(401);
    }
    site.login(EMAIL, "a wrong guess").await.assert_status(429);
}

#[tokio::test]
async fn who_keeps_guessing_does_not_keep_others_waiting_for_ever() {
    let site = site(&[
        ("security.lockout.delay", json!("100ms")),
        ("security.lockout.max_delay", json!("200ms")),
    ])
    .await;
    site.registered().await;
    for _ in 0..8 {
        let _ = site.login(EMAIL, "a wrong guess").await;
        tokio::time::sleep(Duration::from_millis(210)).await;
    }
    site.login(EMAIL, PASSWORD).await.assert_status(200);
}
