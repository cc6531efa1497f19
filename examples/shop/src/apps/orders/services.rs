//! Takes orders.

use std::sync::{Mutex, MutexGuard, PoisonError};

use savia::prelude::*;

use crate::apps::catalogue::services::CatalogueService;

/// What somebody wants to buy.
#[dto]
pub struct NewOrder {
    /// The product.
    #[garde(length(min = 1, max = 40))]
    pub sku: String,
    /// How many of it.
    #[garde(range(min = 1, max = 100))]
    pub quantity: u32,
    /// Where to write to.
    #[garde(email)]
    pub email: String,
}

/// An order that was taken.
#[dto]
pub struct Order {
    /// Its number.
    pub id: u64,
    /// The product.
    pub sku: String,
    /// How many of it.
    pub quantity: u32,
    /// What it costs, in cents.
    pub total_in_cents: u64,
    /// Where to write to.
    pub email: String,
}

/// An order was taken.
pub struct OrderPlaced(pub Order);

/// Takes orders and keeps them, as long as the process lives.
#[service]
pub struct OrderService {
    catalogue: Arc<CatalogueService>,
    events: Arc<Events>,
    #[init]
    orders: Mutex<Vec<Order>>,
}

impl OrderService {
    /// Takes an order.
    ///
    /// # Errors
    ///
    /// `NotFound` where there is no such product, `Conflict` where there are too few of it.
    pub async fn place(&self, new: NewOrder) -> Result<Order> {
        let product = self.catalogue.sell(&new.sku, new.quantity).await?;
        let order = self.number(Order {
            id: 0,
            sku: new.sku,
            quantity: new.quantity,
            total_in_cents: u64::from(product.price_in_cents) * u64::from(new.quantity),
            email: new.email,
        });
        self.events.publish(OrderPlaced(order.clone()));
        Ok(order)
    }

    /// The order of this number.
    pub fn find(&self, id: u64) -> Option<Order> {
        self.orders().iter().find(|order| order.id == id).cloned()
    }

    fn number(&self, order: Order) -> Order {
        let mut orders = self.orders();
        let order = Order {
            id: orders.len() as u64 + 1,
            ..order
        };
        orders.push(order.clone());
        order
    }

    fn orders(&self) -> MutexGuard<'_, Vec<Order>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
