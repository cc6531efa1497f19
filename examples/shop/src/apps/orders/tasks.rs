//! What is done once an order was taken, whoever waits for it.

use savia::prelude::*;
use shop_mail::{Letter, Mailer};

use super::repositories::OrderRepository;
use crate::apps::catalogue::services::CatalogueService;

/// Writes to the customer. The task is part of the transaction that takes the order, so that there is
/// a letter for every order and none without; a mail server that is away is tried again.
#[task(queue = "mail", retries = 8, backoff = exponential("2s", max = "10m"), timeout = "30s")]
pub async fn confirm_order(
    order_id: i64,
    orders: Arc<dyn OrderRepository>,
    catalogue: Arc<CatalogueService>,
    mailer: Arc<dyn Mailer>,
) -> Result<()> {
    // Nobody takes an order back; one that is gone wants no letter.
    let Some(order) = orders.find_first_by_id(order_id).await? else {
        return Ok(());
    };
    let mut text = "Thank you for your order.\n".to_owned();
    for line in order.lines.into_inner().unwrap_or_default() {
        // What it is called now, from the cache that the catalogue's own process keeps right.
        let product = catalogue.product(&line.sku).await?;
        text += &format!("{} of: {}\n", line.quantity, product.name);
    }
    text += &format!("It comes to {}.", order.total);
    let letter = Letter {
        to: order.email,
        subject: format!("Your order {}", order.id),
        text,
    };
    mailer.send(letter).await
}
