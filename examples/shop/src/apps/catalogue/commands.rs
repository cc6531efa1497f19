//! Commands of the binary: `cargo run -p shop -- price-list`.

use savia::prelude::*;

use super::repositories::ProductRepository;

/// Lists the products and their prices, the cheapest first.
#[command]
async fn price_list(
    call: Call<'_>,
    products: Arc<dyn ProductRepository>,
    #[arg(long, help = "Only what costs no more")] up_to: Option<Decimal>,
) -> Result<()> {
    let found = match up_to {
        Some(limit) => {
            products
                .find_by_price_less_than_equal_order_by_price(limit)
                .await?
        }
        None => products.find_all(&Sort::default().asc("price")).await?,
    };
    let mut listing = Listing::new(["product", "price"]);
    for product in found {
        listing.row([product.name.into(), product.price.to_string().into()]);
    }
    call.print_listing(&listing);
    Ok(())
}
