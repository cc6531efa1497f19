//! One contract for every store.

use std::sync::Arc;

use futures_util::future::join_all;
use savia::token::{Kind, TokenRecord};
use savia::user::Identity;
use savia::{TokenStore, User, UserStore};
use savia_core::ErrorKind;
use serde_json::json;

use crate::application::{Site, site};
use crate::forge::now;

pub(crate) fn record(key: &str, owner: &str, value: &str) -> TokenRecord {
    TokenRecord::new(Kind::Refresh, key, owner, value, (now() + 60) * 1_000)
}

pub(crate) async fn tokens(site: &Site) {
    let store = site.inject::<Arc<dyn TokenStore>>();
    site.scope(async {
        let get = async |key: &str| store.get(Kind::Refresh, key).await.unwrap();
        assert_eq!(get("a").await, None);
        assert!(store.insert(record("a", "ada", "1")).await.unwrap());
        assert!(!store.insert(record("a", "bob", "2")).await.unwrap());
        let found = get("a").await.unwrap();
        assert_eq!(
            (found.owner.as_str(), found.value.as_str(), found.version),
            ("ada", "1", 0)
        );
        assert_eq!(store.get(Kind::OneTime, "a").await.unwrap(), None);
        assert!(
            store
                .replace(TokenRecord {
                    value: "2".into(),
                    ..found.clone()
                })
                .await
                .unwrap()
        );
        assert!(
            !store
                .replace(TokenRecord {
                    value: "3".into(),
                    ..found.clone()
                })
                .await
                .unwrap()
        );
        let second = get("a").await.unwrap();
        assert_eq!((second.value.as_str(), second.version), ("2", 1));
        store.insert(record("b", "ada", "")).await.unwrap();
        store.insert(record("c", "bob", "")).await.unwrap();
        assert_eq!(store.owned(Kind::Refresh, "ada").await.unwrap().len(), 2);
        assert_eq!(
            store
                .changed_since(Kind::Refresh, (now() - 60) * 1_000)
                .await
                .unwrap()
                .len(),
            3
        );
        assert_eq!(
            store
                .changed_since(Kind::Refresh, (now() + 60) * 1_000)
                .await
                .unwrap()
                .len(),
            0
        );
        assert!(store.remove(Kind::Refresh, "a").await.unwrap());
        assert!(!store.remove(Kind::Refresh, "a").await.unwrap());
        assert!(!store.replace(second).await.unwrap());
        // What is past its end is not there, and its key is free.
        let past = TokenRecord {
            expires_at: now() * 1_000 - 1,
            ..record("d", "ada", "old")
        };
        assert!(store.insert(past.clone()).await.unwrap());
        assert_eq!(get("d").await, None);
        assert!(!store.replace(past).await.unwrap());
        assert!(!store.remove(Kind::Refresh, "d").await.unwrap());
        assert!(store.insert(record("d", "ada", "new")).await.unwrap());
        store.purge().await.unwrap();
        assert_eq!(get("d").await.unwrap().value, "new");
        // Of many at once, one is let in, one changes, and one removes.
        let count = |answers: Vec<savia_core::Result<bool>>| {
            answers
                .into_iter()
                .filter(|it| *it.as_ref().unwrap())
                .count()
        };
        let inserts = (0..8).map(|at| store.insert(record("e", "ada", &at.to_string())));
        assert_eq!(count(join_all(inserts).await), 1);
        let seen = get("e").await.unwrap();
        let replaces = (0..8).map(|_| store.replace(seen.clone()));
        assert_eq!(count(join_all(replaces).await), 1);
        let removes = (0..8).map(|_| store.remove(Kind::Refresh, "e"));
        assert_eq!(count(join_all(removes).await), 1);
    })
    .await;
}

async fn users(site: &Site) {
    let store = site.inject::<Arc<dyn UserStore>>();
    site.scope(async {
        assert_eq!(store.by_email("ada@example.com").await.unwrap(), None);
        let ada = User {
            password: Some("hash".into()),
            roles: vec!["EDITOR".into(), "AUTHOR".into()],
            ..User::new("", "ada@example.com")
        };
        let ada = store.create(ada).await.unwrap();
        assert!(!ada.id.is_empty());
        let taken = store
            .create(User::new("", "ada@example.com"))
            .await
            .unwrap_err();
        assert_eq!(taken.kind(), ErrorKind::Conflict);
        store
            .set_permissions("EDITOR", &["posts:*".into(), "tags:read".into()])
            .await
            .unwrap();
        store
            .set_permissions("AUTHOR", &["posts:*".into()])
            .await
            .unwrap();
        let mut found = store.by_email("ada@example.com").await.unwrap().unwrap();
        found.roles.sort();
        assert_eq!(
            (found.id.as_str(), found.password.as_deref()),
            (ada.id.as_str(), Some("hash"))
        );
        assert_eq!(found.roles, ["AUTHOR", "EDITOR"]);
        assert_eq!(found.permissions, ["posts:*", "tags:read"]);
        assert!(found.enabled && !found.verified);
        store.set_verified(&ada.id).await.unwrap();
        store.set_password(&ada.id, "other").await.unwrap();
        store.set_roles(&ada.id, &["AUTHOR".into()]).await.unwrap();
        store.set_permissions("AUTHOR", &[]).await.unwrap();
        let found = store.by_id(&ada.id).await.unwrap().unwrap();
        assert_eq!(
            (found.password.as_deref(), found.verified),
            (Some("other"), true)
        );
        assert_eq!(
            (found.roles, found.permissions),
            (vec!["AUTHOR".to_owned()], vec![])
        );
        for id in ["", "x", "' or 1=1", "00000000-0000-0000-0000-000000000000"] {
            assert_eq!(store.by_id(id).await.unwrap(), None);
        }
        assert!(
            store
                .set_password("00000000-0000-0000-0000-000000000000", "x")
                .await
                .is_err()
        );
    })
    .await;
}

