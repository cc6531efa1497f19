//! What is kept of an order.

use savia::prelude::*;

use crate::apps::catalogue::entities::Product;

/// An order that was taken.
#[entity]
#[derive(Default)]
pub struct Order {
    /// Its number.
    #[id]
    pub id: i64,
    /// Where to write to.
    pub email: String,
    /// What it costs.
    #[column(precision = 12, scale = 2)]
    pub total: Decimal,
    /// When it was taken.
    #[created_at]
    pub created_at: DateTime<Utc>,
    /// What was ordered.
    #[has_many(OrderLine)]
    pub lines: Loaded<Vec<OrderLine>>,
}

/// Some of one product in an order.
#[entity]
#[derive(Default)]
pub struct OrderLine {
    /// Its number.
    #[id]
    pub id: i64,
    /// The order.
    #[belongs_to(Order, on_delete = "cascade")]
    pub order_id: i64,
    /// The product.
    #[belongs_to(Product)]
    pub product_id: i64,
    /// The product, as it was called then.
    pub sku: String,
    /// How many of it.
    #[column(check = "quantity > 0")]
    pub quantity: i32,
    /// What one of it cost then.
    #[column(precision = 12, scale = 2)]
    pub price: Decimal,
}
