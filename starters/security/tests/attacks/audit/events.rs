//! What is recorded, and what is not.

use savia::audit::Outcome;
use savia_core::endpoint::Endpoint;
use serde_json::{Value, json};

use super::{Trail, log, only, recorded, verified};
use crate::application::{EMAIL, PASSWORD, Pair, Site, site};

async fn kinds(site: &Site) -> Vec<String> {
    recorded(site).await.into_iter().map(|it| it.kind).collect()
}

#[tokio::test]
async fn the_life_of_an_account_is_recorded() {
    let trail = Trail::new(&[("security.sessions.enabled", json!(true))]);
    let site = trail.site().await;
    let first = site.registered().await;
    let second = Pair::of(&site.refresh(&first.refresh).await);
    site.refresh(&first.refresh).await.assert_status(401);
    site.with(&second.access).await.assert_status(401);
    site.login(EMAIL, "a wrong guess").await.assert_status(401);
    let third = Pair::of(&site.login(EMAIL, PASSWORD).await);
    site.get("/notes/admin")
        .bearer(&third.access)
        .send()
        .await
        .assert_status(403);
    let logout = json!({ "refresh_token": third.refresh });
    site.post_json("/auth/logout", logout)
        .await
        .assert_status(204);
    site.post_json(
        "/auth/session",
        json!({ "email": EMAIL, "password": PASSWORD }),
    )
    .await
    .assert_status(200);
    assert_eq!(
        kinds(&site).await,
        [
            "account.registered",
            "token.refreshed",
            "token.reused",
            "access.denied",
            "login.failed",
            "login.succeeded",
            "access.denied",
            "logout",
            "login.succeeded",
            "session.begun"
        ]
    );
    let failed = only(&site, "login.failed").await;
    assert_eq!((failed.outcome, failed.who), (Outcome::Failure, None));
    assert_eq!(failed.data["email"], EMAIL);
    assert!(failed.from.unwrap().address.unwrap().is_loopback());
    assert!(failed.request_id.is_some());
    let denied = recorded(&site).await.remove(6);
    let who = denied.who.unwrap();
    assert_eq!((who.name.as_str(), who.method.as_str()), (EMAIL, "jwt"));
    assert_eq!(
        (&denied.data["path"], &denied.data["reason"]),
        (&json!("/notes/admin"), &json!("rule"))
    );
    assert_eq!(verified(&site).await.unwrap().head.seq, 10);
}

#[tokio::test]
async fn lockouts_and_the_anonymous_are_recorded() {
    let trail = Trail::new(&[("security.lockout.account_failures", json!(1))]);
    let site = trail.site().await;
    site.registered().await;
    for status in [401, 429] {
        site.login(EMAIL, "a wrong guess")
            .await
            .assert_status(status);
    }
    site.get("/notes").send().await.assert_status(401);
    site.get("/nowhere").send().await.assert_status(401);
    let found = kinds(&site).await;
    let expected = [
        "account.registered",
        "login.failed",
        "lockout",
        "access.denied",
        "access.denied",
    ];
    assert_eq!(found, expected);
    let quiet = Trail::new(&[("security.audit.anonymous_denials", json!(false))]);
    let site = quiet.site().await;
    site.get("/notes").send().await.assert_status(401);
    assert!(kinds(&site).await.is_empty());
}

#[tokio::test]
async fn passwords_and_tokens_stand_in_no_record() {
    let trail = Trail::new(&[]);
    let site = trail.site().await;
    let tokens = site.registered().await;
    // A password in the wrong field, and an old token.
    site.login("an engine of brass", EMAIL)
        .await
        .assert_status(401);
    site.refresh(&tokens.refresh).await.assert_status(200);
    site.refresh(&tokens.refresh).await.assert_status(401);
    let text = trail.lines().concat();
    assert!(text.contains("token.reused"));
    for secret in [PASSWORD, &tokens.refresh, &tokens.access] {
        assert!(!text.contains(secret), "{secret} {text}");
    }
}

