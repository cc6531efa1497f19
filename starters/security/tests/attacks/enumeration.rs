//! Finding out who has an account.

use std::time::{Duration, Instant};

use savia::AccountMessage;
use serde_json::{Value, json};

use crate::application::{EMAIL, PASSWORD, credentials, site};

/// What an answer says, without what every answer has of its own.
fn said(answer: &savia_starter_test::TestResponse) -> (u16, Value) {
    let mut body: Value = serde_json::from_str(&answer.text()).unwrap_or_default();
    if let Some(members) = body.as_object_mut() {
        members.remove("request_id");
    }
    (answer.status(), body)
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_answered_alike() {
    let site = site(&[]).await;
    site.registered().await;
    let wrong = site.login(EMAIL, "not the password").await;
    wrong
        .assert_problem(401)
        .assert_json_path("code", "bad_credentials");
    for email in [
        "nobody@example.com",
        "no address",
        "a@b",
        "' or 1=1 --@example.com",
        "\u{0}@example.com",
    ] {
        assert_eq!(
            said(&site.login(email, "not the password").await),
            said(&wrong),
            "{email}"
        );
    }
}

#[tokio::test]
async fn registering_says_nothing_where_addresses_are_proved() {
    let site = site(&[("security.accounts.verify_email", json!(true))]).await;
    let first = site
        .post_json("/auth/register", credentials(EMAIL, PASSWORD))
        .await;
    first.assert_status(202);
    site.mailbox.wait(1).await;
    let second = site
        .post_json(
            "/auth/register",
            credentials("ADA@example.com", "another password"),
        )
        .await;
    assert_eq!(said(&first), said(&second));
    let mails = site.mailbox.wait(2).await;
    assert!(
        matches!(mails[0], AccountMessage::VerifyEmail { .. }),
        "{mails:?}"
    );
    assert!(
        matches!(mails[1], AccountMessage::AlreadyRegistered { .. }),
        "{mails:?}"
    );
    // The second password is nobody's.
    site.login(EMAIL, "another password")
        .await
        .assert_status(401);
}

#[tokio::test]
async fn forgetting_a_password_says_nothing() {
    let site = site(&[]).await;
    site.registered().await;
    let known = site
        .post_json("/auth/password/forgot", json!({ "email": EMAIL }))
        .await;
    known.assert_status(202);
    let unknown = site
        .post_json(
            "/auth/password/forgot",
            json!({ "email": "nobody@example.com" }),
        )
        .await;
    assert_eq!(said(&known), said(&unknown));
    assert_eq!(site.mailbox.wait(1).await.len(), 1);
}

#[tokio::test]
async fn a_lockout_says_nothing() {
    let site = site(&[]).await;
    site.registered().await;
    let mut answers = Vec::new();
    for email in [EMAIL, "nobody@example.com"] {
        let mut statuses = Vec::new();
        for _ in 0..7 {
            statuses.push(site.login(email, "wrong password").await.status());
        }
        answers.push(statuses);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], [401, 401, 401, 401, 401, 429, 429]);
}

/// The times of known and unknown addresses, taken in turn, so that both meet the same machine. The
/// medians differ by less than a quarter, where an answer without a hash would take next to nothing; a
/// Mann-Whitney test at five sigma looks at the rest.
#[tokio::test]
async fn an_answer_takes_as_long_for_nobody() {
    const ROUNDS: usize = 150;
    let site = site(&[("security.lockout.enabled", json!(false))]).await;
    site.registered().await;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        for turn in 0..2 {
            let is_known = (round + turn) % 2 == 0;
            let email = if is_known { EMAIL } else { "bob@example.com" };
            let began = Instant::now();
            site.login(email, "not the password")
                .await
                .assert_status(401);
            let took = began.elapsed();
            if is_known {
                known.push(took)
            } else {
                unknown.push(took)
            }
        }
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64()
    };
    let pairs = known
        .iter()
        .flat_map(|one| unknown.iter().map(move |other| (one, other)));
    let wins = pairs.map(|(one, other)| {
        f64::from(u8::from(one > other)) + f64::from(u8::from(one == other)) / 2.0
    });
    let rank: f64 = wins.sum();
    let count = f64::from(u32::try_from(ROUNDS).unwrap());
    let (mean, deviation) = (
        count * count / 2.0,
        (count * count * (2.0 * count + 1.0) / 12.0).sqrt(),
    );
    let sigmas = (rank - mean) / deviation;
    let (one, other) = (median(&mut known), median(&mut unknown));
    assert!(
        (one - other).abs() < one.max(other) / 4.0,
        "known {one} s, unknown {other} s"
    );
    assert!(
        sigmas.abs() < 5.0,
        "known {one} s, unknown {other} s: {sigmas} sigma"
    );
}
