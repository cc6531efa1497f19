//! Redis as the store: what is in it, and what becomes of callers when it does not answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use savia::TokenStore;
use savia::token::{Kind, TokenRecord};
use savia_core::config::Sources;
use serde_json::json;

use crate::application::{EMAIL, PASSWORD, Pair, Site, builder};
use crate::forge::now;
use crate::instances::CookieSession;
use crate::places::Place;
use crate::servers::Server;
use crate::stores::record;

#[tokio::test]
async fn nothing_in_it_opens_anything_and_everything_ends() {
    let Some(place) = Place::redis().await else {
        return;
    };
    let site = place
        .site(&[("security.sessions.enabled", json!(true))])
        .await;
    let pair = site.registered().await;
    let used = Pair::of(&site.login(EMAIL, PASSWORD).await);
    let next = Pair::of(&site.refresh(&used.refresh).await);
    site.login(EMAIL, "a wrong guess").await.assert_status(401);
    let session = CookieSession::begin(&site).await;
    site.post_json("/auth/password/forgot", json!({ "email": EMAIL }))
        .await
        .assert_status(202);
    let mail = format!("{:?}", site.mailbox.wait(1).await);
    let mut secrets = vec![PASSWORD, session.secret()];
    for pair in [&pair, &used, &next] {
        secrets.push(pair.refresh.split('.').nth(1).unwrap());
        secrets.push(&pair.access);
    }
    let dump = place.dump().await;
    // A refresh family, a single-use token, a count of failures and a session, by their words.
    for kind in ["refresh:", "one_time:", "lockout:", "session:"] {
        assert!(dump.iter().any(|(key, ..)| key.contains(kind)), "{kind}");
    }
    for (key, value, left) in &dump {
        assert!(*left > 0, "{key} does not end");
        for secret in &secrets {
            assert!(
                !key.contains(secret) && !value.contains(secret),
                "{key}: {value}"
            );
        }
        // No word of the store is in the mail: its token is not there either.
        for word in value.split(|it: char| !(it.is_alphanumeric() || "-_".contains(it))) {
            assert!(word.len() < 40 || !mail.contains(word), "{word}");
        }
    }
    site.stop().await;
    place.remove().await;
}

#[tokio::test]
async fn records_end_by_themselves_and_their_keys_are_forgotten() {
    let Some(place) = Place::redis().await else {
        return;
    };
    let site = place.site(&[]).await;
    let store = site.inject::<Arc<dyn TokenStore>>();
    // More than are read or forgotten at once.
    let ends = now() * 1_000 + 3_000;
    for at in 0..1_203 {
        let short = TokenRecord {
            expires_at: ends,
            ..record(&format!("short-{at}"), "ada", "")
        };
        assert!(store.insert(short).await.unwrap());
    }
    store.insert(record("long", "ada", "")).await.unwrap();
    let owned = async || store.owned(Kind::Refresh, "ada").await.unwrap().len();
    let changed = async || store.changed_since(Kind::Refresh, 0).await.unwrap().len();
    assert_eq!((owned().await, changed().await), (1_204, 1_204));
    while now() * 1_000 <= ends {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!((owned().await, changed().await), (1, 1));
    let records = place.dump().await;
    let records = records.iter().filter(|(key, ..)| key.contains("refresh:"));
    assert_eq!(records.count(), 1, "they are gone before anybody purges");
    store.purge().await.unwrap();
    store.insert(record("next", "ada", "")).await.unwrap();
    for (key, value, _) in place.dump().await {
        assert!(!value.contains("short-"), "{key}");
    }
    site.stop().await;
    place.remove().await;
}

/// Waits until a session is known again.
async fn is_back(site: &Site, session: &CookieSession) {
    let since = Instant::now();
    loop {
        let answer = session.get(site, "/notes").await;
        if answer.status() == 200 {
            return;
        }
        answer.assert_status(503);
        assert!(
            since.elapsed() < Duration::from_secs(20),
            "it does not recover"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn one_that_does_not_answer_lets_nobody_in_and_keeps_nobody_waiting() {
    let Some(server) = Server::redis() else {
        return;
    };
    let place = Place::on_redis(&server.url());
    let site = place
        .site(&[
            ("security.sessions.enabled", json!(true)),
            ("security.redis.timeout", json!("300ms")),
        ])
        .await;
    let pair = site.registered().await;
    let session = CookieSession::begin(&site).await;
    server.signal("-STOP");
    let since = Instant::now();
    session.get(&site, "/notes").await.assert_problem(503);
    site.refresh(&pair.refresh).await.assert_problem(503);
    site.login(EMAIL, PASSWORD).await.assert_problem(503);
    // One wait for an answer, and two for connections, with what a busy machine needs.
    assert!(
        since.elapsed() < Duration::from_secs(5),
        "{:?}",
        since.elapsed()
    );
    server.signal("-CONT");
    is_back(&site, &session).await;
    site.stop().await;
}

#[tokio::test]
async fn one_that_is_not_there_stops_the_start() {
    let refused = async |url: Option<&str>| {
        let folder = tempfile::tempdir().unwrap();
        let mut app = builder(&folder)
            .sources(Sources::in_dir(folder.path()))
            .set("security.store", "redis");
        if let Some(url) = url {
            app = app.set("redis.url", url);
        }
        app.try_start().await.unwrap_err().report(false)
    };
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let away = format!("redis://127.0.0.1:{}", port.local_addr().unwrap().port());
    drop(port);
    let report = refused(Some(&away)).await;
    assert!(report.contains("Redis does not answer"), "{report}");
    let report = refused(Some("postgres://nowhere")).await;
    assert!(report.contains("`redis.url` is no address"), "{report}");
    if std::env::var("REDIS_URL").is_err() {
        let report = refused(None).await;
        assert!(report.contains("nothing says where it is"), "{report}");
    }
}
