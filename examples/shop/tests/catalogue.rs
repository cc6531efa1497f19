//! The catalogue, as customers and operators see it.

use std::process::Command;
use std::time::Duration;

use savia::cache::{JsonCodec, PutOptions};
use savia::prelude::*;
use savia::test::TestApp;

#[savia::test]
async fn products_are_shown(app: TestApp) {
    app.get("/products")
        .send()
        .await
        .assert_status(200)
        .assert_json_path("[1].sku", "shirt");
    app.get("/products/mug").send().await.assert_json(json!({
        "sku": "mug", "name": "A mug with a crab", "price_in_cents": 990, "in_stock": 12
    }));
    app.get("/products/hat")
        .send()
        .await
        .assert_problem(404)
        .assert_json_path("detail", "there is no product hat");
}

#[savia::test]
async fn a_product_is_looked_up_once(app: TestApp) {
    let cache = app.inject::<Arc<dyn BaseCache>>();
    assert!(cache.local_get("catalogue.products", "mug").is_none());
    app.get("/products/mug").send().await.assert_status(200);
    assert!(cache.local_get("catalogue.products", "mug").is_some());
}

/// An app that is compiled in and not installed contributes nothing.
#[savia::test]
async fn the_catalogue_can_be_deployed_alone() {
    let app = TestApp::builder()
        .set("installed_apps", json!(["catalogue"]))
        .start()
        .await;
    app.get("/products/mug").send().await.assert_status(200);
    app.get("/orders/1").send().await.assert_problem(404);
}

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

#[test]
fn the_price_list_is_a_command_of_the_binary() {
    let list = |arguments: &[&str]| {
        let ran = Command::new(env!("CARGO_BIN_EXE_shop"))
            .arg("price-list")
            .args(arguments)
            .output();
        let ran = ran.unwrap();
        assert!(
            ran.status.success(),
            "{}",
            String::from_utf8_lossy(&ran.stderr)
        );
        String::from_utf8(ran.stdout).unwrap()
    };
    assert_eq!(
        list(&[]),
        "PRODUCT              PRICE IN CENTS\n\
         A mug with a crab    990\n\
         A shirt with a gear  2490\n"
    );
    let cheap: serde_json::Value =
        serde_json::from_str(&list(&["--up-to", "1000", "--format", "json"])).unwrap();
    assert_eq!(
        cheap,
        json!([{ "product": "A mug with a crab", "price_in_cents": 990 }])
    );
}
