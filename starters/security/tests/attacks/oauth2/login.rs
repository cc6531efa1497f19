//! Logging in with a provider, as it should be.

use serde_json::{Value, json};

use super::errand::{BASE, Errand, Scene, cookie, parameter};
use crate::application::{EMAIL, Pair};

#[tokio::test]
async fn a_login_leaves_with_pkce_state_and_nonce_and_comes_back_with_tokens() {
    let scene = Scene::new(&[]).await;
    let errand = scene.leave().await;
    let url = &errand.url;
    assert!(
        url.starts_with(&format!("{}/authorize?", scene.fake.issuer)),
        "{url}"
    );
    let expected = [
        ("response_type", "code"),
        ("client_id", "shop"),
        ("code_challenge_method", "S256"),
        (
            "redirect_uri",
            "http%3A%2F%2Fshop.test%2Flogin%2Foauth2%2Fcode%2Fsso",
        ),
        ("scope", "openid+email+profile"),
    ];
    for (name, value) in expected {
        assert_eq!(parameter(url, name), value);
    }
    let challenge = parameter(url, "code_challenge");
    let all = [errand.state(), errand.nonce(), challenge];
    assert!(all.iter().all(|it| it.len() == 43), "{url}");

    scene.says(&scene.claims(&errand));
    let answer = scene.back(&errand).await;
    let answer = answer
        .assert_status(200)
        .assert_header("cache-control", "no-store");
    let pair = Pair::of(answer);
    scene.site.with(&pair.access).await.assert_status(200);
    let me: Value = scene
        .site
        .get("/auth/me")
        .bearer(&pair.access)
        .send()
        .await
        .json();
    assert_eq!(
        (&me["email"], &me["verified"]),
        (&json!(EMAIL), &json!(true))
    );

    // The code went with the verifier, and the secret in the header.
    let asked = scene.fake.asked("/token").pop().unwrap();
    assert!(asked.body.contains("code=a-code"), "{asked:?}");
    assert!(
        asked.body.contains("grant_type=authorization_code"),
        "{asked:?}"
    );
    let head = asked.head.to_lowercase();
    assert!(head.contains("authorization: basic "), "{head}");
    let verifier = asked
        .body
        .split('&')
        .find_map(|it| it.strip_prefix("code_verifier="));
    let digest = ring::digest::digest(&ring::digest::SHA256, verifier.unwrap().as_bytes());
    assert_eq!(
        crate::forge::base64url(digest),
        parameter(&errand.url, "code_challenge")
    );
}

#[tokio::test]
async fn a_browser_comes_back_with_a_session_to_where_it_wanted_to_go() {
    let scene = Scene::with_sessions(&[("security.oauth2.success_url", json!("/welcome"))]).await;
    for (wish, expected) in [
        ("", "/welcome"),
        ("?return_to=/orders%3Fpage%3D2", "/orders?page=2"),
    ] {
        let path = format!("/oauth2/authorization/sso{wish}");
        let errand = Errand::of(scene.site.get(path).send().await.assert_status(302));
        scene.says(&scene.claims(&errand));
        let answer = scene.back(&errand).await;
        answer
            .assert_status(302)
            .assert_header("location", expected);
        let session = cookie(&answer);
        assert!(session.starts_with("__Host-session="), "{session}");
        let me = scene
            .site
            .get("/auth/me")
            .header("cookie", session)
            .send()
            .await;
        me.assert_status(200).assert_json_path("email", EMAIL);
    }
}

#[tokio::test]
async fn the_errands_cookie_is_for_this_host_and_for_no_script_and_goes_when_it_is_over() {
    let scene = Scene::new(&[]).await;
    let answer = scene.site.get("/oauth2/authorization/sso").send().await;
    let given = answer.header("set-cookie").unwrap().to_owned();
    assert!(given.starts_with("__Host-oauth2="), "{given}");
    assert!(
        given.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=600"),
        "{given}"
    );
    let errand = Errand::of(&answer);
    for answer in [scene.back(&errand).await, scene.back_with("", "").await] {
        let taken = answer.header("set-cookie").unwrap();
        assert!(
            taken.starts_with("__Host-oauth2=; ") && taken.contains("Max-Age=0"),
            "{taken}"
        );
    }
}

#[tokio::test]
async fn the_same_identity_is_the_same_account_whatever_its_address_is_by_now() {
    let scene = Scene::new(&[]).await;
    let me = async |changes: &[(&str, Value)]| {
        let pair = Pair::of(scene.log_in(changes).await.assert_status(200));
        let me: Value = scene
            .site
            .get("/auth/me")
            .bearer(&pair.access)
            .send()
            .await
            .json();
        me["id"].as_str().unwrap().to_owned()
    };
    let first = me(&[]).await;
    assert_eq!(me(&[("email", json!("countess@example.com"))]).await, first);
    let other = [("sub", json!("8")), ("email", json!("other@example.com"))];
    assert_ne!(me(&other).await, first);
}

