//! The section `catalogue` of application.yaml.

use std::time::Duration;

use savia::prelude::*;

/// What the shop offers.
#[config("catalogue")]
pub struct CatalogueConfig {
    /// How long a product stays in the cache.
    #[default("1m")]
    pub cache_for: Duration,
    /// What is for sale.
    #[default]
    pub products: Vec<Offer>,
}

/// A product for sale.
#[config]
pub struct Offer {
    /// The name by which it is ordered.
    #[garde(length(min = 1, max = 40))]
    pub sku: String,
    /// Its name for people.
    pub name: String,
    /// Its price, in cents.
    pub price_in_cents: u32,
    /// How many there are.
    #[default(0)]
    pub in_stock: u32,
}
