//! Sessions, and requests that another site has a browser send.

use std::sync::Arc;
use std::time::Duration;

use savia::session::Sessions;
use savia::token::{Kind, TokenRecord};
use savia_starter_test::TestResponse;
use savia_starter_web::actix_web::http::Method;
use serde_json::{Value, json};

use crate::application::{EMAIL, PASSWORD, Site, credentials, site};

/// A browser that has logged in.
struct Browser {
    cookie: String,
    token: String,
}

impl Browser {
    fn of(answer: &TestResponse) -> Self {
        answer
            .assert_status(200)
            .assert_header("cache-control", "no-store");
        let cookie = answer
            .header("set-cookie")
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        let body: Value = answer.json();
        Self {
            cookie,
            token: body["csrf_token"].as_str().unwrap().to_owned(),
        }
    }

    async fn get(&self, site: &Site, path: &str) -> TestResponse {
        site.get(path).header("cookie", &self.cookie).send().await
    }

    /// A request that changes something, with these headers beside the cookie.
    async fn send(
        &self,
        site: &Site,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
    ) -> TestResponse {
        let mut request = site.request(method, path).header("cookie", &self.cookie);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.json(&json!({ "text": "a" })).send().await
    }

    async fn own(&self, site: &Site, method: Method, path: &str) -> TestResponse {
        self.send(
            site,
            method,
            path,
            &[
                ("sec-fetch-site", "same-origin"),
                ("x-csrf-token", &self.token),
            ],
        )
        .await
    }
}

async fn sessions(config: &[(&str, Value)]) -> Site {
    let mut all = vec![("security.sessions.enabled", json!(true))];
    all.extend(config.iter().cloned());
    let site = site(&all).await;
    site.registered().await;
    site
}

async fn login(site: &Site) -> Browser {
    Browser::of(
        &site
            .post_json("/auth/session", credentials(EMAIL, PASSWORD))
            .await,
    )
}

#[tokio::test]
async fn a_session_is_a_cookie_that_no_script_and_no_other_host_has() {
    let site = sessions(&[]).await;
    let answer = site
        .post_json("/auth/session", credentials(EMAIL, PASSWORD))
        .await;
    let cookie = answer.header("set-cookie").unwrap().to_owned();
    assert!(cookie.starts_with("__Host-session="), "{cookie}");
    assert!(
        cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"),
        "{cookie}"
    );
    assert!(!cookie.contains("Domain"), "{cookie}");
    let browser = Browser::of(&answer);
    let id = browser.get(&site, "/notes").await;
    id.assert_status(200);
    browser.get(&site, "/notes/public").await.assert_text(EMAIL);
    let again: Value = browser.get(&site, "/auth/session").await.json();
    assert_eq!(again["csrf_token"], browser.token.as_str());
    site.post_json("/auth/session", credentials(EMAIL, "not the password"))
        .await
        .assert_status(401)
        .assert_no_header("set-cookie");
}

#[tokio::test]
async fn sessions_are_off_unless_they_are_turned_on() {
    let site = site(&[]).await;
    site.registered().await;
    site.post_json("/auth/session", credentials(EMAIL, PASSWORD))
        .await
        .assert_status(401);
}

#[tokio::test]
async fn a_session_that_was_planted_before_the_login() {
    let site = sessions(&[]).await;
    site.register("mallory@example.com").await;
    let planted = Browser::of(
        &site
            .post_json(
                "/auth/session",
                credentials("mallory@example.com", PASSWORD),
            )
            .await,
    );
    for cookie in [
        planted.cookie.clone(),
        format!("__Host-session={}", "A".repeat(43)),
    ] {
        let request = site
            .post("/auth/session")
            .header("cookie", &cookie)
            .json(&credentials(EMAIL, PASSWORD));
        let victim = Browser::of(&request.send().await);
        assert_ne!(victim.cookie, cookie);
        victim.get(&site, "/notes/public").await.assert_text(EMAIL);
        site.get("/notes")
            .header("cookie", &cookie)
            .send()
            .await
            .assert_status(401);
    }
}

