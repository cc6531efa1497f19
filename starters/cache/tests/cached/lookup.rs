//! What is found, and what is computed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use savia_core::{Error, Result, service};
use savia_starter_cache::cached;

use crate::support::{App, SHARED, has_redis, unique};

/// A value that serde does not know: in the process that is all right.
#[derive(Debug, Clone, PartialEq)]
struct Post(String);

#[service]
struct Posts {
    #[init]
    asked: AtomicU32,
}

/// Another service whose function has the same name.
#[service]
struct Comments {
    #[init]
    asked: AtomicU32,
}

impl Comments {
    #[cached(ttl = "1h")]
    async fn find(&self, id: i64) -> i64 {
        self.asked.fetch_add(1, SeqCst);
        -id
    }
}

impl Posts {
    fn ask(&self) -> u32 {
        self.asked.fetch_add(1, SeqCst)
    }

    #[cached(ttl = "1h", local)]
    async fn find(&self, id: i64) -> Result<Option<Post>> {
        self.ask();
        if id < 0 {
            return Err(Error::bad_request("negative"));
        }
        Ok((id > 0).then(|| Post(format!("post {id}"))))
    }

    #[cached]
    fn title(&self, slug: &str, page: Option<u32>) -> String {
        self.ask();
        format!("{slug} {page:?}")
    }

    #[cached(local, key = "{post.0}", condition = !post.0.is_empty(), unless = result.0.starts_with("draft"))]
    async fn keyed(&self, post: Post, salt: u32) -> Arc<Post> {
        self.ask();
        Arc::new(Post(format!("{}{salt}", post.0)))
    }

    #[cached(errors = "1h")]
    fn failing(&self, id: u8) -> Result<u8, String> {
        self.ask();
        Err(format!("no {id}"))
    }

    #[cached(ttl = "1h", none_ttl = "100ms")]
    fn maybe(&self, id: u8) -> Option<u8> {
        self.ask();
        (id > 0).then_some(id)
    }

    #[cached(local, max_weight = 10, weight = result.len())]
    fn text(&self, length: usize) -> String {
        self.ask();
        "x".repeat(length)
    }
}

#[savia_core::__private::async_trait]
trait Finder: Send + Sync {
    async fn look(&self, id: i64) -> Result<String>;
}

#[savia_core::__private::async_trait]
impl Finder for Posts {
    #[cached(cache = "finder")]
    async fn look(&self, id: i64) -> Result<String> {
        self.ask();
        let text = std::str::from_utf8(b"found")?;
        Ok(format!("{text} {id}"))
    }
}

static FREE: AtomicU32 = AtomicU32::new(0);

#[cached]
async fn free(id: i64) -> i64 {
    FREE.fetch_add(1, SeqCst);
    id
}

fn posts(app: &App) -> Arc<Posts> {
    app.app.handle().component::<Posts>().unwrap()
}