#[tokio::test]
async fn what_the_id_token_does_not_say_is_asked_for() {
    let scene = Scene::new(&[]).await;
    scene.fake.set(
        "/userinfo",
        &json!({ "sub": "7", "email": "ada@example.com", "email_verified": true }),
    );
    let answer = scene.log_in(&[("email", Value::Null)]).await;
    Pair::of(answer.assert_status(200));
    let asked = scene.fake.asked("/userinfo").pop().unwrap();
    let head = asked.head.to_lowercase();
    assert!(
        head.contains("authorization: bearer an access token"),
        "{head}"
    );
}

#[tokio::test]
async fn plain_oauth_asks_who_it_is_with_the_access_token() {
    let fake = super::fake::Fake::new(&[]).await;
    let at = |path: &str| json!(format!("{}{path}", fake.issuer));
    let key = |name: &str| format!("security.oauth2.providers.forge.{name}");
    let config = [
        (key("authorization_url"), at("/authorize")),
        (key("token_url"), at("/token")),
        (key("userinfo_url"), at("/user")),
        (key("client_id"), json!("shop")),
        (key("client_authentication"), json!("post")),
        (key("client_secret"), json!("a secret")),
        (key("subject_claim"), json!("id")),
        (key("emails_url"), at("/emails")),
        ("security.oauth2.base_url".to_owned(), json!(BASE)),
    ];
    let config: Vec<_> = config
        .iter()
        .map(|(key, value)| (key.as_str(), value.clone()))
        .collect();
    let site = crate::application::site(&config).await;
    fake.set(
        "/token",
        &json!({ "access_token": "a", "token_type": "bearer" }),
    );
    fake.set(
        "/emails",
        &json!([
            { "email": "old@example.com", "primary": false, "verified": true },
            { "email": EMAIL, "primary": true, "verified": true },
        ]),
    );
    fake.set(
        "/user",
        &json!({ "id": 17, "login": "ada", "email": "not-asked@example.com" }),
    );
    let left = site.get("/oauth2/authorization/forge").send().await;
    let errand = Errand::of(left.assert_status(302));
    let path = format!("/login/oauth2/code/forge?code=c&state={}", errand.state());
    let answer = site.get(path).header("cookie", &errand.cookie).send().await;
    let pair = Pair::of(answer.assert_status(200));
    let me = site.get("/auth/me").bearer(&pair.access).send().await;
    me.assert_json_path("email", EMAIL);
    let asked = fake.asked("/token").pop().unwrap();
    assert!(asked.body.contains("client_secret=a+secret"), "{asked:?}");
}

#[tokio::test]
async fn a_logout_ends_the_session_and_names_the_providers_page() {
    let scene = Scene::with_sessions(&[]).await;
    let answer = scene.log_in(&[]).await;
    let session = cookie(&answer);
    let shown = scene
        .site
        .get("/auth/session")
        .header("cookie", &session)
        .send()
        .await;
    let token = shown.json::<Value>()["csrf_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let logout = |token: String| {
        let request = scene
            .site
            .post("/oauth2/logout/sso")
            .header("cookie", &session);
        request
            .header("sec-fetch-site", "same-origin")
            .header("x-csrf-token", token)
            .send()
    };
    logout("x".to_owned()).await.assert_status(403);
    let answer = logout(token).await;
    let url = answer.assert_status(200).json::<Value>()["url"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        url.starts_with(&format!("{}/bye?a=b&", scene.fake.issuer)),
        "{url}"
    );
    assert_eq!(parameter(&url, "client_id"), "shop");
    assert_eq!(
        parameter(&url, "post_logout_redirect_uri"),
        "http%3A%2F%2Fshop.test%2F"
    );
    let me = scene
        .site
        .get("/auth/me")
        .header("cookie", &session)
        .send()
        .await;
    me.assert_status(401);
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_not_found() {
    let scene = Scene::new(&[]).await;
    scene
        .site
        .get("/oauth2/authorization/none")
        .send()
        .await
        .assert_status(404);
    scene
        .site
        .get("/login/oauth2/code/none")
        .send()
        .await
        .assert_status(404);
}

#[tokio::test]
async fn a_page_is_told_of_a_failure_by_its_code() {
    let scene = Scene::new(&[("security.oauth2.failure_url", json!("/login#form"))]).await;
    let errand = scene.leave().await;
    let query = format!(
        "error=access_denied&error_description=%3Cscript%3E&state={}",
        errand.state()
    );
    let answer = scene.back_with(&errand.cookie, &query).await;
    answer
        .assert_status(302)
        .assert_header("location", "/login?error=access_denied#form");
}
