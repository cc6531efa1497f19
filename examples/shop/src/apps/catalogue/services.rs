//! The catalogue as other apps and the API use it.

use savia::cache::{JsonCodec, PutOptions};
use savia::prelude::*;

use super::config::CatalogueConfig;
use super::entities::Product;
use super::repositories::ProductRepository;

const CACHE: &str = "catalogue.products";

/// Finds products, through the cache, changes and sells them.
#[service]
pub struct CatalogueService {
    products: Arc<dyn ProductRepository>,
    cache: Arc<dyn BaseCache>,
    config: Arc<CatalogueConfig>,
}

impl CatalogueService {
    /// A page of all products, or of those whose name holds the text.
    ///
    /// # Errors
    ///
    /// `BadRequest` where the sort names no column.
    pub async fn page(&self, name: Option<&str>, page: PageRequest) -> Result<Page<Product>> {
        match name {
            Some(text) => {
                let products = &self.products;
                products
                    .find_by_name_containing_ignore_case(text, page)
                    .await
            }
            None => self.products.find_page(&page).await,
        }
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
        let product = Arc::new(self.stored(sku).await?);
        let options = PutOptions {
            ttl: Some(self.config.cache_for),
            ..PutOptions::default()
        };
        self.cache
            .put(CACHE, sku, product.clone(), &options, &codec)
            .await?;
        Ok(product)
    }

    /// Adds a product.
    ///
    /// # Errors
    ///
    /// `Conflict` where there is one of its name.
    pub async fn add(&self, product: Product) -> Result<Product> {
        self.products.insert(product).await
    }

    /// Changes a product, in the version that whoever changes it has seen.
    ///
    /// # Errors
    ///
    /// `NotFound` where there is no such product, `Conflict` where it has been changed meanwhile.
    #[transactional]
    pub async fn change(&self, sku: &str, product: Product) -> Result<Product> {
        let mut stored = self.stored(sku).await?;
        stored.assign(product);
        self.forget(sku);
        self.products.update(stored).await
    }

    /// Changes some of a product; the rest is as it is stored.
    ///
    /// # Errors
    ///
    /// As [`change`](Self::change), and `Invalid` where the product would not keep its rules.
    #[transactional]
    pub async fn patch(&self, sku: &str, changes: MergePatch<Product>) -> Result<Product> {
        let mut stored = self.stored(sku).await?;
        changes.apply(&mut stored)?;
        self.forget(sku);
        self.products.update(stored).await
    }

    /// Removes a product.
    ///
    /// # Errors
    ///
    /// `NotFound` where there is no such product, `Conflict` where it has been ordered.
    #[transactional]
    pub async fn remove(&self, sku: &str) -> Result<()> {
        self.products.delete(self.stored(sku).await?).await?;
        self.forget(sku);
        Ok(())
    }

    /// Takes some of a product out of stock, as part of the caller's transaction; gives the product.
    ///
    /// # Errors
    ///
    /// `NotFound` where there is no such product, `Conflict` where there are too few of it.
    #[transactional]
    pub async fn sell(&self, sku: &str, quantity: i32) -> Result<Product> {
        let taken = self.products.take(sku, quantity).await?;
        let product = self.stored(sku).await?;
        if taken == 0 {
            let left = product.in_stock;
            let what = format!("there are only {left} of {sku} left");
            return Err(Error::conflict(what));
        }
        self.forget(sku);
        Ok(product)
    }

    async fn stored(&self, sku: &str) -> Result<Product> {
        let found = self.products.find_by_sku(sku).await?;
        found.ok_or_else(|| Error::not_found(format!("there is no product {sku}")))
    }

    /// Lets the cache forget a product, once the change stands: before, others would only put the
    /// old one back.
    fn forget(&self, sku: &str) {
        let (cache, sku) = (Arc::clone(&self.cache), sku.to_owned());
        after_commit(async move || {
            if let Err(error) = cache.evict(CACHE, &sku).await {
                savia::tracing::warn!("{sku} stays in the cache for a while: {error}");
            }
        });
    }
}
