//! What the catalogue answers over HTTP.

use savia::prelude::*;

use super::products::Product;
use super::services::CatalogueService;

/// What can be bought.
#[controller("/products")]
pub struct ProductController {
    catalogue: Arc<CatalogueService>,
}

#[routes]
impl ProductController {
    /// All products.
    #[get]
    async fn list(&self) -> Result<Json<Vec<Product>>> {
        Ok(Json(self.catalogue.all().await?))
    }

    /// One product.
    #[get("/{sku}")]
    async fn show(&self, sku: Path<String>) -> Result<Json<Product>> {
        let product = self.catalogue.product(&sku).await?;
        Ok(Json(Product::clone(&product)))
    }
}