fn asked(posts: &Posts) -> u32 {
    posts.asked.swap(0, SeqCst)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_computed_once_a_key() {
    let app = App::memory().await;
    let posts = posts(&app);
    app.inside(async {
        for _ in 0..3 {
            assert_eq!(
                posts.find(1).await.unwrap(),
                Some(Post("post 1".to_owned()))
            );
            assert_eq!(posts.find(0).await.unwrap(), None);
        }
        assert_eq!(asked(&posts), 2);
        for _ in 0..3 {
            assert!(posts.find(-1).await.is_err());
        }
        assert_eq!(asked(&posts), 3, "errors are not kept");

        for _ in 0..2 {
            posts.title("a", Some(1));
            posts.title("a", None);
            posts.title("b", None);
        }
        assert_eq!(asked(&posts), 3);

        assert_eq!(posts.look(3).await.unwrap(), "found 3");
        assert_eq!(posts.look(3).await.unwrap(), "found 3");
        assert_eq!(asked(&posts), 1);

        // Functions of one name in one module have caches of their own.
        let comments = app.app.handle().component::<Comments>().unwrap();
        assert_eq!(comments.find(1).await, -1);
        assert_eq!(comments.find(1).await, -1);
        assert_eq!(comments.asked.load(SeqCst), 1);
    })
    .await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_conditions_and_exceptions_are_the_authors() {
    let app = App::memory().await;
    let posts = posts(&app);
    app.inside(async {
        let post = |text: &str| Post(text.to_owned());
        assert_eq!(posts.keyed(post("a"), 1).await.0, "a1");
        assert_eq!(posts.keyed(post("a"), 2).await.0, "a1");
        assert_eq!(asked(&posts), 1);
        posts.keyed(post(""), 1).await;
        posts.keyed(post(""), 1).await;
        posts.keyed(post("draft"), 1).await;
        posts.keyed(post("draft"), 1).await;
        assert_eq!(asked(&posts), 4);
        for _ in 0..3 {
            assert_eq!(posts.failing(3), Err("no 3".to_owned()));
        }
        assert_eq!(
            asked(&posts),
            1,
            "errors are kept where they are asked to be"
        );
    })
    .await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_remembered_for_a_time_of_its_own() {
    let app = App::memory().await;
    let posts = posts(&app);
    app.context().sync_scope(|| {
        assert_eq!((posts.maybe(0), posts.maybe(0)), (None, None));
        assert_eq!((posts.maybe(1), posts.maybe(1)), (Some(1), Some(1)));
        assert_eq!(asked(&posts), 2);
        std::thread::sleep(Duration::from_millis(250));
        assert_eq!((posts.maybe(0), posts.maybe(1)), (None, Some(1)));
        assert_eq!(asked(&posts), 1);
    });
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cache_is_bounded_by_weight() {
    let app = App::memory().await;
    let posts = posts(&app);
    app.context().sync_scope(|| {
        posts.text(100);
        posts.text(100);
        assert_eq!(asked(&posts), 2, "it is heavier than the whole cache");
        posts.text(3);
        posts.text(3);
        assert_eq!(asked(&posts), 1);
    });
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_application_has_its_own_and_without_one_nothing_is_cached() {
    let (a, b) = (App::memory().await, App::memory().await);
    FREE.store(0, SeqCst);
    free(1).await;
    free(1).await;
    assert_eq!(FREE.swap(0, SeqCst), 2);
    for app in [&a, &b] {
        app.inside(free(1)).await;
        app.inside(free(1)).await;
    }
    assert_eq!(FREE.swap(0, SeqCst), 2);
    a.stop().await;
    b.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_configuration_beats_the_function() {
    let app = App::start(&[("cache.backend", serde_json::json!("none"))]).await;
    let posts = posts(&app);
    app.inside(async {
        posts.find(1).await.unwrap();
        posts.find(1).await.unwrap();
    })
    .await;
    assert_eq!(asked(&posts), 2);
    app.stop().await;

    let app = App::start(&[("cache.caches.finder.ttl", serde_json::json!("50ms"))]).await;
    let posts = app.app.handle().component::<Posts>().unwrap();
    app.inside(async {
        posts.look(1).await.unwrap();
        tokio::time::sleep(Duration::from_millis(120)).await;
        posts.look(1).await.unwrap();
    })
    .await;
    assert_eq!(asked(&posts), 2);
    app.stop().await;
}

/// What stays in the process is there also where everything else is on Redis.
#[tokio::test(flavor = "multi_thread")]
async fn what_stays_in_the_process_is_kept_with_every_backend() {
    if !has_redis() {
        return;
    }
    for backend in ["redis", "tiered"] {
        let app = App::on(backend, SHARED, &unique()).await;
        let posts = posts(&app);
        let found = async || app.inside(posts.find(1)).await.unwrap().unwrap().0;
        assert_eq!(
            (found().await, found().await),
            ("post 1".into(), "post 1".into())
        );
        assert_eq!(asked(&posts), 1, "{backend}");
        app.inside(async { (posts.failing(3), posts.failing(3)) })
            .await
            .0
            .unwrap_err();
        assert_eq!(asked(&posts), 1, "{backend}");
        let cache = app.cache();
        let name = "cached::lookup::Posts::find";
        assert!(cache.typed_local::<Post>(name).get("1").await.is_some());
        cache.evict(name, "1").await.unwrap();
        found().await;
        assert_eq!(asked(&posts), 1, "{backend}");
        app.stop().await;
    }
}
