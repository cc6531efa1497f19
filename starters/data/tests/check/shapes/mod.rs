//! An app whose statements are sound, and whose rows do not all fit what they are read as.

use savia_core::Result;
use savia_core::repository::{BaseRepository, Page, PageRequest};
use savia_starter_data::{entity, projection, repository};

savia_core::app! { name: "shapes" }
savia::migrations!();

/// A shape.
#[entity]
pub(crate) struct Shape {
    #[id(assigned)]
    id: i64,
    name: String,
    sides: i32,
}

/// How many shapes have as many sides.
#[allow(dead_code, reason = "only looked at")]
#[projection]
pub(crate) struct Sides {
    sides: i32,
    shapes: i64,
}

#[allow(dead_code, reason = "only looked at")]
#[repository]
pub(crate) trait ShapeRepository: BaseRepository<Shape> {
    #[query("select * from shapes where sides = :sides and id in (:ids) limit :most -- all")]
    async fn fitting(&self, sides: i32, ids: &[i64], most: i64) -> Result<Vec<Shape>>;

    #[query("with all_of as (select * from shapes) select id, sides, name, 1 as more from all_of")]
    async fn with_more(&self, page: PageRequest) -> Result<Page<Shape>>;

    #[query("select sides, count(*) as shapes from shapes group by sides")]
    async fn by_sides(&self) -> Result<Vec<Sides>>;

    #[query("update shapes set sides = :sides returning id")]
    async fn changed(&self, sides: i32) -> Result<Vec<i64>>;

    #[query("select id, name from shapes")]
    async fn without_sides(&self) -> Result<Vec<Shape>>;

    #[query("select sides, count(*) from shapes group by sides")]
    async fn unnamed(&self) -> Result<Option<Sides>>;

    #[query("select sum(id) from shapes where name = :name")]
    async fn total(&self, name: &str) -> Result<Option<i64>>;

    #[query("select sum(sides) as sides, count(*) as shapes from shapes")]
    async fn too_wide(&self) -> Result<Sides>;
}
