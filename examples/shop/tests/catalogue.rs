//! The catalogue, as customers and operators see it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

mod support;

use std::process::Command;

use savia::prelude::*;
use savia::test::TestApp;
use shop::apps::catalogue::entities::Product;

on_both! {
    products_are_shown_by_page
    a_product_is_looked_up_once
    a_product_is_added_changed_and_removed
    a_change_that_did_not_see_the_last_one_is_refused
    a_product_against_the_rules_is_refused
    what_has_been_ordered_stays
}

/// Makes a product like many.
fn mug(number: u32) -> Product {
    Product {
        sku: format!("mug-{number:03}"),
        name: format!("Mug number {number}"),
        price: Decimal::new(990, 2),
        in_stock: 1,
        ..Product::default()
    }
}

async fn products_are_shown_by_page(app: TestApp) {
    app.get("/products?sort=sku,desc")
        .send()
        .await
        .assert_status(200)
        .assert_json_path("content[0].sku", "shirt")
        .assert_json_path("page.total_elements", 2);
    app.create_many(45, mug).await;
    app.get("/products?name=MUG%20NUMBER&page=2&size=20&sort=sku")
        .send()
        .await
        .assert_json_path("content[4].sku", "mug-045")
        .assert_json_path("page.total_pages", 3);
    app.get("/products?name=50%25%27%20or%201=1")
        .send()
        .await
        .assert_json_path("page.total_elements", 0);
    app.get("/products?sort=sku;drop%20table%20products")
        .send()
        .await
        .assert_problem(400);
    app.get("/products/mug")
        .send()
        .await
        .assert_json_contains(json!({
            "sku": "mug", "name": "A mug with a crab", "price": "9.90", "in_stock": 12, "version": 1
        }));
    app.get("/products/hat")
        .send()
        .await
        .assert_problem(404)
        .assert_json_path("detail", "there is no product hat");
}

async fn a_product_is_looked_up_once(app: TestApp) {
    let cached = app
        .inject::<Arc<Cache>>()
        .typed::<Product>("catalogue.products");
    assert!(cached.get("mug").await.is_none());
    app.get("/products/mug").send().await.assert_status(200);
    assert!(cached.get("mug").await.is_some());
}

async fn a_product_is_added_changed_and_removed(app: TestApp) {
    let hat = json!({ "sku": "hat", "name": "A hat", "price": "19.90", "in_stock": 5 });
    app.post("/products")
        .json(&hat)
        .send()
        .await
        .assert_status(201)
        .assert_header("location", "/products/hat")
        .assert_json_contains(&hat);
    app.post("/products")
        .json(&hat)
        .send()
        .await
        .assert_problem(409);
    app.get("/products/hat")
        .send()
        .await
        .assert_json_path("version", 1);

    let dearer = json!({
        "sku": "hat", "name": "A hat", "price": "21.00", "in_stock": 5, "version": 1
    });
    app.put("/products/hat")
        .json(&dearer)
        .send()
        .await
        .assert_status(200)
        .assert_json_path("version", 2);
    app.patch("/products/hat")
        .json(&json!({ "name": "A fine hat" }))
        .send()
        .await
        .assert_status(200)
        .assert_json_contains(json!({ "name": "A fine hat", "price": "21.00", "version": 3 }));
    app.patch("/products/hat")
        .json(&json!({ "name": null, "colour": "red" }))
        .send()
        .await
        .assert_problem(422);
    // What was cached is not what is answered.
    app.get("/products/hat")
        .send()
        .await
        .assert_json_path("price", "21.00");

    app.delete("/products/hat").send().await.assert_status(204);
    app.get("/products/hat").send().await.assert_problem(404);
}

async fn a_change_that_did_not_see_the_last_one_is_refused(app: TestApp) {
    let change = |name: &str| {
        app.put("/products/mug").json(&json!({
            "sku": "mug", "name": name, "price": "9.90", "in_stock": 12, "version": 1
        }))
    };
    change("A mug with two crabs")
        .send()
        .await
        .assert_status(200);
    change("A mug with no crab")
        .send()
        .await
        .assert_problem(409);
    app.get("/products/mug")
        .send()
        .await
        .assert_json_path("name", "A mug with two crabs");
}

async fn a_product_against_the_rules_is_refused(app: TestApp) {
    let product = json!({ "sku": "", "name": "x", "price": "-1", "in_stock": -1 });
    app.post("/products")
        .json(&product)
        .send()
        .await
        .assert_problem(422)
        .assert_violation("sku", "length")
        .assert_violation("price", "range")
        .assert_violation("in_stock", "range");
}

async fn what_has_been_ordered_stays(app: TestApp) {
    let order = json!({ "email": "ada@example.org", "lines": [{ "sku": "mug", "quantity": 1 }] });
    app.post("/orders")
        .json(&order)
        .send()
        .await
        .assert_status(201);
    app.delete("/products/mug").send().await.assert_problem(409);
    app.get("/products/mug").send().await.assert_status(200);
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

#[test]
fn the_price_list_is_a_command_of_the_binary() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!(
        "data.url=sqlite:{}",
        folder.path().join("shop.db").display()
    );
    let list = |arguments: &[&str]| {
        let ran = Command::new(env!("CARGO_BIN_EXE_shop"))
            .args(["--set", &url, "price-list"])
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
        "PRODUCT              PRICE\n\
         A mug with a crab    9.90\n\
         A shirt with a gear  24.90\n"
    );
    let cheap: serde_json::Value =
        serde_json::from_str(&list(&["--up-to", "10", "--format", "json"])).unwrap();
    assert_eq!(
        cheap,
        json!([{ "product": "A mug with a crab", "price": "9.90" }])
    );
}
