//! Takes orders.

use savia::prelude::*;

use super::entities::{Order, OrderLine};
use super::repositories::{OrderLineRepository, OrderRepository};
use super::tasks::confirm_order;
use crate::apps::catalogue::services::CatalogueService;

/// What somebody wants to buy.
#[dto]
pub struct NewOrder {
    /// Where to write to.
    #[garde(email)]
    pub email: String,
    /// The products.
    #[garde(length(min = 1, max = 20), dive)]
    pub lines: Vec<NewLine>,
}

/// Some of one product.
#[dto]
pub struct NewLine {
    /// The product.
    #[garde(length(min = 1, max = 40))]
    pub sku: String,
    /// How many of it.
    #[garde(range(min = 1, max = 100))]
    pub quantity: i32,
}

/// Takes orders.
#[service]
pub struct OrderService {
    catalogue: Arc<CatalogueService>,
    orders: Arc<dyn OrderRepository>,
    lines: Arc<dyn OrderLineRepository>,
}

impl OrderService {
    /// Takes an order: what is ordered leaves the stock, the order is written and its letter is on
    /// its way, or nothing of it.
    ///
    /// # Errors
    ///
    /// `NotFound` where there is no such product, `Conflict` where there are too few of it.
    #[transactional]
    pub async fn place(&self, new: NewOrder) -> Result<Order> {
        let NewOrder { email, mut lines } = new;
        // In one order for everybody: two customers never wait for each other in a circle.
        lines.sort_by(|a, b| a.sku.cmp(&b.sku));
        let mut sold = Vec::new();
        let mut total = Decimal::ZERO;
        for NewLine { sku, quantity } in lines {
            let product = self.catalogue.sell(&sku, quantity).await?;
            total += product.price * Decimal::from(quantity);
            sold.push(OrderLine {
                product_id: product.id,
                sku,
                quantity,
                price: product.price,
                ..OrderLine::default()
            });
        }
        let order = Order {
            email,
            total,
            ..Order::default()
        };
        let mut order = self.orders.insert(order).await?;
        for line in &mut sold {
            line.order_id = order.id;
        }
        order.lines = Loaded::of(self.lines.insert_all(sold).await?);
        confirm_order::new(order.id).enqueue().await?;
        Ok(order)
    }

    /// The order of this number.
    pub async fn find(&self, id: i64) -> Result<Option<Order>> {
        self.orders.find_first_by_id(id).await
    }

    /// A page of somebody's orders.
    pub async fn of(&self, email: &str, page: PageRequest) -> Result<Page<Order>> {
        self.orders.find_by_email(email, page).await
    }
}
