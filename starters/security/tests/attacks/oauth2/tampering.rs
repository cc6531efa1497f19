//! Attacks on logging in with a provider. None passes through.

use std::time::Duration;

use serde_json::{Value, json};

use super::errand::{Errand, Scene};
use super::fake::Says;
use crate::application::{EMAIL, Pair};
use crate::forge::{Forge, base64url, changed, now};

const OTHER: &str = include_str!("../../keys/other.pem");

/// No login came of it: no tokens, no session.
async fn refused(scene: &Scene, errand: &Errand, query: &str, status: u16, code: &str) {
    let answer = scene.back_with(&errand.cookie, query).await;
    answer.assert_problem(status);
    answer.assert_json_path("code", code);
    let text = answer.text();
    assert!(!text.contains("access_token"), "{text}");
}

#[tokio::test]
async fn a_state_that_is_missing_changed_or_of_another_errand() {
    let scene = Scene::new(&[]).await;
    let (errand, other) = (scene.leave().await, scene.leave().await);
    scene.says(&scene.claims(&errand));
    let state = errand.state();
    for query in [
        "code=c".to_owned(),
        "code=c&state=".to_owned(),
        format!("code=c&state={}", other.state()),
        format!("code=c&state={}", state.to_lowercase()),
        format!("code=c&state={}", &state[1..]),
        format!("code=c&state={state}A"),
    ] {
        refused(&scene, &errand, &query, 400, "invalid_state").await;
    }
    assert_eq!(scene.fake.asked("/token").len(), 0, "no code was exchanged");
}

#[tokio::test]
async fn a_state_that_stands_twice() {
    let scene = Scene::new(&[]).await;
    let errand = scene.leave().await;
    let state = errand.state();
    let query = format!("code=c&state={state}&state={state}");
    refused(&scene, &errand, &query, 400, "invalid_state").await;
}

#[tokio::test]
async fn a_browser_without_the_cookie_or_with_two_of_them() {
    let scene = Scene::new(&[]).await;
    let (errand, other) = (scene.leave().await, scene.leave().await);
    let query = format!("code=c&state={}", errand.state());
    for cookie in [
        String::new(),
        other.cookie.clone(),
        format!("{}; {}", errand.cookie, other.cookie),
        errand.cookie.replace("__Host-oauth2", "oauth2"),
    ] {
        let answer = scene.back_with(&cookie, &query).await;
        answer.assert_problem(400);
        answer.assert_json_path("code", "invalid_state");
    }
}

#[tokio::test]
async fn a_cookie_whose_way_back_was_changed() {
    let scene = Scene::with_sessions(&[]).await;
    let path = "/oauth2/authorization/sso?return_to=/orders";
    let errand = Errand::of(scene.site.get(path).send().await.assert_status(302));
    scene.says(&scene.claims(&errand));
    let planted = base64url("//evil.example");
    let mut parts: Vec<_> = errand.cookie.split('.').collect();
    parts[3] = &planted;
    let changed = Errand {
        cookie: parts.join("."),
        ..errand.clone()
    };
    let query = format!("code=c&state={}", errand.state());
    refused(&scene, &changed, &query, 400, "invalid_state").await;
}

#[tokio::test]
async fn made_up_errands_leave_nothing_behind() {
    // Who writes its own cookie computes the state that belongs to it, and needs no provider for that.
    let scene = Scene::new(&[]).await;
    let store = scene.site.inject::<std::sync::Arc<dyn savia::TokenStore>>();
    for expires_at in [now() + 300, now() + 86_400, i64::MAX / 1_000] {
        let text = format!("{}.{expires_at}.{}..", "A".repeat(43), base64url("sso"));
        let digest =
            |text: &str| base64url(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()));
        let state = digest(&format!("oauth2 state {text}"));
        let cookie = format!("__Host-oauth2={text}");
        for query in [
            format!("error=x&state={state}"),
            format!("code=c&state={state}"),
        ] {
            let answer = scene.back_with(&cookie, &query).await;
            assert!(answer.status() >= 400, "{}", answer.text());
        }
        let key = digest(&state);
        let kept = scene
            .site
            .scope(store.get(savia::token::Kind::OneTime, &key))
            .await;
        assert_eq!(kept.unwrap(), None);
    }
}

