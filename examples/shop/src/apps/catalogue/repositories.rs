//! How products are read and written. There is no implementation to look for: it is made from the
//! methods' names, and from the SQL of those that have some.

use savia::prelude::*;

use super::entities::Product;

/// The products.
#[repository]
pub trait ProductRepository: BaseRepository<Product> {
    /// The one of this name.
    async fn find_by_sku(&self, sku: &str) -> Result<Option<Product>>;

    /// Those whose name for people holds the text, in whatever case.
    async fn find_by_name_containing_ignore_case(
        &self,
        text: &str,
        page: PageRequest,
    ) -> Result<Page<Product>>;

    /// Those that cost no more, the cheapest first.
    async fn find_by_price_less_than_equal_order_by_price(
        &self,
        price: Decimal,
    ) -> Result<Vec<Product>>;

    /// Takes some out of stock, where there are enough; says how many products that were. One
    /// statement: two customers cannot both get the last one.
    #[query(
        "update products set in_stock = in_stock - :quantity, version = version + 1
         where sku = :sku and in_stock >= :quantity"
    )]
    async fn take(&self, sku: &str, quantity: i32) -> Result<u64>;
}
