//! What the catalogue answers over HTTP.

use savia::prelude::*;

use super::entities::Product;
use super::services::CatalogueService;

/// What can be bought.
#[controller("/products")]
pub struct ProductController {
    catalogue: Arc<CatalogueService>,
}

/// Which products are asked for.
#[dto(unknown = "ignore")]
pub struct ProductFilter {
    /// Those whose name holds it, in whatever case.
    #[garde(length(max = 200))]
    pub name: Option<String>,
}

#[routes]
impl ProductController {
    /// A page of products.
    #[get]
    async fn list(
        &self,
        filter: Query<ProductFilter>,
        page: Query<PageRequest>,
    ) -> Result<Json<Page<Product>>> {
        let page = self
            .catalogue
            .page(filter.name.as_deref(), page.into_inner());
        Ok(Json(page.await?))
    }

    /// One product.
    #[get("/{sku}")]
    async fn show(&self, sku: Path<String>) -> Result<Json<Product>> {
        let product = self.catalogue.product(&sku).await?;
        Ok(Json(Product::clone(&product)))
    }

    /// Adds a product.
    #[post]
    async fn add(&self, product: Json<Product>) -> Result<Created<Product>> {
        let product = self.catalogue.add(product.into_inner()).await?;
        Ok(Created::at(format!("/products/{}", product.sku), product))
    }

    /// Changes a product. `version` is that of the product as it was seen: where somebody else
    /// was faster, the answer is 409 and nothing is lost.
    #[put("/{sku}")]
    async fn change(&self, sku: Path<String>, product: Json<Product>) -> Result<Json<Product>> {
        let product = self.catalogue.change(&sku, product.into_inner()).await?;
        Ok(Json(product))
    }

    /// Changes some of a product.
    #[patch("/{sku}")]
    async fn patch(
        &self,
        sku: Path<String>,
        changes: Json<MergePatch<Product>>,
    ) -> Result<Json<Product>> {
        let product = self.catalogue.patch(&sku, changes.into_inner()).await?;
        Ok(Json(product))
    }

    /// Removes a product that nobody has ordered.
    #[delete("/{sku}")]
    async fn remove(&self, sku: Path<String>) -> Result<NoContent> {
        self.catalogue.remove(&sku).await?;
        Ok(NoContent)
    }
}
