//! What changes a cache, and when.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use savia_core::{Context, Error, Result, service};
use savia_starter_cache::{Cache, cache_evict, cache_put, cached};
use serde::{Deserialize, Serialize};

use crate::support::{App, SHARED, has_redis, unique, until};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct User {
    id: i64,
    name: String,
}

/// Users in a "database".
#[service]
struct Users {
    #[init]
    names: std::sync::Mutex<std::collections::HashMap<i64, String>>,
    #[init]
    asked: AtomicU32,
}

impl Users {
    #[cached(cache = "users", key = "{id}", tags = ["all", "user:{id}"])]
    async fn find(&self, id: i64) -> Result<Option<User>> {
        self.asked.fetch_add(1, SeqCst);
        let name = self.names.lock().unwrap().get(&id).cloned();
        Ok(name.map(|name| User { id, name }))
    }

    #[cache_put(cache = "users", key = "{result.id}", tags = ["all"])]
    async fn save(&self, user: User) -> Result<User> {
        if user.name.is_empty() {
            return Err(Error::invalid("a user has a name"));
        }
        self.names
            .lock()
            .unwrap()
            .insert(user.id, user.name.clone());
        Ok(user)
    }

    #[cache_evict(cache = "users", key = "{id}")]
    async fn rename(&self, id: i32, name: &str) -> Result<()> {
        if name.is_empty() {
            return Err(Error::invalid("a user has a name"));
        }
        self.names
            .lock()
            .unwrap()
            .insert(id.into(), name.to_owned());
        Ok(())
    }

    #[cache_evict(cache = "users", key = "{id}", before)]
    async fn try_to_rename(&self, id: i64) -> Result<()> {
        Err(Error::invalid(format!("not {id}")))
    }

    #[cache_evict(cache = "users", tags = ["user:{id}"])]
    fn forget(&self, id: i64) {
        let _ = id;
    }

    #[cache_evict(cache = "users", all)]
    #[cache_evict(cache = "other_users", key = "x")]
    async fn clear(&self) {}
}

fn users(app: &App) -> Arc<Users> {
    app.app.handle().component::<Users>().unwrap()
}

fn name(found: Result<Option<User>>) -> Option<String> {
    found.unwrap().map(|user| user.name)
}

async fn everything(app: &App) {
    let users = users(app);
    let asked = || users.asked.swap(0, SeqCst);
    assert_eq!(name(users.find(1).await), None);
    let ada = User {
        id: 1,
        name: "Ada".to_owned(),
    };
    users.save(ada.clone()).await.unwrap();
    assert_eq!(name(users.find(1).await).as_deref(), Some("Ada"));
    assert_eq!(asked(), 1, "what was put is found");

    assert!(
        users
            .save(User {
                name: String::new(),
                ..ada
            })
            .await
            .is_err()
    );
    assert!(users.rename(1, "").await.is_err());
    assert_eq!(name(users.find(1).await).as_deref(), Some("Ada"));
    assert_eq!(asked(), 0, "what fails changes nothing");

    users.rename(1, "Bob").await.unwrap();
    assert_eq!(name(users.find(1).await).as_deref(), Some("Bob"));
    assert_eq!(asked(), 1);

    assert!(users.try_to_rename(1).await.is_err());
    users.find(1).await.unwrap();
    assert_eq!(asked(), 1, "it went before");

    users.forget(2);
    users.find(1).await.unwrap();
    assert_eq!(asked(), 0);
    users.forget(1);
    users.find(1).await.unwrap();
    assert_eq!(asked(), 1, "it went with its tag");

    users.clear().await;
    users.find(1).await.unwrap();
    assert_eq!(asked(), 1);

    let cache = app.app.handle().component::<Cache>().unwrap();
    cache.evict("users", &1).await.unwrap();
    users.find(1).await.unwrap();
    cache.evict_tag("users", "all").await.unwrap();
    users.find(1).await.unwrap();
    assert_eq!(asked(), 2);
    let bob = cache.typed::<User>("users").get(&1).await.unwrap();
    assert_eq!(bob.name, "Bob");
}

