//! A browser's way to a provider and back.

use serde_json::{Value, json};

use super::fake::Fake;
use crate::application::{Site, site};
use crate::forge::{Forge, changed, now};
use savia_starter_test::TestResponse;

/// Where browsers reach the application, as providers know it.
pub(crate) const BASE: &str = "http://shop.test";

/// An application that logs in at a provider.
pub(crate) struct Scene {
    pub(crate) site: Site,
    pub(crate) fake: Fake,
    pub(crate) forge: Forge,
}

/// A browser that has left.
#[derive(Clone)]
pub(crate) struct Errand {
    pub(crate) cookie: String,
    pub(crate) url: String,
}

/// A parameter of a URL, as it stands there.
pub(crate) fn parameter(url: &str, name: &str) -> String {
    let query = url.split_once('?').unwrap().1.split('#').next().unwrap();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let found = pairs.into_iter().find(|(own, _)| *own == name);
    found
        .unwrap_or_else(|| panic!("no {name} in {url}"))
        .1
        .to_owned()
}

impl Errand {
    pub(crate) fn of(answer: &TestResponse) -> Self {
        answer.assert_header("cache-control", "no-store");
        Self {
            cookie: cookie(answer),
            url: answer.header("location").unwrap().to_owned(),
        }
    }

    pub(crate) fn state(&self) -> String {
        parameter(&self.url, "state")
    }

    pub(crate) fn nonce(&self) -> String {
        parameter(&self.url, "nonce")
    }
}

/// The first cookie that an answer gives, as it is sent back.
pub(crate) fn cookie(answer: &TestResponse) -> String {
    let cookie = answer.header("set-cookie").unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

impl Scene {
    pub(crate) async fn new(config: &[(&str, Value)]) -> Self {
        let forge = Forge::new();
        let fake = Fake::new(&[&forge.public]).await;
        let mut all = vec![
            ("security.oauth2.base_url", json!(BASE)),
            ("security.oauth2.providers.sso.issuer", json!(fake.issuer)),
            ("security.oauth2.providers.sso.client_id", json!("shop")),
            (
                "security.oauth2.providers.sso.client_secret",
                json!("a secret"),
            ),
            ("security.oauth2.providers.sso.algorithm", json!("EdDSA")),
            ("security.oauth2.timeout", json!("500ms")),
        ];
        all.extend(config.iter().cloned());
        let site = site(&all).await;
        Self { site, fake, forge }
    }

    /// With sessions, so that a browser stays logged in.
    pub(crate) async fn with_sessions(config: &[(&str, Value)]) -> Self {
        let mut all = vec![("security.sessions.enabled", json!(true))];
        all.extend(config.iter().cloned());
        Self::new(&all).await
    }

    pub(crate) async fn leave(&self) -> Errand {
        let answer = self.site.get("/oauth2/authorization/sso").send().await;
        Errand::of(answer.assert_status(302))
    }

    /// What the ID token of an errand says of Ada.
    pub(crate) fn claims(&self, errand: &Errand) -> Value {
        json!({
            "iss": self.fake.issuer, "aud": "shop", "sub": "7", "nonce": errand.nonce(),
            "iat": now(), "exp": now() + 60, "email": "ada@example.com", "email_verified": true,
        })
    }

    /// The provider gives this ID token for any code.
    pub(crate) fn gives(&self, id_token: &str) {
        self.fake.set(
            "/token",
            &json!({ "access_token": "an access token", "token_type": "Bearer", "id_token": id_token }),
        );
    }

    /// The provider says this in an ID token that it has signed.
    pub(crate) fn says(&self, claims: &Value) {
        let header = json!({ "alg": "EdDSA", "kid": self.forge.kid, "typ": "JWT" });
        self.gives(&self.forge.sign(&header, claims));
    }

    /// The browser comes back with this behind the question mark.
    pub(crate) async fn back_with(&self, cookie: &str, query: &str) -> TestResponse {
        let path = format!("/login/oauth2/code/sso?{query}");
        self.site.get(path).header("cookie", cookie).send().await
    }

    pub(crate) async fn back(&self, errand: &Errand) -> TestResponse {
        let query = format!("code=a-code&state={}", errand.state());
        self.back_with(&errand.cookie, &query).await
    }

    /// Somebody logs in whose ID token says this beside the usual.
    pub(crate) async fn log_in(&self, changes: &[(&str, Value)]) -> TestResponse {
        let errand = self.leave().await;
        let mut claims = self.claims(&errand);
        for (name, value) in changes {
            claims = changed(claims, name, value.clone());
        }
        self.says(&claims);
        self.back(&errand).await
    }
}
