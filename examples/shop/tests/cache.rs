//! The catalogue's cache and transactions: what stands is evicted, and what is rolled back is not.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

mod support;

use savia::prelude::*;
use savia::test::TestApp;
use shop::apps::catalogue::entities::Product;
use shop::apps::catalogue::services::CatalogueService;

on_both! {
    a_change_evicts_once_it_is_committed
    what_is_rolled_back_evicts_nothing
    the_order_of_the_attributes_does_not_matter
    an_order_that_is_refused_evicts_nothing
}

const OLD: &str = "A mug with a crab";
const NEW: &str = "A mug with two crabs";

struct Shop {
    catalogue: Arc<CatalogueService>,
    cache: Arc<Cache>,
}

impl Shop {
    async fn of(app: &TestApp) -> Self {
        let shop = Self {
            catalogue: app.inject(),
            cache: app.inject(),
        };
        assert_eq!(shop.catalogue.product("mug").await.unwrap().name, OLD);
        assert_eq!(shop.cached().await.as_deref(), Some(OLD));
        shop
    }

    /// What everybody else is given.
    async fn cached(&self) -> Option<String> {
        let products = self.cache.typed::<Product>("catalogue.products");
        products.get("mug").await.map(|it| it.name)
    }

    async fn rename(&self) -> Result<Product> {
        let changes = serde_json::from_value(json!({ "name": NEW })).unwrap();
        self.catalogue.patch("mug", changes).await
    }

    /// A part of a larger transaction, which sees its own change before others do.
    async fn rename_and_look(&self) -> Result<()> {
        self.rename().await?;
        assert_eq!(self.cached().await.as_deref(), Some(OLD), "too early");
        assert_eq!(self.catalogue.product("mug").await?.name, NEW);
        Ok(())
    }

    #[transactional]
    async fn commits(&self) -> Result<()> {
        self.rename_and_look().await
    }

    #[transactional]
    async fn rolls_back(&self) -> Result<()> {
        self.rename_and_look().await?;
        Err(Error::conflict("not after all"))
    }

    #[transactional]
    #[cache_evict(cache = "catalogue.products", key = "{sku}")]
    async fn evicts_inside(&self, sku: &str, commits: bool) -> Result<()> {
        assert_eq!(sku, "mug");
        if commits {
            return Ok(());
        }
        Err(Error::conflict("not after all"))
    }
}

async fn a_change_evicts_once_it_is_committed(app: TestApp) {
    let shop = Shop::of(&app).await;
    shop.rename().await.unwrap();
    assert_eq!(shop.cached().await, None);
    assert_eq!(shop.catalogue.product("mug").await.unwrap().name, NEW);

    let again = Product {
        name: OLD.to_owned(),
        ..Product::clone(&*shop.catalogue.product("mug").await.unwrap())
    };
    shop.catalogue.change("mug", again).await.unwrap();
    assert_eq!(shop.catalogue.product("mug").await.unwrap().name, OLD);
    shop.commits().await.unwrap();
    assert_ne!(shop.cached().await.as_deref(), Some(OLD));
    assert_eq!(shop.catalogue.product("mug").await.unwrap().name, NEW);
}

async fn what_is_rolled_back_evicts_nothing(app: TestApp) {
    let shop = Shop::of(&app).await;
    shop.rolls_back().await.unwrap_err();
    assert_eq!(shop.cached().await.as_deref(), Some(OLD));
    assert_eq!(shop.catalogue.product("mug").await.unwrap().name, OLD);

    // Its own transaction fails: another has changed the product meanwhile.
    let outdated = Product {
        version: 0,
        ..Product::clone(&*shop.catalogue.product("mug").await.unwrap())
    };
    shop.catalogue.change("mug", outdated).await.unwrap_err();
    assert_eq!(shop.cached().await.as_deref(), Some(OLD));
}

async fn the_order_of_the_attributes_does_not_matter(app: TestApp) {
    let shop = Shop::of(&app).await;
    shop.evicts_inside("mug", false).await.unwrap_err();
    assert_eq!(shop.cached().await.as_deref(), Some(OLD));
    shop.evicts_inside("mug", true).await.unwrap();
    assert_eq!(shop.cached().await, None);
}

async fn an_order_that_is_refused_evicts_nothing(app: TestApp) {
    let shop = Shop::of(&app).await;
    let order = |shirts: i32| {
        let line = |sku: &str, quantity: i32| json!({ "sku": sku, "quantity": quantity });
        json!({ "email": "ada@example.org", "lines": [line("mug", 1), line("shirt", shirts)] })
    };
    // The mug has been sold when it turns out that there are too few shirts.
    let refused = app.post("/orders").json(&order(4)).send().await;
    refused.assert_problem(409);
    assert_eq!(shop.cached().await.as_deref(), Some(OLD));
    let taken = app.post("/orders").json(&order(1)).send().await;
    taken.assert_status(201);
    assert_eq!(shop.cached().await, None);
}
