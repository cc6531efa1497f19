//! The shop's own cache keeps what a cache promises.

use std::time::Duration;

use savia::cache::{JsonCodec, PutOptions};
use savia::prelude::*;
use savia::test::TestApp;

#[savia::test]
async fn the_cache_keeps_what_a_cache_promises(app: TestApp) {
    let cache = app.inject::<Arc<dyn BaseCache>>();
    let codec = JsonCodec::<u8>::default();
    let until = |ttl| PutOptions {
        ttl: Some(ttl),
        tags: vec!["numbers".to_owned()],
    };
    let (long, over) = (until(Duration::from_secs(3600)), until(Duration::ZERO));
    let put = async |key: &str, options: &PutOptions| {
        cache
            .put("a", key, Arc::new(1_u8), options, &codec)
            .await
            .unwrap();
    };
    let has = async |cache_name: &str, key: &str| {
        cache.get(cache_name, key, &codec).await.unwrap().is_some()
    };

    put("one", &long).await;
    assert!(has("a", "one").await);
    assert!(
        !has("b", "one").await,
        "caches do not see each other's entries"
    );
    put("two", &over).await;
    assert!(
        !has("a", "two").await,
        "nothing is given out after its time"
    );
    cache.evict("a", "one").await.unwrap();
    assert!(!has("a", "one").await);

    put("one", &long).await;
    cache.evict_tag("a", "others").await.unwrap();
    assert!(has("a", "one").await);
    cache.evict_tag("a", "numbers").await.unwrap();
    assert!(!has("a", "one").await);

    put("one", &long).await;
    cache.clear("a").await.unwrap();
    assert!(!has("a", "one").await);
}
