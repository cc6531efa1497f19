//! `Store`: what is asked of a database.

use std::future::Future;

use serde::Serialize;

/// What comes of a question; no request of the benchmark is to fail.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What is asked of a database, in the words of one library.
pub trait Store: Clone + Send + 'static {
    /// A row, as it is answered.
    type Post: Serialize;

    /// The post of an id.
    fn find(&self, id: i64) -> impl Future<Output = Result<Option<Self::Post>>>;

    /// The posts of [`spread`](crate::spread), a statement each.
    fn reads(&self, start: i64) -> impl Future<Output = Result<Vec<Self::Post>>>;

    /// The posts of a page, by id, and how many posts there are in all.
    fn page(&self, number: i64) -> impl Future<Output = Result<(Vec<Self::Post>, i64)>>;

    /// Inserts a post and answers it as it is stored.
    fn insert(&self, number: i32) -> impl Future<Output = Result<Self::Post>>;

    /// Sets the number of the posts of [`spread`](crate::spread), a statement each, all of them or
    /// none; says how many that were.
    fn updates(&self, start: i64) -> impl Future<Output = Result<u64>>;

    /// Reads a post and writes it with a number one higher, if its version is still the one that
    /// was read; answers it as it is stored.
    fn change(&self, id: i64) -> impl Future<Output = Result<Option<Self::Post>>>;
}
