//! Access tokens of an outside issuer, and attacks with them.

use std::time::Duration;

use serde_json::{Value, json};

use super::fake::{Fake, Says};
use crate::application::{Site, site};
use crate::forge::{Forge, base64url, changed, now};

const OTHER: &str = include_str!("../../keys/other.pem");

/// An application that believes the tokens of an issuer, whose keys are not its own.
struct Scene {
    site: Site,
    fake: Fake,
    forge: Forge,
}

async fn scene(config: &[(&str, Value)]) -> Scene {
    let forge = Forge::of(OTHER);
    let fake = Fake::new(&[&forge.public]).await;
    let mut all = vec![
        (
            "security.oauth2.trusted_issuers.outside.issuer",
            json!(fake.issuer),
        ),
        (
            "security.oauth2.trusted_issuers.outside.audience",
            json!("notes-api"),
        ),
        (
            "security.oauth2.trusted_issuers.outside.algorithm",
            json!("EdDSA"),
        ),
        (
            "security.oauth2.trusted_issuers.outside.roles_claim",
            json!("realm_access.roles"),
        ),
        ("security.oauth2.timeout", json!("500ms")),
        ("security.oauth2.keys_refresh", json!("300ms")),
    ];
    all.extend(config.iter().cloned());
    let site = site(&all).await;
    Scene { site, fake, forge }
}

impl Scene {
    fn claims(&self) -> Value {
        json!({
            "iss": self.fake.issuer, "aud": "notes-api", "sub": "7", "iat": now(), "exp": now() + 60,
            "realm_access": { "roles": ["ADMIN"] }, "permissions": ["notes:write"],
            "scope": "read write", "email": "ada@outside.example",
        })
    }

    fn token(&self, changes: &[(&str, Value)]) -> String {
        let mut claims = self.claims();
        for (name, value) in changes {
            claims = changed(claims, name, value.clone());
        }
        self.forge.sign(&self.forge.header(), &claims)
    }

    async fn status(&self, token: &str) -> u16 {
        self.site.with(token).await.status()
    }
}

#[tokio::test]
async fn a_token_of_a_trusted_issuer_is_believed_with_its_roles() {
    let scene = scene(&[]).await;
    let token = scene.token(&[]);
    for path in ["/notes/admin", "/notes/write"] {
        scene
            .site
            .get(path)
            .bearer(&token)
            .send()
            .await
            .assert_status(200);
    }
    // Its subject is no id of ours.
    scene.site.with(&token).await.assert_text("outside:7");
    let name = scene.site.get("/notes/public").bearer(&token).send().await;
    name.assert_text("ada@outside.example");
    let plain = scene.token(&[("realm_access", Value::Null), ("permissions", Value::Null)]);
    scene
        .site
        .get("/notes/admin")
        .bearer(&plain)
        .send()
        .await
        .assert_status(403);
    // Our own are believed beside it.
    let own = scene.site.registered().await;
    scene.site.with(&own.access).await.assert_status(200);
}

#[tokio::test]
async fn without_tokens_of_its_own_it_believes_those_of_the_issuer() {
    let scene = scene(&[("security.jwt.enabled", json!(false))]).await;
    assert_eq!(scene.status(&scene.token(&[])).await, 200);
    let own = Forge::new();
    let token = own.sign(&own.header(), &Forge::claims());
    let answer = scene.site.with(&token).await;
    answer.assert_status(401);
    assert!(
        answer
            .header("www-authenticate")
            .unwrap()
            .starts_with("Bearer")
    );
}

#[tokio::test]
async fn a_token_that_is_for_somebody_else_over_or_not_yet_good() {
    let scene = scene(&[]).await;
    for (name, value) in [
        ("aud", json!("another-api")),
        ("aud", Value::Null),
        ("exp", json!(now() - 120)),
        ("exp", Value::Null),
        ("nbf", json!(now() + 600)),
        ("iss", json!("https://evil.example")),
        ("iss", json!("notes")),
        ("iss", Value::Null),
        ("sub", Value::Null),
        ("sub", json!("")),
        ("nonce", json!("of an ID token")),
        ("at_hash", json!("of an ID token")),
    ] {
        let token = scene.token(&[(name, value.clone())]);
        assert_eq!(scene.status(&token).await, 401, "{name} {value}");
    }
}

#[tokio::test]
async fn a_token_that_another_key_or_no_key_has_signed() {
    let scene = scene(&[]).await;
    let (own, kid) = (Forge::new(), scene.forge.kid.clone());
    let claims = scene.claims();
    let header = |name: &str, value: Value| changed(scene.forge.header(), name, value);
    let none = format!(
        "{}.{}.",
        base64url(header("alg", json!("none")).to_string()),
        base64url(claims.to_string())
    );
    for (what, token) in [
        ("our own key, known to all", own.sign(&own.header(), &claims)),
        ("our own key under its name", own.sign(&scene.forge.header(), &claims)),
        ("a public key as a secret", scene.forge.hmac(
            &header("alg", json!("HS256")), scene.forge.public.to_string().as_bytes(),
        )),
        ("none", none),
        ("another algorithm's name", scene.forge.sign(&header("alg", json!("RS256")), &claims)),
        ("an ID token's kind", scene.forge.sign(&header("typ", json!("id_token+jwt")), &claims)),
        ("a key of a URL", own.sign(
            &json!({ "alg": "EdDSA", "kid": kid, "jku": "http://127.0.0.1:1/", "typ": "at+jwt" }),
            &claims,
        )),
    ] {
        assert_eq!(scene.status(&token).await, 401, "{what}");
    }
}

