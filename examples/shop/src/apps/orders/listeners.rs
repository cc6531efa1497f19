//! What happens once an order was taken.

use savia::prelude::*;
use shop_mail::{Letter, Mailer};

use super::services::OrderPlaced;

/// Writes to the customer. It runs beside the answer: nobody waits for the mail.
#[event_listener]
async fn confirm(placed: &OrderPlaced, mailer: Arc<dyn Mailer>) -> Result<()> {
    let OrderPlaced(order) = placed;
    let letter = Letter {
        to: order.email.clone(),
        subject: format!("Your order {}", order.id),
        text: format!("Thank you for your order. It comes to {}.", order.total),
    };
    mailer.send(letter).await
}