#[tokio::test]
async fn who_registered_with_the_address_of_another_keeps_no_way_in() {
    let scene = Scene::new(&[]).await;
    // Mallory takes Ada's address, and links an identity of her own.
    let mallory = scene.site.registered().await;
    let left = scene
        .site
        .post("/auth/identities/sso")
        .bearer(&mallory.access)
        .send()
        .await;
    let errand = Errand {
        cookie: super::errand::cookie(&left),
        url: left.json::<Value>()["url"].as_str().unwrap().to_owned(),
    };
    scene.says(&changed(scene.claims(&errand), "sub", json!("mallory")));
    scene.back(&errand).await.assert_status(302);
    scene
        .log_in(&[("sub", json!("mallory"))])
        .await
        .assert_status(200);
    // Ada has her password reset, by the mail that only she reads.
    let body = json!({ "email": EMAIL });
    scene
        .site
        .post_json("/auth/password/forgot", body)
        .await
        .assert_status(202);
    let mails = scene.site.mailbox.wait(1).await;
    let token = mails.iter().find_map(|mail| match mail {
        savia::AccountMessage::ResetPassword { token, .. } => Some(token.clone()),
        _ => None,
    });
    let body = json!({ "token": token.unwrap(), "password": "another engine of brass" });
    scene
        .site
        .post_json("/auth/password/reset", body)
        .await
        .assert_status(204);
    let answer = scene.log_in(&[("sub", json!("mallory"))]).await;
    answer.assert_problem(409);
}

#[tokio::test]
async fn what_else_a_provider_says_is_passed_over() {
    let scene = Scene::new(&[]).await;
    let errand = scene.leave().await;
    scene.says(&scene.claims(&errand));
    let query = format!(
        "code=c&state={}&error_subcode=x&session_state=y&z",
        errand.state()
    );
    scene
        .back_with(&errand.cookie, &query)
        .await
        .assert_status(200);
}

#[tokio::test]
async fn a_way_back_to_another_site() {
    let scene = Scene::new(&[]).await;
    for to in [
        "https://evil.example",
        "//evil.example",
        "/%5Cevil.example".replace("%5C", "\\").as_str(),
        "\\\\evil.example",
        "javascript:alert(1)",
        "/a\r\nset-cookie: a=b",
        "",
        "orders",
    ] {
        let request = scene
            .site
            .get("/oauth2/authorization/sso")
            .query("return_to", to);
        let answer = request.send().await;
        answer.assert_problem(400);
        answer.assert_json_path("code", "invalid_return_to");
    }
}

#[tokio::test]
async fn a_code_that_is_brought_again() {
    let scene = Scene::new(&[]).await;
    let errand = scene.leave().await;
    scene.says(&scene.claims(&errand));
    scene.back(&errand).await.assert_status(200);
    let query = format!("code=a-code&state={}", errand.state());
    refused(&scene, &errand, &query, 400, "invalid_state").await;
}

#[tokio::test]
async fn of_a_race_of_one_code_one_wins() {
    let scene = Scene::new(&[]).await;
    let errand = scene.leave().await;
    scene.says(&scene.claims(&errand));
    let answers = futures_util::future::join_all((0..8).map(|_| scene.back(&errand))).await;
    let won = answers.iter().filter(|it| it.status() == 200).count();
    assert_eq!(won, 1);
}

#[tokio::test]
async fn an_answer_for_another_provider_of_the_application() {
    let scene = Scene::new(&[
        (
            "security.oauth2.providers.other.issuer",
            json!("http://127.0.0.1:1"),
        ),
        ("security.oauth2.providers.other.client_id", json!("shop")),
    ])
    .await;
    let errand = scene.leave().await;
    let path = format!("/login/oauth2/code/other?code=c&state={}", errand.state());
    let answer = scene
        .site
        .get(path)
        .header("cookie", &errand.cookie)
        .send()
        .await;
    answer.assert_problem(400);
}

#[tokio::test]
async fn an_answer_that_another_issuer_mixes_in() {
    let scene = Scene::new(&[]).await;
    let errand = scene.leave().await;
    scene.says(&scene.claims(&errand));
    let query = format!(
        "code=c&state={}&iss=https%3A%2F%2Fevil.example",
        errand.state()
    );
    refused(&scene, &errand, &query, 400, "invalid_state").await;
    // One that says it always says who it is has to.
    let scene = Scene::new(&[]).await;
    let said = scene.fake.metadata();
    let said = changed(
        said,
        "authorization_response_iss_parameter_supported",
        json!(true),
    );
    scene.fake.set("/.well-known/openid-configuration", &said);
    let errand = scene.leave().await;
    scene.says(&scene.claims(&errand));
    let query = format!("code=c&state={}", errand.state());
    refused(&scene, &errand, &query, 400, "invalid_state").await;
    let issuer = scene.fake.issuer.replace(':', "%3A").replace('/', "%2F");
    let query = format!("{query}&iss={issuer}");
    scene
        .back_with(&errand.cookie, &query)
        .await
        .assert_status(200);
}

