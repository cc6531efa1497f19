//! What the application does.

use savia_core::__private::macros::{controller, routes};
use savia_core::Result;

#[savia::task]
async fn greet() {
    tracing::info!("greeted");
}

#[savia::task]
fn count() {
    tracing::info!("counted");
}

#[controller("/")]
pub(crate) struct Shop {}

#[routes]
impl Shop {
    /// One task on the runtime and one on a thread.
    #[post("/greet")]
    async fn greet(&self) -> Result<String> {
        let ids = [
            greet::new().enqueue().await?.id(),
            count::new().enqueue().await?.id(),
        ];
        Ok(ids.map(|id| id.to_string()).join(" "))
    }
}
