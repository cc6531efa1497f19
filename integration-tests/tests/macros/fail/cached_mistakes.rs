//! Every mistake is told at once, where it was made.

use savia::{Result, cache_evict, cache_put, cached};

struct Posts;

impl Posts {
    #[cached(tll = "5m", chache = "posts", all)]
    async fn misspelt(&self, id: i64) -> i64 {
        id
    }

    #[cached(ttl = "5 parsecs", tti = 60, max_entries = "many", tags = "all", local = true)]
    async fn of_other_kinds(&self, id: i64) -> i64 {
        id
    }

    #[cached(key = "{id", none_ttl = "1s", errors = "1s", max_weight = 10)]
    async fn half(&self, id: i64) -> i64 {
        id
    }

    #[cached(key = "{result.id}")]
    async fn too_early(&self, id: i64) -> i64 {
        id
    }

    #[cached]
    async fn changes(&mut self, id: i64) -> i64 {
        id
    }

    #[cached]
    async fn many_types<T: Clone>(&self, value: T) -> T {
        value
    }

    #[cached]
    async fn nothing(&self, id: i64) {}

    #[cached]
    fn borrowed(&self, id: i64) -> &str {
        "it lives as long as the service"
    }

    #[cached]
    fn nameless(&self, id: i64) -> impl Iterator<Item = i64> {
        std::iter::once(id)
    }

    #[cached]
    fn in_parts(&self, (id, page): (i64, i64)) -> i64 {
        id + page
    }

    #[cache_put(key = "{result}", max_entries = 10)]
    async fn into_none(&self, id: i64) -> Result<i64> {
        Ok(id)
    }

    #[cache_put(cache = "posts")]
    async fn under_nothing(&self, id: i64) -> Result<i64> {
        Ok(id)
    }

    #[cache_evict]
    async fn nowhere(&self, id: i64) {}

    #[cache_evict(cache = "posts", key = "{id}", all)]
    async fn both(&self, id: i64) {}

    #[cache_evict(cache = "posts", key = "{result}", before)]
    async fn before_it_is(&self, id: i64) -> i64 {
        id
    }

    #[cache_evict(cache = "my posts", tags = [], ttl = "5m")]
    async fn too_much(&self, id: i64) {}
}

trait Finder {
    #[cached]
    async fn find(&self, id: i64) -> i64;
}

#[cached]
struct NoFunction;

fn main() {}