#[tokio::test]
async fn a_request_without_or_with_a_wrong_token() {
    let site = sessions(&[]).await;
    let (browser, other) = (login(&site).await, login(&site).await);
    browser
        .own(&site, Method::POST, "/notes")
        .await
        .assert_status(200);
    let secret = browser.cookie.split('=').nth(1).unwrap();
    for token in [
        "",
        "x",
        &other.token,
        &browser.token[1..],
        &browser.token.to_uppercase(),
        secret,
    ] {
        let headers = [("sec-fetch-site", "same-origin"), ("x-csrf-token", token)];
        browser
            .send(&site, Method::POST, "/notes", &headers)
            .await
            .assert_problem(403)
            .assert_json_path("code", "csrf");
    }
    browser
        .send(
            &site,
            Method::POST,
            "/notes",
            &[("sec-fetch-site", "same-origin")],
        )
        .await
        .assert_status(403);
    // In a cookie it proves nothing.
    let request = site.post("/notes").header(
        "cookie",
        format!("{}; x-csrf-token={}", browser.cookie, browser.token),
    );
    request
        .header("sec-fetch-site", "same-origin")
        .json(&json!({ "text": "a" }))
        .send()
        .await
        .assert_status(403);
}

#[tokio::test]
async fn a_request_from_elsewhere() {
    let site = sessions(&[]).await;
    let browser = login(&site).await;
    let host = site.address().to_string();
    let token = ("x-csrf-token", browser.token.as_str());
    for from in [
        "cross-site",
        "same-site",
        "none",
        "",
        "SAME-ORIGIN",
        "same-origin, same-origin",
    ] {
        browser
            .send(
                &site,
                Method::POST,
                "/notes",
                &[("sec-fetch-site", from), token],
            )
            .await
            .assert_status(403);
    }
    let own = format!("http://{host}");
    for origin in [
        "https://evil.example",
        "null",
        "",
        "http://",
        "file://",
        &format!("http://{host}.evil.example"),
        &format!("http://evil.example?{host}"),
        &format!("http://user@{host}"),
        &format!("{own}, {own}"),
        &host,
        &format!("ftp://{host}"),
    ] {
        browser
            .send(&site, Method::POST, "/notes", &[("origin", origin), token])
            .await
            .assert_status(403);
    }
    browser
        .send(&site, Method::POST, "/notes", &[("origin", &own), token])
        .await
        .assert_status(200);
    // It says nothing of where it comes from.
    browser
        .send(&site, Method::POST, "/notes", &[token])
        .await
        .assert_status(403);
    browser
        .send(&site, Method::POST, "/notes", &[("referer", &own), token])
        .await
        .assert_status(403);
}

#[tokio::test]
async fn every_method_that_changes_something() {
    let site = sessions(&[]).await;
    let browser = login(&site).await;
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let path = if method == Method::POST {
            "/notes"
        } else {
            "/auth/session"
        };
        browser
            .send(&site, method, path, &[])
            .await
            .assert_status(403);
    }
    browser.get(&site, "/notes").await.assert_status(200);
}

#[tokio::test]
async fn a_forged_request_to_a_public_route_is_nobodys() {
    let site = sessions(&[]).await;
    let browser = login(&site).await;
    // The cookie alone ends no login.
    let _ = browser
        .send(
            &site,
            Method::POST,
            "/auth/logout",
            &[("origin", "https://evil.example")],
        )
        .await;
    browser.get(&site, "/notes").await.assert_status(200);
}

#[tokio::test]
async fn another_site_logs_somebody_in() {
    let site = sessions(&[]).await;
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
        ("origin", "null"),
    ] {
        let request = site
            .post("/auth/session")
            .header(name, value)
            .json(&credentials(EMAIL, PASSWORD));
        request
            .send()
            .await
            .assert_status(403)
            .assert_no_header("set-cookie");
    }
    let form = site
        .post("/auth/session")
        .form(&[("email", EMAIL), ("password", PASSWORD)])
        .send()
        .await;
    form.assert_status(415).assert_no_header("set-cookie");
}