/// What users are at providers.
async fn identities(site: &Site) {
    let store = site.inject::<Arc<dyn UserStore>>();
    let at = |issuer: &str, subject: &str| Identity {
        issuer: issuer.to_owned(),
        subject: subject.to_owned(),
        provider: "sso".to_owned(),
        email: Some("eve@outside.example".to_owned()),
    };
    site.scope(async {
        let owner = async |issuer: &str, subject: &str| {
            let found = store.by_identity(issuer, subject).await.unwrap();
            found.map(|user| user.email)
        };
        assert_eq!(owner("a", "1").await, None);
        let eve = User {
            roles: vec!["READER".into()],
            ..User::new("", "eve@example.com")
        };
        let eve = store.create_linked(eve, at("a", "1")).await.unwrap();
        assert_eq!(eve.roles, ["READER"]);
        assert_eq!(owner("a", "1").await.as_deref(), Some("eve@example.com"));
        // The other issuer's 1 is somebody else, and so is the other case.
        store.link(&eve.id, at("b", "1")).await.unwrap();
        assert_eq!(owner("c", "1").await, None);
        assert_eq!(owner("A", "1").await, None);
        let all = store.identities(&eve.id).await.unwrap();
        assert_eq!(all, [at("a", "1"), at("b", "1")]);
        // What is taken is taken, and then there is no half of a user.
        let taken = store.link(&eve.id, at("a", "1")).await.unwrap_err();
        assert_eq!(taken.kind(), ErrorKind::Conflict);
        let mallory = User::new("", "mallory@example.com");
        let taken = store
            .create_linked(mallory, at("a", "1"))
            .await
            .unwrap_err();
        assert_eq!(taken.kind(), ErrorKind::Conflict);
        assert_eq!(store.by_email("mallory@example.com").await.unwrap(), None);
        let again = User::new("", "eve@example.com");
        let taken = store.create_linked(again, at("c", "1")).await.unwrap_err();
        assert_eq!(taken.kind(), ErrorKind::Conflict);
        assert_eq!(owner("c", "1").await, None);
        assert!(store.unlink(&eve.id, "a", "1").await.unwrap());
        assert!(!store.unlink(&eve.id, "a", "1").await.unwrap());
        assert_eq!(owner("a", "1").await, None);
        for id in ["", "x", "00000000-0000-0000-0000-000000000000"] {
            assert_eq!(store.identities(id).await.unwrap(), []);
            assert!(!store.unlink(id, "b", "1").await.unwrap());
            assert!(store.link(id, at("d", "1")).await.is_err());
        }
    })
    .await;
}

/// What the store writes, the application's own repositories read.
#[cfg(feature = "data")]
async fn entities(site: &Site) {
    use savia::user::entities::{SecurityRole, SecurityUser, SecurityUserRole};

    site.scope(async {
        let users = site.repository::<SecurityUser>();
        let store = site.inject::<Arc<dyn UserStore>>();
        let ada = store.by_email("ada@example.com").await.unwrap().unwrap();
        let found = users
            .find_by_id(ada.id.parse().unwrap())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (found.email.as_str(), found.enabled, found.verified),
            ("ada@example.com", true, true)
        );
        let since = found.created_at.timestamp() - now();
        assert!(since.abs() < 60, "{since}");
        assert!(!serde_json::to_string(&found).unwrap().contains("other"));
        assert_eq!(site.repository::<SecurityRole>().count().await.unwrap(), 2);
        assert_eq!(
            site.repository::<SecurityUserRole>().count().await.unwrap(),
            1
        );
        users.delete_by_id(found.id).await.unwrap();
        assert_eq!(
            site.repository::<SecurityUserRole>().count().await.unwrap(),
            0
        );
    })
    .await;
}

#[tokio::test]
async fn in_memory() {
    let site = site(&[("security.store", json!("memory"))]).await;
    tokens(&site).await;
    users(&site).await;
    identities(&site).await;
}

#[cfg(feature = "data")]
#[tokio::test]
async fn on_sqlite() {
    let site = site(&[("security.store", json!("database"))]).await;
    tokens(&site).await;
    users(&site).await;
    entities(&site).await;
    identities(&site).await;
}

#[cfg(feature = "data")]
#[tokio::test]
async fn on_postgres() {
    let Some(place) = crate::places::Place::postgres().await else {
        return;
    };
    let site = place.site(&[("security.store", json!("database"))]).await;
    tokens(&site).await;
    users(&site).await;
    entities(&site).await;
    identities(&site).await;
    site.stop().await;
    place.remove().await;
}

#[cfg(feature = "redis")]
#[tokio::test]
async fn on_redis() {
    let Some(place) = crate::places::Place::redis().await else {
        return;
    };
    let site = place.site(&[]).await;
    tokens(&site).await;
    site.stop().await;
    place.remove().await;
}
