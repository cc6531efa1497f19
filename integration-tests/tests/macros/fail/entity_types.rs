//! Types that no column has, and what to do about them.

use savia::entity;

#[savia::dto]
pub struct Address {
    pub city: String,
}

#[savia::dto]
pub struct NotAnEntity {
    pub id: i64,
}

#[entity]
pub struct Shop {
    #[id]
    pub id: i64,
    pub address: Address,
}

#[entity]
pub struct Sale {
    #[id]
    pub id: i64,
    #[belongs_to(NotAnEntity)]
    pub shop_id: i64,
}

fn main() {}
