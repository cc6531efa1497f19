//! Passwords that should not be taken, and credentials that are none.

use savia_starter_web::actix_web::http::Method;
use serde_json::json;

use crate::application::{EMAIL, PASSWORD, credentials, site};

#[tokio::test]
async fn weak_passwords() {
    let site = site(&[]).await;
    for (password, code) in [
        ("short", "length"),
        ("1234567", "length"),
        ("12345678", "common"),
        ("password1", "common"),
        ("P@ssw0rd!", "common"),
        ("Summer2026!", "common"),
        ("qwertyuiop", "common"),
        ("ada@example.com", "guessable"),
        ("aaaaaaaaaa", "common"),
    ] {
        let answer = site
            .post_json("/auth/register", credentials(EMAIL, password))
            .await;
        answer
            .assert_problem(422)
            .assert_violation("password", code);
    }
    let long = site
        .post_json("/auth/register", credentials(EMAIL, &"x7 ".repeat(43)))
        .await;
    long.assert_problem(422)
        .assert_violation("password", "length");
}

#[tokio::test]
async fn oversized_credentials() {
    let site = site(&[]).await;
    site.registered().await;
    for path in ["/auth/register", "/auth/login"] {
        let long = site
            .post_json(path, credentials("bob@example.com", &"x".repeat(10_000)))
            .await;
        long.assert_status(422);
        let longer = site
            .post_json(path, credentials(EMAIL, &"x".repeat(1_000_000)))
            .await;
        assert!([400, 413].contains(&longer.status()), "{}", longer.status());
        site.post_json(path, credentials(&"a".repeat(300), PASSWORD))
            .await
            .assert_status(422);
    }
}

#[tokio::test]
async fn the_whole_password_counts() {
    let site = site(&[]).await;
    // bcrypt would look at 72 bytes; C would stop at the zero.
    let long = "the quick brown fox jumps over the lazy dog, and then over the moon as well, twice";
    site.post_json("/auth/register", credentials(EMAIL, long))
        .await
        .assert_status(201);
    site.login(EMAIL, &long[..72]).await.assert_status(401);
    site.login(EMAIL, &format!("{long}\0"))
        .await
        .assert_status(401);
    site.login(EMAIL, long).await.assert_status(200);
    site.post_json(
        "/auth/register",
        credentials("bob@example.com", "zero\0and more"),
    )
    .await
    .assert_status(201);
    site.login("bob@example.com", "zero\0and less")
        .await
        .assert_status(401);
    site.login("bob@example.com", "zero")
        .await
        .assert_status(401);
    site.login(EMAIL, &long.to_uppercase())
        .await
        .assert_status(401);
}

#[tokio::test]
async fn malformed_bodies() {
    let site = site(&[]).await;
    for body in [
        "",
        "{",
        "null",
        "[]",
        "1",
        "\"a\"",
        r#"{"email":1,"password":2}"#,
        r#"{"email":"a@b.c"}"#,
        r#"{"email":["ada@example.com"],"password":{"$ne":""}}"#,
        r#"{"email":null,"password":null}"#,
        r#"{"email":"a","email":"b","password":"c"}"#,
        "\u{feff}{}",
    ] {
        for path in [
            "/auth/login",
            "/auth/register",
            "/auth/refresh",
            "/auth/verify",
            "/auth/password/reset",
        ] {
            let request = site
                .post(path)
                .header("content-type", "application/json")
                .body(body);
            let status = request.send().await.status();
            assert!([400, 422].contains(&status), "{path} {body}: {status}");
        }
    }
    let form = site
        .post("/auth/login")
        .form(&[("email", EMAIL), ("password", PASSWORD)])
        .send()
        .await;
    form.assert_status(415);
    let plain = site
        .post("/auth/login")
        .header("content-type", "text/plain")
        .body(credentials(EMAIL, PASSWORD).to_string());
    plain.send().await.assert_status(415);
}

#[tokio::test]
async fn credentials_in_a_url() {
    let site = site(&[]).await;
    site.registered().await;
    let request = site
        .get("/auth/login")
        .query("email", EMAIL)
        .query("password", PASSWORD);
    request.send().await.assert_status(401);
    let request = site
        .post("/auth/login")
        .query("email", EMAIL)
        .query("password", PASSWORD);
    assert!([400, 415, 422].contains(&request.send().await.status()));
}

#[tokio::test]
async fn sql_in_an_address() {
    let site = site(&[]).await;
    site.registered().await;
    for email in [
        "ada@example.com' --",
        "x' or '1'='1' --@example.com",
        "ada@example.com\" or \"\"=\"",
        "%@example.com",
        "ada_example.com",
        "___@example.com",
    ] {
        let status = site.login(email, PASSWORD).await.status();
        assert_eq!(status, 401, "{email}");
    }
    site.login(EMAIL, PASSWORD).await.assert_status(200);
}

#[tokio::test]
async fn a_taken_address() {
    let site = site(&[]).await;
    let pair = site.registered().await;
    for email in [EMAIL, "ADA@EXAMPLE.COM", " ada@example.com "] {
        site.post_json("/auth/register", credentials(email, "another long one"))
            .await
            .assert_status(409);
    }
    site.login(EMAIL, "another long one")
        .await
        .assert_status(401);
    site.with(&pair.access).await.assert_status(200);
}

#[tokio::test]
async fn registering_where_nobody_may() {
    let site = site(&[("security.accounts.registration", json!(false))]).await;
    site.post_json("/auth/register", credentials(EMAIL, PASSWORD))
        .await
        .assert_status(403);
}

#[tokio::test]
async fn a_new_password_needs_the_present_one() {
    let site = site(&[]).await;
    let pair = site.registered().await;
    let change = async |present: &str, new: &str, token: &str| {
        let body = json!({ "current_password": present, "password": new });
        site.request(Method::PUT, "/auth/password")
            .bearer(token)
            .json(&body)
            .send()
            .await
    };
    change("not this one", "a new long one", &pair.access)
        .await
        .assert_status(401);
    change(PASSWORD, "password1", &pair.access)
        .await
        .assert_problem(422)
        .assert_violation("password", "common");
    let answer = change(PASSWORD, "a new long one", &pair.access).await;
    answer.assert_status(200);
    let new = crate::application::Pair::of(&answer);
    // Every login of before has ended.
    site.with(&pair.access).await.assert_status(401);
    site.refresh(&pair.refresh).await.assert_status(401);
    site.with(&new.access).await.assert_status(200);
    site.login(EMAIL, PASSWORD).await.assert_status(401);
    site.login(EMAIL, "a new long one").await.assert_status(200);
    let body = json!({ "current_password": PASSWORD, "password": "yet another one" });
    site.request(Method::PUT, "/auth/password")
        .json(&body)
        .send()
        .await
        .assert_status(401);
}
