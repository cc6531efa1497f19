//! Tokens that were taken back.

use savia_starter_web::actix_web::http::Method;
use serde_json::{Value, json};

use crate::application::{EMAIL, PASSWORD, Pair, site};

#[tokio::test]
async fn after_a_logout_nothing_of_the_login_is_good() {
    let site = site(&[]).await;
    let pair = site.registered().await;
    let next = Pair::of(&site.refresh(&pair.refresh).await);
    for token in [&pair.access, &next.access] {
        site.with(token).await.assert_status(200);
    }
    site.post_json("/auth/logout", json!({ "refresh_token": next.refresh }))
        .await
        .assert_status(204);
    // They had been seen, and were remembered.
    for token in [&pair.access, &next.access] {
        site.with(token)
            .await
            .assert_problem(401)
            .assert_json_path("code", "invalid_token");
    }
    site.refresh(&next.refresh).await.assert_status(401);
    site.post_json("/auth/logout", json!({ "refresh_token": next.refresh }))
        .await
        .assert_status(204);
}

#[tokio::test]
async fn a_logout_by_access_token() {
    let site = site(&[]).await;
    let pair = site.registered().await;
    let other = Pair::of(&site.login(EMAIL, PASSWORD).await);
    site.post("/auth/logout")
        .bearer(&pair.access)
        .send()
        .await
        .assert_status(204);
    site.with(&pair.access).await.assert_status(401);
    site.refresh(&pair.refresh).await.assert_status(401);
    site.with(&other.access).await.assert_status(200);
    site.post("/auth/logout").send().await.assert_status(401);
}

#[tokio::test]
async fn logins_are_listed_and_ended_by_their_owner_alone() {
    let site = site(&[]).await;
    let one = site.registered().await;
    let two = Pair::of(&site.login(EMAIL, PASSWORD).await);
    let mallory = site.register("mallory@example.com").await;
    let list: Vec<Value> = site
        .get("/auth/logins")
        .bearer(&one.access)
        .send()
        .await
        .json();
    assert_eq!(list.len(), 2);
    assert_eq!(list.iter().filter(|it| it["current"] == true).count(), 1);
    let second = list.iter().find(|it| it["current"] == false).unwrap()["id"]
        .as_str()
        .unwrap();
    let path = format!("/auth/logins/{second}");
    let delete = async |path: &str, token: &str| {
        site.request(Method::DELETE, path)
            .bearer(token)
            .send()
            .await
    };
    delete(&path, &mallory.access).await.assert_status(404);
    site.with(&two.access).await.assert_status(200);
    delete(&path, &one.access).await.assert_status(204);
    site.with(&two.access).await.assert_status(401);
    site.refresh(&two.refresh).await.assert_status(401);
    delete("/auth/logins", &one.access).await.assert_status(204);
    site.with(&one.access).await.assert_status(401);
    site.with(&mallory.access).await.assert_status(200);
}

#[tokio::test]
async fn roles_that_changed() {
    let site = site(&[]).await;
    let pair = site.registered().await;
    let users = site.inject::<std::sync::Arc<dyn savia::UserStore>>();
    let accounts = site.inject::<std::sync::Arc<savia::Accounts>>();
    let user = site.scope(users.by_email(EMAIL)).await.unwrap().unwrap();
    site.scope(users.set_roles(&user.id, &["ADMIN".to_owned()]))
        .await
        .unwrap();
    // A refreshed token has the roles of now.
    let admin = Pair::of(&site.refresh(&pair.refresh).await);
    site.get("/notes/admin")
        .bearer(&admin.access)
        .send()
        .await
        .assert_status(200);
    site.scope(users.set_roles(&user.id, &[])).await.unwrap();
    site.scope(accounts.end_logins(&user.id)).await.unwrap();
    site.get("/notes/admin")
        .bearer(&admin.access)
        .send()
        .await
        .assert_status(401);
    let again = Pair::of(&site.login(EMAIL, PASSWORD).await);
    site.get("/notes/admin")
        .bearer(&again.access)
        .send()
        .await
        .assert_status(403);
}

#[tokio::test]
async fn a_store_that_is_away_for_too_long_lets_nobody_in() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use async_trait::async_trait;
    use savia::TokenStore;
    use savia::token::{Kind, MemoryTokenStore, TokenRecord};
    use savia_core::{Error, Result};

    /// A store that can go away.
    #[derive(Default)]
    struct Away(MemoryTokenStore, AtomicBool);

    impl Away {
        fn there(&self) -> Result<()> {
            match self.1.load(Ordering::SeqCst) {
                true => Err(Error::unavailable("away")),
                false => Ok(()),
            }
        }
    }

    #[async_trait]
    impl TokenStore for Away {
        async fn get(&self, kind: Kind, key: &str) -> Result<Option<TokenRecord>> {
            self.there()?;
            self.0.get(kind, key).await
        }
        async fn insert(&self, record: TokenRecord) -> Result<bool> {
            self.there()?;
            self.0.insert(record).await
        }
        async fn replace(&self, record: TokenRecord) -> Result<bool> {
            self.there()?;
            self.0.replace(record).await
        }
        async fn remove(&self, kind: Kind, key: &str) -> Result<bool> {
            self.there()?;
            self.0.remove(kind, key).await
        }
        async fn owned(&self, kind: Kind, owner: &str) -> Result<Vec<TokenRecord>> {
            self.there()?;
            self.0.owned(kind, owner).await
        }
        async fn changed_since(&self, kind: Kind, moment: i64) -> Result<Vec<TokenRecord>> {
            self.there()?;
            self.0.changed_since(kind, moment).await
        }
        async fn purge(&self) -> Result<()> {
            self.there()
        }
    }

    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Away::default());
    let app = crate::application::builder(&folder)
        .override_component::<dyn TokenStore>(store.clone())
        .set("security.jwt.revocation_refresh", "100ms")
        .set("security.jwt.revocation_patience", "300ms")
        .start()
        .await;
    let forge = crate::forge::Forge::new();
    let token = forge.sign(&forge.header(), &crate::forge::Forge::claims());
    let status = async || app.get("/notes").bearer(&token).send().await.status();
    assert_eq!(status().await, 200);
    store.1.store(true, Ordering::SeqCst);
    // A short absence keeps nobody out.
    assert_eq!(status().await, 200);
    let login = app
        .post("/auth/login")
        .json(&crate::application::credentials(EMAIL, PASSWORD))
        .send()
        .await;
    login.assert_status(503);
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    assert_eq!(status().await, 503);
    store.1.store(false, Ordering::SeqCst);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(status().await, 200);
}