#[tokio::test]
async fn cookies_that_are_none_of_ours() {
    let site = sessions(&[]).await;
    let browser = login(&site).await;
    let secret = browser.cookie.split('=').nth(1).unwrap();
    for cookie in [
        "__Host-session=".to_owned(),
        format!("__Host-session={}", "A".repeat(43)),
        format!("session={secret}"),
        format!("__host-session={secret}"),
        format!("__Host-session={secret}A"),
        format!("__Host-session={}", &secret[1..]),
        format!("__Host-session=\"{secret}\""),
        format!("{0}; {0}", browser.cookie),
        format!("{}; __Host-session=x", browser.cookie),
        format!("__Host-session={}", "x".repeat(5_000)),
        format!("__Host-session={secret}%00"),
        "; ; =; ==".to_owned(),
    ] {
        let status = site
            .get("/notes")
            .header("cookie", &cookie)
            .send()
            .await
            .status();
        assert_eq!(status, 401, "{cookie:.80}");
    }
    site.get("/notes")
        .bearer(secret)
        .send()
        .await
        .assert_status(401);
}

#[tokio::test]
async fn after_a_logout_the_cookie_opens_nothing() {
    let site = sessions(&[]).await;
    let browser = login(&site).await;
    let answer = browser.own(&site, Method::DELETE, "/auth/session").await;
    answer.assert_status(204);
    assert!(
        answer
            .header("set-cookie")
            .unwrap()
            .contains("__Host-session=; Path=/"),
        "{answer:?}"
    );
    assert!(answer.header("set-cookie").unwrap().ends_with("Max-Age=0"));
    browser
        .get(&site, "/notes")
        .await
        .assert_problem(401)
        .assert_json_path("code", "invalid_session");
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_owner_alone() {
    let site = sessions(&[]).await;
    let (one, two) = (login(&site).await, login(&site).await);
    site.register("mallory@example.com").await;
    let mallory = Browser::of(
        &site
            .post_json(
                "/auth/session",
                credentials("mallory@example.com", PASSWORD),
            )
            .await,
    );
    let list: Vec<Value> = one.get(&site, "/auth/sessions").await.json();
    assert_eq!(list.len(), 2);
    let second = list.iter().find(|it| it["current"] == false).unwrap()["id"]
        .as_str()
        .unwrap();
    assert!(!two.cookie.contains(second));
    let path = format!("/auth/sessions/{second}");
    mallory
        .own(&site, Method::DELETE, &path)
        .await
        .assert_status(404);
    two.get(&site, "/notes").await.assert_status(200);
    one.own(&site, Method::DELETE, &path)
        .await
        .assert_status(204);
    two.get(&site, "/notes").await.assert_status(401);
}

#[tokio::test]
async fn a_new_password_ends_sessions_and_so_does_ending_all_logins() {
    let site = sessions(&[]).await;
    let browser = login(&site).await;
    let pair = crate::application::Pair::of(&site.login(EMAIL, PASSWORD).await);
    let body = json!({ "current_password": PASSWORD, "password": "a new long one" });
    site.request(Method::PUT, "/auth/password")
        .bearer(&pair.access)
        .json(&body)
        .send()
        .await
        .assert_status(200);
    browser.get(&site, "/notes").await.assert_status(401);
}

#[tokio::test]
async fn roles_are_those_of_now() {
    let site = sessions(&[]).await;
    let browser = login(&site).await;
    let users = site.inject::<Arc<dyn savia::UserStore>>();
    browser.get(&site, "/notes/admin").await.assert_status(403);
    let user = site.scope(users.by_email(EMAIL)).await.unwrap().unwrap();
    site.scope(users.set_roles(&user.id, &["ADMIN".to_owned()]))
        .await
        .unwrap();
    browser.get(&site, "/notes/admin").await.assert_status(200);
    site.scope(users.set_roles(&user.id, &[])).await.unwrap();
    browser.get(&site, "/notes/admin").await.assert_status(403);
}

#[tokio::test]
async fn a_session_past_either_end() {
    let site = sessions(&[]).await;
    let store = site.inject::<Arc<dyn savia::TokenStore>>();
    let user = site
        .scope(site.inject::<Arc<dyn savia::UserStore>>().by_email(EMAIL))
        .await
        .unwrap()
        .unwrap();
    let moved = async |change: &dyn Fn(TokenRecord) -> TokenRecord| {
        let browser = login(&site).await;
        let secret = browser.cookie.split('=').nth(1).unwrap().to_owned();
        let records = site
            .scope(store.owned(Kind::Session, &user.id))
            .await
            .unwrap();
        for record in records {
            assert!(!record.key.contains(&secret) && !record.value.contains(&secret));
            site.scope(store.replace(change(record))).await.unwrap();
        }
        browser.get(&site, "/notes").await.assert_status(401);
    };
    moved(&|record| TokenRecord {
        expires_at: crate::forge::now() * 1_000 - 1,
        ..record
    })
    .await;
    moved(&|record| {
        let mut value: Value = serde_json::from_str(&record.value).unwrap();
        value["ends_at"] = json!(crate::forge::now() * 1_000 - 1);
        TokenRecord {
            value: value.to_string(),
            ..record
        }
    })
    .await;
}

#[tokio::test]
async fn a_request_puts_the_idle_end_off_and_not_the_last() {
    let site = sessions(&[("security.sessions.ttl", json!("40m"))]).await;
    let sessions = site.inject::<Arc<Sessions>>();
    let store = site.inject::<Arc<dyn savia::TokenStore>>();
    let (session, secret) = site.scope(sessions.begin("1")).await.unwrap();
    let record = async || {
        site.scope(store.owned(Kind::Session, "1"))
            .await
            .unwrap()
            .pop()
            .unwrap()
    };
    // Twenty minutes ago.
    let began = record().await;
    let ago = i64::try_from(Duration::from_secs(20 * 60).as_millis()).unwrap();
    let earlier = TokenRecord {
        changed_at: began.changed_at - ago,
        expires_at: began.expires_at - ago,
        ..began.clone()
    };
    assert!(site.scope(store.replace(earlier)).await.unwrap());
    site.scope(sessions.find(&secret)).await.unwrap().unwrap();
    let seen = record().await;
    assert!(
        seen.expires_at >= began.expires_at
            && seen.expires_at <= session.began_at + 40 * 60 * 1_000
    );
}

#[tokio::test]
async fn a_logout_by_either_route_ends_the_session_and_takes_the_cookie_away() {
    let site = sessions(&[]).await;
    let browser = login(&site).await;
    let answer = site
        .post("/auth/logout")
        .header("cookie", &browser.cookie)
        .header("sec-fetch-site", "same-origin")
        .header("x-csrf-token", &browser.token)
        .send()
        .await;
    answer.assert_status(204);
    let taken = answer.header("set-cookie").unwrap();
    assert!(taken.contains("Max-Age=0"), "{taken}");
    browser.get(&site, "/notes").await.assert_status(401);
}

#[tokio::test]
async fn who_changes_a_password_in_a_browser_stays_logged_in_there_and_nowhere_else() {
    let site = sessions(&[]).await;
    let (browser, other) = (login(&site).await, login(&site).await);
    let body = json!({ "current_password": PASSWORD, "password": "another engine of brass" });
    let answer = site
        .request(Method::PUT, "/auth/password")
        .header("cookie", &browser.cookie)
        .header("sec-fetch-site", "same-origin")
        .header("x-csrf-token", &browser.token)
        .json(&body)
        .send()
        .await;
    let next = Browser::of(&answer);
    next.get(&site, "/notes").await.assert_status(200);
    browser.get(&site, "/notes").await.assert_status(401);
    other.get(&site, "/notes").await.assert_status(401);
}
