//! A row of the table.

use savia::prelude::*;
use savia_data_bench::text;

/// A post.
#[entity(table = "posts")]
pub(crate) struct Post {
    #[id]
    pub(crate) id: i64,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) number: i32,
    #[version]
    pub(crate) version: i32,
    #[created_at]
    pub(crate) created_at: DateTime<Utc>,
}

/// A post to insert.
pub(crate) fn new(number: i32) -> Post {
    let (title, body) = text(number);
    Post {
        id: 0,
        title,
        body,
        number,
        version: 0,
        created_at: DateTime::UNIX_EPOCH,
    }
}
