//! How orders are read and written.

use savia::prelude::*;

use super::entities::{Order, OrderLine};

/// The orders.
#[repository]
pub trait OrderRepository: BaseRepository<Order> {
    /// An order and what was ordered: two statements.
    #[with(lines)]
    async fn find_first_by_id(&self, id: i64) -> Result<Option<Order>>;

    /// Somebody's orders and what was ordered: as many statements, however many orders there are.
    #[with(lines)]
    async fn find_by_email(&self, email: &str, page: PageRequest) -> Result<Page<Order>>;
}

/// The lines of orders.
#[repository]
pub trait OrderLineRepository: BaseRepository<OrderLine> {}
