//! Limits that instances share, and what becomes of them when Redis is away.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use savia_starter_test::TestResponse;
use serde_json::{Value, json};

use super::{default, let_in};
use crate::application::{Site, builder, site};
use crate::places::Place;
use crate::servers::Server;

async fn two(place: &Place, limits: Value) -> (Site, Site) {
    let config = [
        ("security.rate_limit.store", json!("redis")),
        ("security.rate_limit.limits", limits),
        ("server.trusted_proxies", json!(["127.0.0.1"])),
    ];
    (place.site(&config).await, place.site(&config).await)
}

#[tokio::test]
async fn two_instances_share_one_count() {
    let Some(place) = Place::redis().await else {
        return;
    };
    let (one, other) = two(&place, default(3)).await;
    for (site, left) in [(&one, 2), (&other, 1), (&one, 0)] {
        let answer = site.from("192.0.2.1").await;
        let reset = (3 - left) * 1_200;
        answer
            .assert_status(200)
            .assert_header("ratelimit", format!("\"default\";r={left};t={reset}"));
    }
    for site in [&one, &other] {
        let answer = site.from("192.0.2.1").await;
        answer
            .assert_problem(429)
            .assert_json_path("code", "rate_limited")
            .assert_header("ratelimit", "\"default\";r=0;t=3600");
        let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1_190..=1_200).contains(&wait), "{wait}");
        assert!(answer.header("x-request-id").is_some());
    }
    one.from("192.0.2.2").await.assert_status(200);
    let ended = [one.stop().await, other.stop().await];
    assert_eq!(ended, [true, true]);
    place.remove().await;
}

#[tokio::test]
async fn requests_at_once_at_both_are_all_counted() {
    let Some(place) = Place::redis().await else {
        return;
    };
    let (one, other) = two(&place, default(20)).await;
    let answers = join_all((0..100).map(|at| {
        let site = if at % 2 == 0 { &one } else { &other };
        site.from("2001:db8::1")
    }))
    .await;
    let statuses: Vec<_> = answers.iter().map(TestResponse::status).collect();
    assert_eq!(let_in(&statuses), 20);
    one.stop().await;
    other.stop().await;
    place.remove().await;
}

#[tokio::test]
async fn users_and_keys_are_counted_at_both_and_nothing_in_redis_says_who_they_are() {
    let Some(place) = Place::redis().await else {
        return;
    };
    let limits = json!({
        "keys": { "requests": 2, "per": "1h", "key": "header", "header": "X-Api-Key", "path": "/notes/public" },
        "user": { "requests": 2, "per": "1h", "key": "user", "path": "/notes" },
    });
    let (one, other) = two(&place, limits).await;
    let pair = one.registered().await;
    let id = one.with(&pair.access).await.text();
    other.with(&pair.access).await.assert_status(200);
    one.with(&pair.access).await.assert_status(429);
    other.with(&pair.access).await.assert_status(429);
    let mut statuses = Vec::new();
    for site in [&one, &other, &one, &other] {
        let request = site
            .get("/notes/public")
            .header("x-api-key", "a-secret-key");
        statuses.push(request.send().await.status());
    }
    assert_eq!(statuses, [200, 200, 429, 429]);
    let dump = place.dump().await;
    let counts: Vec<_> = dump
        .iter()
        .filter(|(key, ..)| key.contains(":rate:"))
        .collect();
    assert!(counts.len() >= 3, "{counts:?}");
    for (key, value, left) in counts {
        assert!((1..=3_600_000).contains(left), "{key} does not end: {left}");
        for secret in ["a-secret-key", &id] {
            assert!(
                !key.contains(secret) && !value.contains(secret),
                "{key}: {value}"
            );
        }
    }
    one.stop().await;
    other.stop().await;
    place.remove().await;
}

/// An application whose users are elsewhere, so that it needs Redis for nothing else.
async fn counting_at(url: &str) -> Site {
    site(&[
        ("redis.url", json!(url)),
        ("security.store", json!("memory")),
        ("security.rate_limit.store", json!("redis")),
        ("security.rate_limit.limits", default(5)),
        ("server.trusted_proxies", json!(["127.0.0.1"])),
    ])
    .await
}

async fn statuses(site: &Site, address: &str, count: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..count {
        statuses.push(site.from(address).await.status());
    }
    statuses
}

#[tokio::test]
async fn while_redis_is_away_each_instance_limits_by_itself_and_keeps_nobody_waiting() {
    let Some(server) = Server::redis() else {
        return;
    };
    let site = counting_at(&server.url()).await;
    assert_eq!(let_in(&statuses(&site, "192.0.2.1", 8).await), 5);
    server.signal("-STOP");
    let since = Instant::now();
    assert_eq!(let_in(&statuses(&site, "192.0.2.2", 30).await), 5);
    // One request waits for a quarter of a second to be counted, and to connect, in each second.
    assert!(
        since.elapsed() < Duration::from_secs(4),
        "{:?}",
        since.elapsed()
    );
    server.signal("-CONT");
    let since = Instant::now();
    let client = redis::Client::open(server.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let mut counted = async || -> usize {
        let keys = redis::cmd("DBSIZE");
        keys.query_async(&mut connection).await.unwrap()
    };
    let before = counted().await;
    while counted().await == before {
        let _ = site.from("192.0.2.3").await;
        assert!(
            since.elapsed() < Duration::from_secs(15),
            "it does not recover"
        );
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    // What was counted before it went away is known again.
    site.from("192.0.2.1").await.assert_status(429);
    site.stop().await;
}

#[tokio::test]
async fn one_that_is_not_there_keeps_nobody_from_starting() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let away = format!("redis://127.0.0.1:{}", port.local_addr().unwrap().port());
    drop(port);
    let site = counting_at(&away).await;
    assert_eq!(let_in(&statuses(&site, "192.0.2.1", 20).await), 5);
    site.stop().await;
    if std::env::var("REDIS_URL").is_err() {
        let folder = tempfile::tempdir().unwrap();
        let started = builder(&folder)
            .set("security.rate_limit.store", "redis")
            .try_start()
            .await;
        let said = started.map(drop).unwrap_err().report(false);
        assert!(said.contains("nothing says where it is"), "{said}");
    }
}
