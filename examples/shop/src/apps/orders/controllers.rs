//! What the app answers over HTTP.

use savia::prelude::*;

use super::entities::Order;
use super::services::{NewOrder, OrderService};

/// Orders.
#[controller("/orders")]
pub struct OrderController {
    orders: Arc<OrderService>,
}

/// Whose orders are asked for.
#[dto(unknown = "ignore")]
pub struct OrderFilter {
    /// The address they were placed with.
    #[garde(email)]
    pub email: String,
}

#[routes]
impl OrderController {
    /// Takes an order.
    #[post]
    async fn place(&self, new: Json<NewOrder>) -> Result<Created<Order>> {
        let order = self.orders.place(new.into_inner()).await?;
        Ok(Created::at(format!("/orders/{}", order.id), order))
    }

    /// A page of somebody's orders.
    #[get]
    async fn list(
        &self,
        filter: Query<OrderFilter>,
        page: Query<PageRequest>,
    ) -> Result<Json<Page<Order>>> {
        let page = self.orders.of(&filter.email, page.into_inner()).await?;
        Ok(Json(page))
    }

    /// One order.
    #[get("/{id}")]
    async fn show(&self, id: Path<i64>) -> Result<Option<Json<Order>>> {
        Ok(self.orders.find(*id).await?.map(Json))
    }
}
