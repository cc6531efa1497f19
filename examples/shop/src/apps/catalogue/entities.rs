//! What the catalogue keeps.

use savia::prelude::*;

/// Something that can be bought.
#[entity(check = "price >= 0", check = "in_stock >= 0")]
#[derive(Default, PartialEq)]
pub struct Product {
    /// Its number.
    #[id]
    pub id: i64,
    /// The name by which it is ordered.
    #[column(unique, length = 40)]
    #[garde(length(min = 1, max = 40))]
    pub sku: String,
    /// Its name for people.
    #[column(length = 200)]
    #[garde(length(min = 1, max = 200))]
    pub name: String,
    /// What one of it costs.
    #[column(precision = 12, scale = 2)]
    #[garde(range(min = 0, max = 1_000_000))]
    pub price: Decimal,
    /// How many there are.
    #[garde(range(min = 0))]
    pub in_stock: i32,
    /// Raised by every change; whoever changes the product says which one they saw.
    #[version]
    pub version: i32,
    /// When it was added.
    #[created_at]
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    #[updated_at]
    pub updated_at: DateTime<Utc>,
}
