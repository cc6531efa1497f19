//! Ordering, as a customer sees it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

mod support;

use savia::prelude::*;
use savia::test::TestApp;
use savia::tokio::sync::mpsc;
use shop::apps::orders::entities::{Order, OrderLine};
use shop::apps::orders::tasks::confirm_order;
use shop_mail::{Letter, Mailer};

on_both! {
    an_order_is_taken_and_shown
    what_is_not_there_cannot_be_ordered
    an_order_is_taken_whole_or_not_at_all
    nobody_gets_what_somebody_else_got
    an_order_against_the_rules_is_refused
}

/// Keeps letters instead of sending them.
struct Outbox(mpsc::UnboundedSender<Letter>);

#[async_trait]
impl Mailer for Outbox {
    async fn send(&self, letter: Letter) -> Result<()> {
        self.0
            .send(letter)
            .map_err(|_| Error::unavailable("nobody reads the outbox"))
    }
}

fn order(lines: &[(&str, i32)]) -> serde_json::Value {
    let line = |(sku, quantity): &(&str, i32)| json!({ "sku": sku, "quantity": quantity });
    let lines: Vec<_> = lines.iter().map(line).collect();
    json!({ "email": "ada@example.org", "lines": lines })
}

#[savia::test]
async fn an_order_is_confirmed() {
    let (outbox, mut letters) = mpsc::unbounded_channel();
    let app = TestApp::builder()
        .override_component::<dyn Mailer>(Arc::new(Outbox(outbox)))
        .start()
        .await;
    // What is not taken is not confirmed.
    app.post("/orders")
        .json(&order(&[("mug", 1), ("shirt", 4)]))
        .send()
        .await
        .assert_problem(409);
    let taken = app.post("/orders").json(&order(&[("mug", 2)])).send().await;
    let taken: serde_json::Value = taken.assert_status(201).json();

    assert_eq!(app.tasks().enqueued::<confirm_order>().await.len(), 1);
    app.tasks().run().await.assert_succeeded();
    let letter = letters.try_recv().expect("the customer is written to");
    assert_eq!(letter.to, "ada@example.org");
    assert_eq!(letter.subject, format!("Your order {}", taken["id"]));
    assert!(
        letter.text.contains("2 of: A mug with a crab"),
        "{letter:?}"
    );
    assert!(letters.try_recv().is_err(), "one letter for one order");
}

async fn an_order_is_taken_and_shown(app: TestApp) {
    app.post("/orders")
        .json(&order(&[("shirt", 1), ("mug", 2)]))
        .send()
        .await
        .assert_status(201)
        .assert_header("location", "/orders/1")
        .assert_json_path("total", "44.70")
        .assert_json_path("lines[0].sku", "mug");
    app.get("/orders/1")
        .send()
        .await
        .assert_status(200)
        .assert_json_path("total", "44.70")
        .assert_json_path("lines[1].price", "24.90");
    app.get("/products/mug")
        .send()
        .await
        .assert_json_path("in_stock", 10);
    app.post("/orders")
        .json(&order(&[("mug", 1)]))
        .send()
        .await
        .assert_status(201);
    app.get("/orders?email=ada@example.org&size=1&sort=id,desc")
        .send()
        .await
        .assert_json_path("content[0].lines[0].quantity", 1)
        .assert_json_path("page.total_elements", 2);
    app.get("/orders?email=bob@example.org")
        .send()
        .await
        .assert_json_path("page.total_elements", 0);
}

async fn what_is_not_there_cannot_be_ordered(app: TestApp) {
    let place = |lines: &[(&str, i32)]| app.post("/orders").json(&order(lines));
    place(&[("hat", 1)]).send().await.assert_problem(404);
    place(&[("shirt", 4)])
        .send()
        .await
        .assert_problem(409)
        .assert_json_path("detail", "there are only 3 of shirt left");
    place(&[("shirt", 3)]).send().await.assert_status(201);
    app.get("/orders/4711").send().await.assert_problem(404);
}

/// Mugs were taken out of stock before it turned out that there are too few shirts.
async fn an_order_is_taken_whole_or_not_at_all(app: TestApp) {
    app.post("/orders")
        .json(&order(&[("mug", 12), ("shirt", 4)]))
        .send()
        .await
        .assert_problem(409);
    app.get("/products/mug")
        .send()
        .await
        .assert_json_path("in_stock", 12)
        .assert_json_path("version", 1);
    assert_eq!(app.repository::<Order>().count().await.unwrap(), 0);
    assert_eq!(app.repository::<OrderLine>().count().await.unwrap(), 0);
}

/// Twenty customers want a mug, and there are twelve.
async fn nobody_gets_what_somebody_else_got(app: TestApp) {
    let one_mug = order(&[("mug", 1)]);
    let customers = (0..20).map(|_| app.post("/orders").json(&one_mug).send());
    let answers = futures_util::future::join_all(customers).await;
    let with = |status| answers.iter().filter(|it| it.status() == status).count();
    assert_eq!((with(201), with(409)), (12, 8));
    app.get("/products/mug")
        .send()
        .await
        .assert_json_path("in_stock", 0);
    assert_eq!(app.repository::<Order>().count().await.unwrap(), 12);
}

async fn an_order_against_the_rules_is_refused(app: TestApp) {
    let wrong = json!({ "email": "nobody", "lines": [{ "sku": "", "quantity": 0 }] });
    app.post("/orders")
        .json(&wrong)
        .send()
        .await
        .assert_problem(422)
        .assert_violation("email", "email")
        .assert_violation("lines[0].sku", "length")
        .assert_violation("lines[0].quantity", "range");
    app.post("/orders")
        .json(&order(&[]))
        .send()
        .await
        .assert_problem(422);
}
