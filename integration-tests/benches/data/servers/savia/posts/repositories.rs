//! How posts are read and written.

use savia::prelude::*;

use super::Post;

/// The posts.
#[repository]
pub(crate) trait PostRepository: BaseRepository<Post> {
    /// Sets a post's number; says how many posts that were.
    #[query("update posts set number = :number where id = :id")]
    async fn set_number(&self, id: i64, number: i32) -> Result<u64>;
}