#[tokio::test]
async fn nothing_a_caller_writes_breaks_a_line() {
    let trail = Trail::keyed();
    let site = trail.site().await;
    let tokens = site.registered().await;
    let before = trail.lines().len();
    let evil = [
        "a\r\n{\"seq\":1}",
        "a\u{2028}b\u{85}",
        "\u{1b}[2J\u{9b}2J",
        "\u{202e}nimda",
        "\"}\n\"type\":\"x",
        "a\0b",
    ];
    for text in evil {
        let _ = site
            .login(&format!("{text}@example.com"), "a wrong guess")
            .await;
        // What HTTP lets into a header is no more than this.
        let agent: String = text.chars().filter(|it| !it.is_control()).collect();
        let order = json!({ "item": text, "street": "1 Mill Lane" });
        site.post("/orders/7")
            .bearer(&tokens.access)
            .header("user-agent", &agent)
            .json(&order)
            .send()
            .await
            .assert_status(200);
    }
    let lines = trail.lines();
    assert_eq!(lines.len(), before + 2 * evil.len());
    for line in &lines {
        assert!(
            line.bytes().all(|it| (b' '..=b'~').contains(&it)),
            "{line:?}"
        );
        serde_json::from_str::<Value>(line).unwrap();
    }
    let placed = recorded(&site).await;
    let placed: Vec<_> = placed
        .iter()
        .filter(|it| it.kind == "order.placed")
        .collect();
    // And it reads as it was.
    for (event, text) in placed.iter().zip(evil) {
        assert_eq!(event.data["order"]["item"], text);
    }
    verified(&site).await.unwrap();
}

#[tokio::test]
async fn nobody_fills_the_disk_with_one_request() {
    let trail = Trail::new(&[]);
    let site = trail.site().await;
    let tokens = site.registered().await;
    let order = json!({ "item": "x".repeat(100_000), "street": "1 Mill Lane" });
    let placed = site.post("/orders/7").bearer(&tokens.access).json(&order);
    placed
        .header("user-agent", "y".repeat(3_000))
        .send()
        .await
        .assert_status(200);
    assert!(trail.lines().last().unwrap().len() < 4_000);
}

#[tokio::test]
async fn personal_fields_are_in_the_answer_and_not_in_the_file() {
    let trail = Trail::new(&[]);
    let site = trail.site().await;
    let tokens = site.registered().await;
    let order = json!({ "item": "tea", "street": "1 Mill Lane" });
    let placed = site
        .post("/orders/7")
        .bearer(&tokens.access)
        .json(&order)
        .send()
        .await;
    assert_eq!(placed.text(), "7 1 Mill Lane");
    let event = only(&site, "order.placed").await;
    assert_eq!(
        event.data["order"],
        json!({ "item": "tea", "street": "[personal]" })
    );
    assert!(!trail.lines().concat().contains("Mill Lane"));
    // Rules of the field hold all the same.
    let order = json!({ "item": "tea", "street": "" });
    let refused = site
        .post("/orders/7")
        .bearer(&tokens.access)
        .json(&order)
        .send()
        .await;
    refused.assert_status(422);
}

#[tokio::test]
async fn an_audited_method_says_what_came_of_it() {
    let trail = Trail::new(&[]);
    let site = trail.site().await;
    let tokens = site.registered().await;
    for (id, status) in [(12, 200), (13, 409), (14, 403)] {
        let order = json!({ "item": "tea", "street": "1 Mill Lane" });
        let request = site
            .post(format!("/orders/{id}"))
            .bearer(&tokens.access)
            .json(&order);
        request.send().await.assert_status(status);
    }
    let events = recorded(&site).await;
    let outcomes: Vec<_> = events
        .iter()
        .filter(|it| it.kind == "order.placed")
        .map(|it| (it.object.clone().unwrap().id.unwrap(), it.outcome))
        .collect();
    let expected = [
        ("12".to_owned(), Outcome::Success),
        ("13".to_owned(), Outcome::Failure),
        ("14".to_owned(), Outcome::Denied),
    ];
    assert_eq!(outcomes, expected);
    assert_eq!(events[1].who.as_ref().unwrap().name, EMAIL);
}

