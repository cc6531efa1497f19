//! Queries of an author's own: what they may be given, and what they may answer.

use savia::repository::{BaseRepository, Page, PageRequest};
use savia::rust_decimal::Decimal;
use savia::uuid::Uuid;
use savia::{Result, dto, entity, projection, repository};

#[entity]
pub struct Item {
    #[id]
    pub id: Uuid,
    pub name: String,
    #[column(scale = 2)]
    pub price: Decimal,
}

/// How many there are of a name.
#[dto]
#[projection]
pub struct Named {
    pub name: String,
    #[column(name = "how_many")]
    pub count: i64,
}

#[repository]
pub trait ItemRepository: BaseRepository<Item> {
    #[query("select * from items where id in (:ids) and name <> :name")]
    async fn some(&self, ids: &[Uuid], name: Option<&str>) -> Result<Vec<Item>>;

    #[query("select name, count(*) as how_many from items group by name")]
    async fn names(&self, page: PageRequest) -> Result<Page<Named>>;

    #[query(
        sqlite = "select id from items where price > :price limit 1",
        postgres = "select id from items where price > :price fetch first row only"
    )]
    async fn dear(&self, #[column(scale = 2)] price: Decimal) -> Result<Option<Uuid>>;

    #[query("select count(*) from items")]
    async fn how_many(&self) -> Result<usize>;

    #[query("update items set name = :name where id = :id")]
    async fn rename(&self, id: Uuid, name: String) -> Result<bool>;

    #[query("with old as (select id from items) delete from items where id in (select id from old)")]
    async fn clear(&self) -> Result<()>;
}

fn main() {}
