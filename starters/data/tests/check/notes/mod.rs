//! An app with mistakes: statements and an entity that do not fit what its migration makes.

use savia_core::Result;
use savia_core::repository::BaseRepository;
use savia_starter_data::{entity, repository};

savia_core::app! { name: "notes" }
savia::migrations!();

/// A note; nobody wrote the migration for its title.
#[entity]
pub(crate) struct Note {
    #[id]
    id: i64,
    slug: Option<String>,
    title: Option<String>,
}

#[allow(dead_code, reason = "only looked at")]
#[repository]
pub(crate) trait NoteRepository: BaseRepository<Note> {
    #[query("select * from notes where slug = :slug and (:id is null or id > :id)")]
    async fn like_this(&self, slug: &str, id: Option<i64>) -> Result<Vec<Note>>;

    #[query("select * from notes where slag = :slug")]
    async fn misspelt(&self, slug: &str) -> Result<Vec<Note>>;

    #[query("update nots set slug = null where id in (:ids)")]
    async fn elsewhere(&self, ids: &[i64]) -> Result<u64>;
}
