//! A store that is stopped and started again: what held before holds after, and nobody gets in meanwhile.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::application::{EMAIL, PASSWORD, Pair, Site};
use crate::instances::CookieSession;
use crate::places::Place;
use crate::servers::Server;

const BOB: &str = "bob@example.com";

/// What stood before the store went away.
struct Before {
    session: CookieSession,
    /// A login, and the token that it was renewed with.
    login: Pair,
    used: Pair,
    /// An access token that was revoked.
    revoked: Pair,
}

impl Before {
    async fn make(site: &Site) -> Self {
        site.registered().await;
        let session = CookieSession::begin(site).await;
        let used = Pair::of(&site.login(EMAIL, PASSWORD).await);
        let login = Pair::of(&site.refresh(&used.refresh).await);
        let revoked = Pair::of(&site.login(EMAIL, PASSWORD).await);
        site.post_json("/auth/logout", json!({ "refresh_token": revoked.refresh }))
            .await
            .assert_status(204);
        site.register(BOB).await;
        for _ in 0..5 {
            site.login(BOB, "a wrong guess").await.assert_status(401);
        }
        Self {
            session,
            login,
            used,
            revoked,
        }
    }

    async fn nobody_gets_in(&self, site: &Site) {
        self.session.get(site, "/notes").await.assert_problem(503);
        site.refresh(&self.login.refresh).await.assert_problem(503);
        site.login(EMAIL, PASSWORD).await.assert_problem(503);
        site.login(BOB, PASSWORD).await.assert_problem(503);
        site.with(&self.revoked.access).await.assert_status(401);
        // Nobody knows what was revoked in the meantime.
        let since = Instant::now();
        while site.with(&self.login.access).await.status() == 200 {
            assert!(since.elapsed() < Duration::from_secs(20));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        site.with(&self.login.access).await.assert_problem(503);
    }

    async fn holds(&mut self, site: &Site) {
        let since = Instant::now();
        while self.session.get(site, "/notes").await.status() == 503
            || site.with(&self.login.access).await.status() == 503
        {
            assert!(
                since.elapsed() < Duration::from_secs(30),
                "it does not recover"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.session.get(site, "/notes").await.assert_status(200);
        site.with(&self.revoked.access).await.assert_status(401);
        site.refresh(&self.revoked.refresh).await.assert_status(401);
        let locked = site.login(BOB, PASSWORD).await;
        locked
            .assert_problem(429)
            .assert_json_path("code", "locked");
        self.used = self.login.clone();
        self.login = Pair::of(&site.refresh(&self.login.refresh).await);
        site.with(&self.login.access).await.assert_status(200);
    }

    async fn a_replay_ends_the_login(&self, site: &Site) {
        site.refresh(&self.used.refresh).await.assert_status(401);
        site.refresh(&self.login.refresh).await.assert_status(401);
        site.with(&self.login.access).await.assert_status(401);
        self.session.get(site, "/notes").await.assert_status(200);
    }
}

async fn holds_across_restarts(mut server: Server, place: Place) {
    let config = [
        ("security.sessions.enabled", json!(true)),
        ("security.jwt.revocation_refresh", json!("100ms")),
        ("security.jwt.revocation_patience", json!("500ms")),
        ("security.lockout.delay", json!("10m")),
        ("data.pool.acquire_timeout", json!("1s")),
    ];
    // A key that this binary does not know is a fault.
    let known = if cfg!(feature = "data") { 5 } else { 4 };
    let config = &config[..known];
    let site = place.site(config).await;
    let mut before = Before::make(&site).await;
    server.crash();
    before.nobody_gets_in(&site).await;
    server.up();
    before.holds(&site).await;
    server.stop();
    before.nobody_gets_in(&site).await;
    server.up();
    before.holds(&site).await;
    // An instance that knows it from the store alone.
    let other = place.site(config).await;
    before.holds(&other).await;
    before.a_replay_ends_the_login(&other).await;
    other.stop().await;
    site.stop().await;
}

#[cfg(feature = "redis")]
#[tokio::test]
async fn of_redis() {
    let Some(server) = Server::redis() else {
        return;
    };
    let place = Place::on_redis(&server.url());
    holds_across_restarts(server, place).await;
}

#[cfg(feature = "data")]
#[tokio::test]
async fn of_postgres() {
    let Some(server) = Server::postgres() else {
        return;
    };
    let place = Place::on_postgres(&server.url());
    holds_across_restarts(server, place).await;
}
