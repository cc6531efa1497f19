//! Commands of the binary: `cargo run -p shop -- price-list`.

use savia::prelude::*;

use super::products::Products;

/// Prints the products and their prices.
#[command(needs = "ready")]
#[allow(clippy::print_stdout, reason = "a command's answer")]
async fn price_list(
    products: Arc<dyn Products>,
    #[arg(long, help = "Only what costs no more than this many cents")] up_to: Option<u32>,
) -> Result<()> {
    let limit = up_to.unwrap_or(u32::MAX);
    for product in products
        .all()
        .await?
        .iter()
        .filter(|it| it.price_in_cents <= limit)
    {
        let cents = product.price_in_cents;
        println!("{:>6}.{:02}  {}", cents / 100, cents % 100, product.name);
    }
    Ok(())
}