#[tokio::test]
async fn who_hangs_up_does_not_leave_a_call_unrecorded() {
    let trail = Trail::new(&[("server.request_timeout", json!("200ms"))]);
    let site = trail.site().await;
    let tokens = site.registered().await;
    let order = json!({ "item": "tea", "street": "1 Mill Lane" });
    let request = site.post("/orders/15").bearer(&tokens.access).json(&order);
    request.send().await.assert_status(503);
    assert_eq!(only(&site, "order.placed").await.outcome, Outcome::Unknown);
}

#[tokio::test]
async fn roles_that_change_are_recorded_with_those_before() {
    let trail = Trail::new(&[]);
    let site = trail.site().await;
    let tokens = site.registered().await;
    let accounts = site.inject::<std::sync::Arc<savia::Accounts>>();
    let me: Value = site
        .get("/auth/me")
        .bearer(&tokens.access)
        .send()
        .await
        .json();
    let id = me["id"].as_str().unwrap().to_owned();
    site.scope(accounts.set_roles(&id, &["ADMIN".to_owned()]))
        .await
        .unwrap();
    let event = only(&site, "roles.changed").await;
    assert_eq!(event.data["before"], json!([]));
    assert_eq!(event.data["roles"], json!(["ADMIN"]));
    assert_eq!(event.object.unwrap().id, Some(id));
    site.with(&tokens.access).await.assert_status(401);
}

#[tokio::test]
async fn the_endpoint_has_spring_boots_shape_and_its_filters() {
    for sink in ["file", "log"] {
        let trail = Trail::new(&[]);
        let path = json!(trail.path());
        let config = [
            ("security.audit.sink", json!(sink)),
            ("security.audit.file.path", path),
        ];
        let site = site(&config).await;
        let tokens = site.registered().await;
        site.login(EMAIL, "a wrong guess").await.assert_status(401);
        site.get("/notes/admin")
            .bearer(&tokens.access)
            .send()
            .await
            .assert_status(403);
        let endpoints = site.handle().components::<dyn Endpoint>();
        let endpoint = endpoints
            .iter()
            .find(|it| it.id() == "auditevents")
            .unwrap();
        let read = async |query: &[(&str, &str)]| {
            let query: Vec<_> = query
                .iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect();
            let answer = endpoint.read(&[], &query).await.unwrap();
            answer["events"].as_array().unwrap().clone()
        };
        let all = read(&[]).await;
        assert_eq!(all.len(), 3, "{all:?}");
        let denied = read(&[("type", "access.denied")]).await;
        assert_eq!(denied, all[2..]);
        assert_eq!(denied[0]["principal"], EMAIL);
        assert_eq!(denied[0]["data"]["path"], "/notes/admin");
        assert_eq!(denied[0]["data"]["outcome"], "denied");
        assert_eq!(read(&[("principal", EMAIL)]).await.len(), 2);
        assert_eq!(read(&[("principal", "bob@example.com")]).await.len(), 0);
        let after = all[1]["timestamp"].as_str().unwrap();
        assert_eq!(read(&[("after", after)]).await, all[2..]);
        assert_eq!(read(&[("limit", "1")]).await, all[2..]);
        for (name, value) in [("after", "yesterday"), ("limit", "0"), ("limit", "1001")] {
            let query = [(name.to_owned(), value.to_owned())];
            assert!(endpoint.read(&[], &query).await.is_err(), "{name} {value}");
        }
    }
}

#[tokio::test]
async fn the_endpoint_is_closed() {
    let trail = Trail::new(&[]);
    let site = trail.site().await;
    let tokens = site.registered().await;
    site.get("/actuator/auditevents")
        .send()
        .await
        .assert_status(401);
    let answer = site
        .get("/actuator/auditevents")
        .bearer(&tokens.access)
        .send()
        .await;
    assert!(matches!(answer.status(), 403 | 404), "{}", answer.status());
}

#[tokio::test]
async fn what_is_off_records_nothing() {
    let trail = Trail::new(&[("security.audit.enabled", json!(false))]);
    let site = trail.site().await;
    site.registered().await;
    assert!(!trail.path().exists());
    assert!(recorded(&site).await.is_empty());
    let _ = log(&site);
}
