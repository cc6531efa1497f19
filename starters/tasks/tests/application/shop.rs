//! What the application does.

use savia_core::__private::macros::{controller, routes};
use std::time::Duration;

use savia_core::Result;

#[savia::task]
async fn greet() {
    tracing::info!("greeted");
}

#[savia::task]
fn count() {
    tracing::info!("counted");
}

/// What no worker survives.
#[savia::task]
async fn poison() {
    tokio::time::sleep(Duration::from_millis(20)).await;
    std::process::abort();
}

#[savia::task]
async fn innocent(number: u32) -> Result<u32> {
    tokio::time::sleep(Duration::from_millis(60)).await;
    Ok(number)
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

    /// A task that kills its worker, among others.
    #[post("/poison")]
    async fn poison(&self) -> Result<String> {
        savia::enqueue_all((0..6).map(innocent::new)).await?;
        let poison = poison::new().enqueue().await?;
        savia::enqueue_all((6..12).map(innocent::new)).await?;
        Ok(poison.id().to_string())
    }
}
