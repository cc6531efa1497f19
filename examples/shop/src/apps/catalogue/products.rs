//! Where products come from: a trait, and the one implementation this example has.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use savia::prelude::*;

use super::config::{CatalogueConfig, Offer};

/// Something that can be bought.
#[dto]
#[derive(PartialEq, Eq)]
pub struct Product {
    /// The name by which it is ordered.
    pub sku: String,
    /// Its name for people.
    pub name: String,
    /// Its price, in cents.
    pub price_in_cents: u32,
    /// How many there are.
    pub in_stock: u32,
}

/// The products and how many there are of each.
#[async_trait]
pub trait Products: Send + Sync {
    /// All of them.
    async fn all(&self) -> Result<Vec<Product>>;

    /// The one of this name.
    async fn find(&self, sku: &str) -> Result<Option<Product>>;

    /// Takes some out of stock.
    ///
    /// # Errors
    ///
    /// `NotFound` where there is no such product, `Conflict` where there are too few of it.
    async fn take(&self, sku: &str, quantity: u32) -> Result<()>;
}

/// The products of application.yaml. What was taken is forgotten with the process: a shop that
/// means it keeps its stock in a database.
#[service(provides(dyn Products))]
pub struct ConfiguredProducts {
    config: Arc<CatalogueConfig>,
    #[init]
    taken: Mutex<HashMap<String, u32>>,
}

impl ConfiguredProducts {
    fn offer(&self, sku: &str) -> Option<&Offer> {
        self.config.products.iter().find(|offer| offer.sku == sku)
    }

    fn product(&self, offer: &Offer) -> Product {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        Product {
            sku: offer.sku.clone(),
            name: offer.name.clone(),
            price_in_cents: offer.price_in_cents,
            in_stock: offer.in_stock - taken.get(&offer.sku).copied().unwrap_or_default(),
        }
    }
}

#[async_trait]
impl Products for ConfiguredProducts {
    async fn all(&self) -> Result<Vec<Product>> {
        Ok(self
            .config
            .products
            .iter()
            .map(|offer| self.product(offer))
            .collect())
    }

    async fn find(&self, sku: &str) -> Result<Option<Product>> {
        Ok(self.offer(sku).map(|offer| self.product(offer)))
    }

    async fn take(&self, sku: &str, quantity: u32) -> Result<()> {
        let Some(offer) = self.offer(sku) else {
            return Err(Error::not_found(format!("there is no product {sku}")));
        };
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = taken.entry(offer.sku.clone()).or_default();
        let left = offer.in_stock - *taken;
        if quantity > left {
            return Err(Error::conflict(format!(
                "there are only {left} of {sku} left"
            )));
        }
        *taken += quantity;
        Ok(())
    }
}
