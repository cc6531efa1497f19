//! The catalogue as other apps and the API use it.

use savia::cache::{JsonCodec, PutOptions};
use savia::prelude::*;

use super::config::CatalogueConfig;
use super::products::{Product, Products};

const CACHE: &str = "catalogue.products";

/// Finds products, through the cache, and sells them.
#[service]
pub struct CatalogueService {
    products: Arc<dyn Products>,
    cache: Arc<dyn BaseCache>,
    config: Arc<CatalogueConfig>,
}

impl CatalogueService {
    /// All products.
    pub async fn all(&self) -> Result<Vec<Product>> {
        self.products.all().await
    }

    /// A product, as it was when it was last looked up.
    ///
    /// # Errors
    ///
    /// `NotFound` where there is no such product.
    pub async fn product(&self, sku: &str) -> Result<Arc<Product>> {
        let codec = JsonCodec::<Product>::default();
        let cached = self.cache.get(CACHE, sku, &codec).await?;
        if let Some(product) = cached.and_then(|value| value.downcast::<Product>().ok()) {
            return Ok(product);
        }
        let found = self.products.find(sku).await?;
        let product =
            Arc::new(found.ok_or_else(|| Error::not_found(format!("there is no product {sku}")))?);
        let options = PutOptions {
            ttl: Some(self.config.cache_for),
            ..PutOptions::default()
        };
        self.cache
            .put(CACHE, sku, product.clone(), &options, &codec)
            .await?;
        Ok(product)
    }

    /// Takes some of a product out of stock, and gives the product.
    ///
    /// # Errors
    ///
    /// `NotFound` where there is no such product, `Conflict` where there are too few of it.
    pub async fn sell(&self, sku: &str, quantity: u32) -> Result<Arc<Product>> {
        self.products.take(sku, quantity).await?;
        self.cache.evict(CACHE, sku).await?;
        self.product(sku).await
    }
}
