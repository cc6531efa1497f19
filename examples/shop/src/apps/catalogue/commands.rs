//! Commands of the binary: `cargo run -p shop -- price-list`.

use savia::prelude::*;

use super::products::Products;

/// Lists the products and their prices.
#[command(needs = "ready")]
async fn price_list(
    call: Call<'_>,
    products: Arc<dyn Products>,
    #[arg(long, help = "Only what costs no more than this many cents")] up_to: Option<u32>,
) -> Result<()> {
    let limit = up_to.unwrap_or(u32::MAX);
    let mut listing = Listing::new(["product", "price_in_cents"]);
    for product in products.all().await? {
        if product.price_in_cents <= limit {
            listing.row([product.name.into(), product.price_in_cents.into()]);
        }
    }
    call.print_listing(&listing);
    Ok(())
}