#[tokio::test]
async fn the_issuer_does_not_speak_for_us() {
    // Signed by the outside issuer, and saying that it is ours.
    let scene = scene(&[]).await;
    let ours = scene.forge.sign(&scene.forge.header(), &Forge::claims());
    assert_eq!(scene.status(&ours).await, 401);
    // And it cannot name one of our users.
    let ada = scene.site.registered().await;
    let me: Value = scene
        .site
        .get("/auth/me")
        .bearer(&ada.access)
        .send()
        .await
        .json();
    let posing = scene.token(&[("sub", me["id"].clone()), ("sid", json!("a-login"))]);
    scene
        .site
        .get("/auth/me")
        .bearer(&posing)
        .send()
        .await
        .assert_status(401);
    let logins = scene.site.get("/auth/logins").bearer(&posing).send().await;
    assert_eq!(logins.json::<Vec<Value>>().len(), 0);
}

#[tokio::test]
async fn keys_that_are_rotated_are_found_and_those_that_are_gone_are_not() {
    let scene = scene(&[]).await;
    assert_eq!(scene.status(&scene.token(&[])).await, 200);
    let next = Forge::new();
    scene.fake.set("/jwks", &json!({ "keys": [next.public] }));
    tokio::time::sleep(Duration::from_millis(350)).await;
    let token = next.sign(&next.header(), &scene.claims());
    assert_eq!(scene.status(&token).await, 200);
    // What was not seen before is held against the keys of now.
    assert_eq!(
        scene.status(&scene.token(&[("sub", json!("8"))])).await,
        401
    );
}

#[tokio::test]
async fn a_set_of_keys_that_was_swapped_under_the_same_name() {
    let scene = scene(&[]).await;
    let mallory = Forge::new();
    let posing = changed(mallory.public.clone(), "kid", json!(scene.forge.kid));
    // Two keys of one name: neither counts.
    scene
        .fake
        .set("/jwks", &json!({ "keys": [posing, scene.forge.public] }));
    let forged = mallory.sign(&scene.forge.header(), &scene.claims());
    assert_eq!(scene.status(&forged).await, 401);
    assert_eq!(scene.status(&scene.token(&[])).await, 401);
}

#[tokio::test]
async fn a_set_of_keys_with_a_secret_in_it() {
    let scene = scene(&[]).await;
    let key = json!({ "kty": "oct", "k": base64url("secret"), "kid": "s", "alg": "HS256" });
    scene.fake.set("/jwks", &json!({ "keys": [key] }));
    let header = json!({ "alg": "HS256", "kid": "s", "typ": "at+jwt" });
    assert_eq!(
        scene.status(&scene.forge.hmac(&header, b"secret")).await,
        401
    );
}

#[tokio::test]
async fn an_issuer_that_cannot_be_reached_lets_nobody_in_and_is_asked_again() {
    let scene = scene(&[]).await;
    scene.fake.set_away(true);
    assert_eq!(scene.status(&scene.token(&[])).await, 503);
    // Our own users do not wait for it.
    let own = scene.site.registered().await;
    scene.site.with(&own.access).await.assert_status(200);
    scene.fake.set_away(false);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(scene.status(&scene.token(&[])).await, 200);
    // What is known by now goes on when it is away again.
    scene.fake.set_away(true);
    assert_eq!(
        scene.status(&scene.token(&[("sub", json!("8"))])).await,
        200
    );
}

#[tokio::test]
async fn a_set_of_keys_that_is_huge_slow_elsewhere_or_none() {
    let says = |status, body: Value| Says {
        status,
        ..Says::json(&body)
    };
    for case in 0..5 {
        let scene = scene(&[]).await;
        let says = match case {
            0 => says(200, json!({ "keys": ["x".repeat(2 * 1024 * 1024)] })),
            1 => Says {
                after: Duration::from_secs(5),
                ..says(200, json!({ "keys": [scene.forge.public] }))
            },
            2 => Says {
                headers: format!("location: {}/elsewhere\r\n", scene.fake.issuer),
                ..says(302, json!({}))
            },
            3 => says(200, json!({ "no": "keys" })),
            _ => Says {
                body: "<html>".to_owned(),
                ..says(200, json!({}))
            },
        };
        scene
            .fake
            .set("/elsewhere", &json!({ "keys": [scene.forge.public] }));
        scene.fake.say("/jwks", says);
        assert_eq!(scene.status(&scene.token(&[])).await, 503, "{case}");
    }
}

#[tokio::test]
async fn names_of_keys_that_are_made_up_do_not_have_keys_fetched_again_and_again() {
    let scene = scene(&[("security.oauth2.keys_refresh", json!("1m"))]).await;
    assert_eq!(scene.status(&scene.token(&[])).await, 200);
    for at in 0..50 {
        let header = changed(scene.forge.header(), "kid", json!(format!("key-{at}")));
        let token = scene.forge.sign(&header, &scene.claims());
        assert_eq!(scene.status(&token).await, 401);
    }
    assert_eq!(scene.fake.asked("/jwks").len(), 1);
}

#[tokio::test]
async fn many_first_callers_have_the_keys_fetched_once() {
    let scene = scene(&[]).await;
    let slow = Says {
        after: Duration::from_millis(100),
        ..Says::json(&json!({ "keys": [scene.forge.public] }))
    };
    scene.fake.say("/jwks", slow);
    let tokens: Vec<_> = (0..20)
        .map(|at| scene.token(&[("sub", json!(at.to_string()))]))
        .collect();
    let all = futures_util::future::join_all(tokens.iter().map(|token| scene.status(token))).await;
    assert!(all.iter().all(|status| *status == 200), "{all:?}");
    assert_eq!(scene.fake.asked("/jwks").len(), 1);
}