#[tokio::test]
async fn an_id_token_that_was_not_made_for_this_errand() {
    let scene = Scene::new(&[]).await;
    let earlier = scene.leave().await.nonce();
    for (name, value) in [
        ("nonce", json!(earlier)),
        ("nonce", Value::Null),
        ("nonce", json!("")),
        ("iss", json!("https://evil.example")),
        ("aud", json!("another-client")),
        ("aud", json!(["shop", "another-client"])),
        ("azp", json!("another-client")),
        ("exp", json!(now() - 120)),
        ("exp", Value::Null),
        ("iat", json!(now() + 600)),
        ("sub", Value::Null),
        ("sub", json!("")),
        ("sub", json!(["7"])),
    ] {
        let answer = scene.log_in(&[(name, value)]).await;
        answer.assert_problem(401);
        answer.assert_json_path("code", "invalid_id_token");
    }
}

#[tokio::test]
async fn an_id_token_that_the_provider_has_not_signed() {
    let scene = Scene::new(&[]).await;
    let other = Forge::of(OTHER);
    let (own, kid) = (&scene.forge, scene.forge.kid.clone());
    let errand = async || {
        let errand = scene.leave().await;
        let claims = scene.claims(&errand);
        (errand, claims)
    };
    let text = |header: Value, claims: &Value| {
        format!(
            "{}.{}",
            base64url(header.to_string()),
            base64url(claims.to_string())
        )
    };
    let secret = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, b"a secret");
    type Make<'a> = Box<dyn Fn(&Value) -> String + 'a>;
    let makers: Vec<(&str, Make<'_>)> = vec![
        (
            "another's key under its name",
            Box::new(|claims| other.sign(&json!({ "alg": "EdDSA", "kid": kid }), claims)),
        ),
        (
            "a key that is not known",
            Box::new(|claims| other.sign(&json!({ "alg": "EdDSA", "kid": other.kid }), claims)),
        ),
        (
            "its own key in the header",
            Box::new(|claims| {
                other.sign(
                    &json!({ "alg": "EdDSA", "kid": kid, "jwk": other.public }),
                    claims,
                )
            }),
        ),
        (
            "none",
            Box::new(|claims| format!("{}.", text(json!({ "alg": "none", "kid": kid }), claims))),
        ),
        (
            "the client's secret",
            Box::new(|claims| {
                let text = text(json!({ "alg": "HS256", "kid": kid }), claims);
                let signature = ring::hmac::sign(&secret, text.as_bytes());
                format!("{text}.{}", base64url(signature))
            }),
        ),
        (
            "a signature that is cut off",
            Box::new(|claims| {
                let token = own.sign(&json!({ "alg": "EdDSA", "kid": kid }), claims);
                token[..token.len() - 4].to_owned()
            }),
        ),
        ("no token at all", Box::new(|_| "a.b.c".to_owned())),
    ];
    for (what, make) in makers {
        let (errand, claims) = errand().await;
        scene.gives(&make(&claims));
        let answer = scene.back(&errand).await;
        assert_eq!(answer.status(), 401, "{what}: {}", answer.text());
    }
    let (errand, _) = errand().await;
    scene.fake.set(
        "/token",
        &json!({ "access_token": "a", "token_type": "Bearer" }),
    );
    scene.back(&errand).await.assert_problem(401);
}

#[tokio::test]
async fn userinfo_of_somebody_else() {
    let scene = Scene::new(&[]).await;
    scene.fake.set(
        "/userinfo",
        &json!({ "sub": "8", "email": "root@example.com", "email_verified": true }),
    );
    scene
        .log_in(&[("email", Value::Null)])
        .await
        .assert_problem(401);
}

#[tokio::test]
async fn an_address_that_nobody_has_proved() {
    let scene = Scene::new(&[]).await;
    for value in [json!(false), Value::Null, json!("false"), json!(1)] {
        let answer = scene.log_in(&[("email_verified", value)]).await;
        answer.assert_problem(403);
        answer.assert_json_path("code", "email_not_verified");
    }
    let answer = scene.log_in(&[("email", json!("no address"))]).await;
    answer.assert_problem(403);
}

