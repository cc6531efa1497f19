//! Identities of one account, and attempts on those of others.

use serde_json::{Value, json};

use super::errand::{Errand, Scene, cookie};
use crate::application::Pair;
use savia_starter_test::TestResponse;

/// Somebody who is logged in leaves to link an identity.
async fn leave(scene: &Scene, access: &str) -> Errand {
    let request = scene.site.post("/auth/identities/sso").bearer(access);
    let answer = request.json(&json!({ "return_to": "/me" })).send().await;
    answer
        .assert_status(200)
        .assert_header("cache-control", "no-store");
    Errand {
        cookie: cookie(&answer),
        url: answer.json::<Value>()["url"].as_str().unwrap().to_owned(),
    }
}

async fn identities(scene: &Scene, access: &str) -> usize {
    let answer = scene
        .site
        .get("/auth/identities")
        .bearer(access)
        .send()
        .await;
    answer.assert_status(200).json::<Vec<Value>>().len()
}

async fn unlink(scene: &Scene, access: &str) -> TestResponse {
    scene
        .site
        .delete("/auth/identities/sso")
        .bearer(access)
        .send()
        .await
}

#[tokio::test]
async fn an_identity_is_linked_used_and_taken_away() {
    let scene = Scene::new(&[]).await;
    let ada = scene.site.registered().await;
    let errand = leave(&scene, &ada.access).await;
    scene.says(&scene.claims(&errand));
    let answer = scene.back(&errand).await;
    answer.assert_status(302).assert_header("location", "/me");
    assert_eq!(identities(&scene, &ada.access).await, 1);
    // Now it opens the account, though the address alone did not.
    let by_provider = Pair::of(scene.log_in(&[]).await.assert_status(200));
    let me = async |access: &str| {
        let me: Value = scene
            .site
            .get("/auth/me")
            .bearer(access)
            .send()
            .await
            .json();
        me["id"].clone()
    };
    assert_eq!(me(&by_provider.access).await, me(&ada.access).await);
    unlink(&scene, &ada.access).await.assert_status(204);
    unlink(&scene, &ada.access).await.assert_status(404);
    scene.log_in(&[]).await.assert_problem(409);
}

#[tokio::test]
async fn nobody_links_without_being_known() {
    let scene = Scene::new(&[]).await;
    scene
        .site
        .post("/auth/identities/sso")
        .send()
        .await
        .assert_problem(401);
    scene
        .site
        .get("/auth/identities")
        .send()
        .await
        .assert_problem(401);
}

#[tokio::test]
async fn an_identity_of_somebody_else_is_not_linked() {
    let scene = Scene::new(&[]).await;
    scene.log_in(&[]).await.assert_status(200);
    let mallory = scene.site.register("mallory@example.com").await;
    let errand = leave(&scene, &mallory.access).await;
    scene.says(&scene.claims(&errand));
    let answer = scene.back(&errand).await;
    answer.assert_problem(409);
    answer.assert_json_path("code", "identity_taken");
    assert_eq!(identities(&scene, &mallory.access).await, 0);
}

#[tokio::test]
async fn a_cookie_that_was_made_up_links_nothing() {
    // Who writes its own cookie can compute the state that belongs to it; the token it cannot.
    let scene = Scene::new(&[]).await;
    let ada = scene.site.registered().await;
    let errand = scene.leave().await;
    let value = errand.cookie.strip_prefix("__Host-oauth2=").unwrap();
    let made_up = format!("{value}{}", "A".repeat(43));
    let text = format!("oauth2 state {made_up}");
    let state = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    scene.says(&scene.claims(&errand));
    let query = format!("code=c&state={}", crate::forge::base64url(state));
    let answer = scene
        .back_with(&format!("__Host-oauth2={made_up}"), &query)
        .await;
    answer.assert_problem(400);
    assert_eq!(identities(&scene, &ada.access).await, 0);
}

#[tokio::test]
async fn somebody_else_who_has_logged_in_meanwhile_is_given_nothing() {
    let scene = Scene::new(&[]).await;
    let ada = scene.site.registered().await;
    let mallory = scene.site.register("mallory@example.com").await;
    let errand = leave(&scene, &ada.access).await;
    scene.says(&scene.claims(&errand));
    let path = format!("/login/oauth2/code/sso?code=c&state={}", errand.state());
    let request = scene.site.get(path).header("cookie", &errand.cookie);
    request
        .bearer(&mallory.access)
        .send()
        .await
        .assert_problem(400);
    for pair in [&ada, &mallory] {
        assert_eq!(identities(&scene, &pair.access).await, 0);
    }
}

#[tokio::test]
async fn the_only_way_in_is_not_taken_away() {
    let scene = Scene::new(&[]).await;
    let pair = Pair::of(scene.log_in(&[]).await.assert_status(200));
    let answer = unlink(&scene, &pair.access).await;
    answer.assert_problem(409);
    answer.assert_json_path("code", "last_identity");
    assert_eq!(identities(&scene, &pair.access).await, 1);
}

#[tokio::test]
async fn another_account_does_not_see_or_take_away_identities() {
    let scene = Scene::new(&[]).await;
    let ada = Pair::of(scene.log_in(&[]).await.assert_status(200));
    let mallory = scene.site.register("mallory@example.com").await;
    assert_eq!(identities(&scene, &mallory.access).await, 0);
    unlink(&scene, &mallory.access).await.assert_status(404);
    assert_eq!(identities(&scene, &ada.access).await, 1);
}
