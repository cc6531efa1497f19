//! Two instances on one store.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::application::{EMAIL, PASSWORD, Pair, Site, credentials};
use crate::places::Place;

/// Two instances, and the place that both keep everything in.
async fn two(place: &Place) -> (Site, Site) {
    let config = [
        ("security.jwt.revocation_refresh", json!("200ms")),
        ("security.sessions.enabled", json!(true)),
    ];
    (place.site(&config).await, place.site(&config).await)
}

/// Each case on every store that several instances may share.
macro_rules! on_every_shared_store {
    ($($name:ident)*) => {
        #[cfg(feature = "data")]
        on_every_shared_store!(@postgres $($name)*);
        #[cfg(feature = "redis")]
        on_every_shared_store!(@redis $($name)*);
    };
    (@$store:ident $($name:ident)*) => {
        mod $store {
            $(#[tokio::test]
            async fn $name() {
                let Some(place) = crate::places::Place::$store().await else { return };
                let (one, other) = super::two(&place).await;
                super::$name(&one, &other).await;
                one.stop().await;
                other.stop().await;
                place.remove().await;
            })*
        }
    };
}

on_every_shared_store! {
    a_login_of_one_is_known_to_the_other_and_revoked_there_in_time
    a_race_of_refreshes_at_both
    a_token_that_was_used_at_one_ends_its_login_at_the_other
    guesses_at_both_are_counted_together
    a_session_of_one_is_known_to_the_other_and_ends_there_at_once
}

async fn a_login_of_one_is_known_to_the_other_and_revoked_there_in_time(one: &Site, other: &Site) {
    let pair = one.registered().await;
    other.with(&pair.access).await.assert_status(200);
    let next = Pair::of(&other.refresh(&pair.refresh).await);
    one.with(&next.access).await.assert_status(200);
    one.post_json("/auth/logout", json!({ "refresh_token": next.refresh }))
        .await
        .assert_status(204);
    one.with(&next.access).await.assert_status(401);
    // The stated time, and what a busy machine needs.
    tokio::time::sleep(Duration::from_millis(200 + 400)).await;
    other.with(&next.access).await.assert_status(401);
    other.refresh(&next.refresh).await.assert_status(401);
}

async fn a_race_of_refreshes_at_both(one: &Site, other: &Site) {
    one.registered().await;
    for _ in 0..5 {
        let pair = Pair::of(&one.login(EMAIL, PASSWORD).await);
        let answers = join_all((0..6).map(|at| {
            let at = if at % 2 == 0 { one } else { other };
            at.refresh(&pair.refresh)
        }))
        .await;
        let won: Vec<_> = answers.iter().filter(|it| it.status() == 200).collect();
        assert_eq!(won.len(), 1);
        assert!(answers.iter().all(|it| [200, 401].contains(&it.status())));
        // To the others it was a replay.
        let next = Pair::of(won[0]);
        other.refresh(&next.refresh).await.assert_status(401);
        one.refresh(&next.refresh).await.assert_status(401);
    }
}

async fn a_token_that_was_used_at_one_ends_its_login_at_the_other(one: &Site, other: &Site) {
    let pair = one.registered().await;
    let next = Pair::of(&one.refresh(&pair.refresh).await);
    other.refresh(&pair.refresh).await.assert_status(401);
    one.refresh(&next.refresh).await.assert_status(401);
    other.with(&next.access).await.assert_status(401);
    tokio::time::sleep(Duration::from_millis(200 + 400)).await;
    one.with(&next.access).await.assert_status(401);
}

async fn guesses_at_both_are_counted_together(one: &Site, other: &Site) {
    one.registered().await;
    let guesses = join_all((0..20).map(|at| {
        let at = if at % 2 == 0 { one } else { other };
        at.login(EMAIL, "a wrong guess")
    }))
    .await;
    assert_eq!(guesses.iter().filter(|it| it.status() == 401).count(), 5);
    one.login(EMAIL, PASSWORD).await.assert_status(429);
    other.login(EMAIL, PASSWORD).await.assert_status(429);
}

async fn a_session_of_one_is_known_to_the_other_and_ends_there_at_once(one: &Site, other: &Site) {
    one.registered().await;
    let session = CookieSession::begin(one).await;
    let kept = CookieSession::begin(other).await;
    session.get(other, "/notes").await.assert_status(200);
    let listed: Value = kept.get(one, "/auth/sessions").await.json();
    assert_eq!(listed.as_array().unwrap().len(), 2, "{listed}");
    session.end(one).await.assert_status(204);
    session.get(other, "/notes").await.assert_status(401);
    kept.get(one, "/notes").await.assert_status(200);
}

/// A browser's session.
pub(crate) struct CookieSession {
    cookie: String,
    token: String,
}

impl CookieSession {
    pub(crate) async fn begin(site: &Site) -> Self {
        let answer = site
            .post_json("/auth/session", credentials(EMAIL, PASSWORD))
            .await;
        answer.assert_status(200);
        let cookie = answer.header("set-cookie").unwrap();
        let body: Value = answer.json();
        Self {
            cookie: cookie.split(';').next().unwrap().to_owned(),
            token: body["csrf_token"].as_str().unwrap().to_owned(),
        }
    }

    /// What the cookie holds.
    #[cfg(feature = "redis")]
    pub(crate) fn secret(&self) -> &str {
        self.cookie.split_once('=').unwrap().1
    }

    pub(crate) async fn get(&self, site: &Site, path: &str) -> savia_starter_test::TestResponse {
        site.get(path).header("cookie", &self.cookie).send().await
    }

    async fn end(&self, site: &Site) -> savia_starter_test::TestResponse {
        site.delete("/auth/session")
            .header("cookie", &self.cookie)
            .header("sec-fetch-site", "same-origin")
            .header("x-csrf-token", &self.token)
            .send()
            .await
    }
}