#[tokio::test]
async fn the_account_of_somebody_with_the_same_address() {
    // Ada has registered here, and has proved nothing: it may be Mallory who has.
    for (link, proved, status) in [
        (false, false, 409),
        (true, false, 409),
        (false, true, 409),
        (true, true, 200),
    ] {
        let scene = Scene::new(&[
            ("security.oauth2.providers.sso.link_by_email", json!(link)),
            ("security.accounts.verify_email", json!(proved)),
        ])
        .await;
        if proved {
            let body = crate::application::credentials(EMAIL, crate::application::PASSWORD);
            scene
                .site
                .post_json("/auth/register", body)
                .await
                .assert_status(202);
            let mails = scene.site.mailbox.wait(1).await;
            let savia::AccountMessage::VerifyEmail { token, .. } = &mails[0] else {
                panic!("{mails:?}")
            };
            let body = json!({ "token": token });
            scene
                .site
                .post_json("/auth/verify", body)
                .await
                .assert_status(204);
        } else {
            scene.site.registered().await;
        }
        let answer = scene.log_in(&[]).await;
        assert_eq!(
            answer.status(),
            status,
            "{link} {proved}: {}",
            answer.text()
        );
        if status == 409 {
            answer.assert_json_path("code", "account_exists");
        }
        // Nor does the provider's word on an address that it has not proved.
        let answer = scene
            .log_in(&[("sub", json!("9")), ("email_verified", json!(false))])
            .await;
        answer.assert_problem(409);
    }
}

#[tokio::test]
async fn nobody_registers_where_nobody_may() {
    let scene = Scene::new(&[("security.oauth2.registration", json!(false))]).await;
    let answer = scene.log_in(&[]).await;
    answer.assert_problem(403);
    answer.assert_json_path("code", "registration_closed");
}

#[tokio::test]
async fn what_the_provider_says_of_a_failure_is_shown_to_nobody() {
    let scene = Scene::new(&[]).await;
    for (error, status, code) in [
        ("access_denied", 401, "access_denied"),
        ("%3Cscript%3E", 401, "oauth2_refused"),
    ] {
        let errand = scene.leave().await;
        let state = errand.state();
        let query = format!("error={error}&error_description=%3Cscript%3Eevil&state={state}");
        let answer = scene.back_with(&errand.cookie, &query).await;
        answer.assert_problem(status);
        answer.assert_json_path("code", code);
        assert!(!answer.text().contains("script"), "{}", answer.text());
    }
    let errand = scene.leave().await;
    let query = format!("error=temporarily_unavailable&state={}", errand.state());
    scene
        .back_with(&errand.cookie, &query)
        .await
        .assert_problem(503);
}

#[tokio::test]
async fn a_code_that_the_provider_does_not_accept() {
    let scene = Scene::new(&[]).await;
    for (status, body, expected) in [
        (400, json!({ "error": "invalid_grant" }), 401),
        (401, json!({ "error": "invalid_client" }), 503),
        (500, json!("down"), 503),
        (200, json!({ "no": "token" }), 503),
        (200, json!({ "error": "bad_verification_code" }), 401),
    ] {
        let errand = scene.leave().await;
        scene.fake.say(
            "/token",
            Says {
                status,
                ..Says::json(&body)
            },
        );
        scene.back(&errand).await.assert_problem(expected);
    }
}

#[tokio::test]
async fn a_provider_that_is_away_slow_endless_or_sends_us_elsewhere() {
    let huge = Says::json(&json!({ "issuer": "x".repeat(2 * 1024 * 1024) }));
    let slow = |fake: &super::fake::Fake| Says {
        after: Duration::from_secs(5),
        ..Says::json(&fake.metadata())
    };
    let away = |fake: &super::fake::Fake| Says {
        status: 302,
        headers: format!("location: {}/elsewhere\r\n", fake.issuer),
        ..Says::json(&json!({}))
    };
    for case in 0..6 {
        let scene = Scene::new(&[]).await;
        let fake = &scene.fake;
        let foreign = changed(fake.metadata(), "issuer", json!("https://evil.example"));
        let script = changed(
            fake.metadata(),
            "authorization_endpoint",
            json!("javascript:alert(1)"),
        );
        let says = match case {
            0 => huge.clone(),
            1 => slow(fake),
            2 => away(fake),
            3 => Says::json(&foreign),
            4 => Says::json(&script),
            _ => Says {
                status: 500,
                ..Says::json(&json!({}))
            },
        };
        fake.set("/elsewhere", &fake.metadata());
        fake.say("/.well-known/openid-configuration", says);
        let answer = scene.site.get("/oauth2/authorization/sso").send().await;
        answer.assert_problem(503);
        assert_eq!(fake.asked("/elsewhere").len(), 0);
        // Nothing of it is for the browser's eyes.
        assert!(!answer.text().contains("127.0.0.1"), "{}", answer.text());
    }
}

#[tokio::test]
async fn a_provider_that_comes_back_is_asked_again() {
    let scene = Scene::new(&[]).await;
    scene.fake.set_away(true);
    scene
        .site
        .get("/oauth2/authorization/sso")
        .send()
        .await
        .assert_problem(503);
    scene.fake.set_away(false);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    Pair::of(scene.log_in(&[]).await.assert_status(200));
}
