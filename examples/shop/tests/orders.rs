//! Ordering, as a customer sees it.

use savia::prelude::*;
use savia::test::TestApp;
use savia::tokio::sync::mpsc;
use shop_mail::{Letter, Mailer};

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

#[savia::test]
async fn an_order_is_taken_and_confirmed() {
    let (outbox, mut letters) = mpsc::unbounded_channel();
    let app = TestApp::builder()
        .override_component::<dyn Mailer>(Arc::new(Outbox(outbox)))
        .start()
        .await;

    let order = json!({ "sku": "mug", "quantity": 2, "email": "ada@example.org" });
    app.post("/orders")
        .json(&order)
        .send()
        .await
        .assert_status(201)
        .assert_header("location", "/orders/1")
        .assert_json_contains(&order)
        .assert_json_path("total_in_cents", 1980);

    app.get("/orders/1")
        .send()
        .await
        .assert_status(200)
        .assert_json_contains(order);
    app.get("/products/mug")
        .send()
        .await
        .assert_json_path("in_stock", 10);

    let letter = letters.recv().await.expect("the customer is written to");
    assert_eq!(letter.to, "ada@example.org");
    assert_eq!(letter.subject, "Your order 1");
}

#[savia::test]
async fn what_is_not_there_cannot_be_ordered(app: TestApp) {
    let order = |sku: &str, quantity: u32| {
        app.post("/orders").json(&json!({
            "sku": sku, "quantity": quantity, "email": "ada@example.org"
        }))
    };
    order("hat", 1).send().await.assert_problem(404);
    order("shirt", 4)
        .send()
        .await
        .assert_problem(409)
        .assert_json_path("detail", "there are only 3 of shirt left");
    order("shirt", 3).send().await.assert_status(201);
    app.get("/orders/2").send().await.assert_problem(404);
}

#[savia::test]
async fn an_order_against_the_rules_is_refused(app: TestApp) {
    let order = json!({ "sku": "", "quantity": 0, "email": "nobody" });
    app.post("/orders")
        .json(&order)
        .send()
        .await
        .assert_problem(422)
        .assert_violation("sku", "length")
        .assert_violation("quantity", "range")
        .assert_violation("email", "email");
}
