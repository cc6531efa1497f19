//! What the app answers over HTTP.

use savia::prelude::*;

use super::services::{NewOrder, Order, OrderService};

/// Orders.
#[controller("/orders")]
pub struct OrderController {
    orders: Arc<OrderService>,
}

#[routes]
impl OrderController {
    /// Takes an order.
    #[post]
    async fn place(&self, new: Json<NewOrder>) -> Result<Created<Order>> {
        let order = self.orders.place(new.into_inner()).await?;
        Ok(Created::at(format!("/orders/{}", order.id), order))
    }

    /// One order.
    #[get("/{id}")]
    async fn show(&self, id: Path<u64>) -> Option<Json<Order>> {
        self.orders.find(*id).map(Json)
    }
}