#[tokio::test(flavor = "multi_thread")]
async fn puts_and_evictions_on_every_backend() {
    let app = App::memory().await;
    app.inside(everything(&app)).await;
    app.stop().await;
    if !has_redis() {
        return;
    }
    for backend in ["redis", "tiered"] {
        let app = App::on(backend, SHARED, &unique()).await;
        app.inside(everything(&app)).await;
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_changes_the_cache_when_it_commits() {
    let app = App::memory().await;
    let users = users(&app);
    let outside = app.context();
    outside
        .clone()
        .scope(async {
            users.rename(1, "Ada").await.unwrap();
            users.find(1).await.unwrap();
        })
        .await;
    for commits in [false, true] {
        users.asked.store(0, SeqCst);
        let inside = outside.in_transaction(Arc::new(()));
        let work = async {
            users.rename(1, "Bob").await.unwrap();
            // It sees its own change, and others do not.
            assert_eq!(name(users.find(1).await).as_deref(), Some("Bob"));
            let context = Context::current().unwrap().outside_transaction();
            let seen = context.scope(async { name(users.find(1).await) }).await;
            assert_eq!(seen.as_deref(), Some("Ada"));
        };
        inside.clone().scope(work).await;
        assert_eq!(users.asked.swap(0, SeqCst), 1);
        if commits {
            for action in inside.take_after_commit() {
                action().await;
            }
        } else {
            drop(inside);
            users.names.lock().unwrap().insert(1, "Ada".to_owned());
        }
        let found = outside
            .clone()
            .scope(async { name(users.find(1).await) })
            .await;
        let expected = if commits { "Bob" } else { "Ada" };
        assert_eq!(found.as_deref(), Some(expected));
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_transaction_loads_is_kept_when_it_commits() {
    let app = App::memory().await;
    let users = users(&app);
    let outside = app.context();
    let inside = outside.in_transaction(Arc::new(()));
    inside
        .clone()
        .scope(async { users.find(9).await.unwrap() })
        .await;
    outside
        .clone()
        .scope(async { users.find(9).await.unwrap() })
        .await;
    assert_eq!(users.asked.load(SeqCst), 2, "not before");
    users.asked.store(0, SeqCst);
    let inside = outside.in_transaction(Arc::new(()));
    inside
        .clone()
        .scope(async { users.find(8).await.unwrap() })
        .await;
    for action in inside.take_after_commit() {
        action().await;
    }
    outside
        .clone()
        .scope(async { users.find(8).await.unwrap() })
        .await;
    assert_eq!(users.asked.load(SeqCst), 1);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_instance_evicts_another_does_not_serve() {
    if !has_redis() {
        return;
    }
    let prefix = unique();
    let (a, b) = (
        App::on("tiered", SHARED, &prefix).await,
        App::on("tiered", SHARED, &prefix).await,
    );
    let (at_a, at_b) = (users(&a), users(&b));
    for users in [&at_a, &at_b] {
        users.names.lock().unwrap().insert(1, "Ada".to_owned());
    }
    let find = async |app: &App, users: &Arc<Users>| name(app.inside(users.find(1)).await);
    assert_eq!(find(&a, &at_a).await.as_deref(), Some("Ada"));
    assert_eq!(find(&b, &at_b).await.as_deref(), Some("Ada"));
    assert_eq!(at_b.asked.load(SeqCst), 0, "it came from Redis");
    let evictions: [&dyn Fn(Arc<Cache>) -> futures_util::future::BoxFuture<'static, Result<()>>;
        3] = [
        &|cache| Box::pin(async move { cache.evict("users", &1).await }),
        &|cache| Box::pin(async move { cache.evict_tag("users", "all").await }),
        &|cache| Box::pin(async move { cache.clear("users").await }),
    ];
    for (at, evict) in evictions.iter().enumerate() {
        let new = format!("name {at}");
        for users in [&at_a, &at_b] {
            users.names.lock().unwrap().insert(1, new.clone());
        }
        evict(a.cache()).await.unwrap();
        until("the other instance serves what was evicted", async || {
            find(&b, &at_b).await.as_ref() == Some(&new)
        })
        .await;
        assert_eq!(find(&a, &at_a).await.as_ref(), Some(&new));
    }
    a.stop().await;
    b.stop().await;
}
