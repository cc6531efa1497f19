//! What the servers of the data benchmark have in common: what is asked of them, what they answer,
//! and actix-web around a [`Store`]. `README.md` says what is compared.

mod page;
mod serve;
mod store;

pub use page::{Page, PageMetadata};
pub use serve::serve;
pub use store::{Result, Store};

/// Rows of the table when a server starts.
pub const ROWS: i64 = 10_000;
/// Rows on a page.
pub const PAGE: i64 = 50;
/// Reads, or updates, of a request that has many.
pub const MANY: i64 = 20;
/// Connections to SQLite in a library that has one pool for reads and writes.
pub const SQLITE_POOL: u32 = SQLITE_READERS + 1;
/// Connections to SQLite that read, where one more writes.
pub const SQLITE_READERS: u32 = 4;
/// Connections to PostgreSQL.
pub const POSTGRES_POOL: u32 = 8;

/// The table and its rows on SQLite: the migration of the Savia server.
pub const SQLITE_TABLE: &str =
    include_str!("../servers/savia/posts/migrations/20260101000000_create_posts/up.sqlite.sql");
/// The table and its rows on PostgreSQL.
pub const POSTGRES_TABLE: &str =
    include_str!("../servers/savia/posts/migrations/20260101000000_create_posts/up.postgres.sql");

/// What every connection to SQLite says first, as Savia's do.
pub const SQLITE_PRAGMAS: &str = "pragma busy_timeout = 5000; pragma journal_mode = wal; \
     pragma synchronous = normal; pragma foreign_keys = on; pragma cache_size = -16384; \
     pragma temp_store = memory;";

/// The ids that a request for many is about, spread over the table and rising: two transactions
/// that update some of the same rows then wait for each other and cannot block each other.
pub fn spread(start: i64) -> impl Iterator<Item = i64> + Send {
    let step = ROWS / MANY;
    let start = start.rem_euclid(step);
    (0..MANY).map(move |at| start + at * step + 1)
}

/// The text of a post that is inserted.
pub fn text(number: i32) -> (String, String) {
    let body =
        format!("A body of some length, as a body is: number {number} of those that came later.");
    (format!("Post {number}"), body)
}
