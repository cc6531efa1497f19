//! The catalogue as other apps and the API use it.

use savia::prelude::*;

use super::entities::Product;
use super::repositories::ProductRepository;

/// Finds products, through the cache, changes and sells them.
#[service]
pub struct CatalogueService {
    products: Arc<dyn ProductRepository>,
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
    #[cached(cache = "catalogue.products", ttl = "1m")]
    pub async fn product(&self, sku: &str) -> Result<Arc<Product>> {
        self.stored(sku).await.map(Arc::new)
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
    #[cache_evict(cache = "catalogue.products", key = "{sku}")]
    #[transactional]
    pub async fn change(&self, sku: &str, product: Product) -> Result<Product> {
        let mut stored = self.stored(sku).await?;
        stored.assign(product);
        self.products.update(stored).await
    }

    /// Changes some of a product; the rest is as it is stored.
    ///
    /// # Errors
    ///
    /// As [`change`](Self::change), and `Invalid` where the product would not keep its rules.
    #[cache_evict(cache = "catalogue.products", key = "{sku}")]
    #[transactional]
    pub async fn patch(&self, sku: &str, changes: MergePatch<Product>) -> Result<Product> {
        let mut stored = self.stored(sku).await?;
        changes.apply(&mut stored)?;
        self.products.update(stored).await
    }

    /// Removes a product.
    ///
    /// # Errors
    ///
    /// `NotFound` where there is no such product, `Conflict` where it has been ordered.
    #[cache_evict(cache = "catalogue.products", key = "{sku}")]
    #[transactional]
    pub async fn remove(&self, sku: &str) -> Result<()> {
        self.products.delete(self.stored(sku).await?).await
    }

    /// Takes some of a product out of stock, as part of the caller's transaction; gives the product.
    ///
    /// # Errors
    ///
    /// `NotFound` where there is no such product, `Conflict` where there are too few of it.
    #[cache_evict(cache = "catalogue.products", key = "{sku}")]
    #[transactional]
    pub async fn sell(&self, sku: &str, quantity: i32) -> Result<Product> {
        let taken = self.products.take(sku, quantity).await?;
        let product = self.stored(sku).await?;
        if taken == 0 {
            let left = product.in_stock;
            let what = format!("there are only {left} of {sku} left");
            return Err(Error::conflict(what));
        }
        Ok(product)
    }

    async fn stored(&self, sku: &str) -> Result<Product> {
        let found = self.products.find_by_sku(sku).await?;
        found.ok_or_else(|| Error::not_found(format!("there is no product {sku}")))
    }
}
