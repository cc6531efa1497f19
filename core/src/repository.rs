//! `BaseRepository`: what every repository of an entity can do, and pages.

mod cursor;
mod paging;

use std::pin::Pin;

use async_trait::async_trait;
use futures_util::Stream;
use serde::{Deserialize, Serialize};

use crate::Result;

pub use cursor::{CursorInfo, CursorRequest, Slice};

/// Entities as they come; made by [`BaseRepository::stream`].
pub type EntityStream<'a, E> = Pin<Box<dyn Stream<Item = Result<E>> + Send + 'a>>;

/// A type that is stored: what a repository needs to know of it.
pub trait Entity: Send + Sync + Sized + 'static {
    /// The type of its id.
    type Id: Send + Sync + Clone + 'static;

    /// Its id.
    fn id(&self) -> Self::Id;
}

/// Reads and writes entities of one type.
///
/// # What an implementor must keep
///
/// - Inside a transaction ([`Context::transaction`](crate::Context::transaction)) every call is part
///   of it; outside one, every call is a transaction of its own.
/// - A write that returned is committed, or will be with its transaction.
/// - Writing a stale version is a `Conflict`, and so is breaking a unique key or a reference.
/// - A sort key that is no column of the entity is a `BadRequest`; no text of a caller's ever
///   becomes part of a statement.
///
/// # What a caller may rely on
///
/// A future that is dropped half-way has done its whole work or none. Pages are stable between
/// calls only as far as what is stored is; [`Sort`]s get the id as last key, so that no row is seen
/// twice for want of an order.
#[async_trait]
pub trait BaseRepository<E: Entity>: Send + Sync {
    /// The entity of this id.
    ///
    /// # Errors
    ///
    /// `Unavailable` where the store is out of reach; so do all methods.
    async fn find_by_id(&self, id: E::Id) -> Result<Option<E>>;

    /// The entities of these ids that exist, in no order.
    async fn find_all_by_id(&self, ids: &[E::Id]) -> Result<Vec<E>>;

    /// A page of all.
    ///
    /// # Errors
    ///
    /// `BadRequest` where the sort names no column.
    async fn find_page(&self, page: &PageRequest) -> Result<Page<E>>;

    /// The entities behind a cursor: as fast on the last page as on the first, and with no row
    /// twice or left out when others write between two pages.
    ///
    /// # Errors
    ///
    /// `BadRequest` where the sort names no column, or the cursor is none that this sort gave.
    async fn find_slice(&self, request: &CursorRequest) -> Result<Slice<E>>;

    /// All, in this order, read in portions: what does not fit into memory can be walked through.
    ///
    /// Inside a transaction all portions see the same; outside, each sees what is stored when it is
    /// read.
    fn stream(&self, sort: &Sort) -> EntityStream<'_, E>;

    /// All, in this order.
    ///
    /// # Errors
    ///
    /// `BadRequest` where the sort names no column.
    async fn find_all(&self, sort: &Sort) -> Result<Vec<E>>;

    /// How many there are.
    async fn count(&self) -> Result<u64>;

    /// Whether there is one of this id.
    async fn exists_by_id(&self, id: E::Id) -> Result<bool> {
        Ok(self.find_by_id(id).await?.is_some())
    }

    /// Inserts, and gives the entity as it is stored: with what the store generated.
    ///
    /// # Errors
    ///
    /// `Conflict` where it breaks a unique key or a reference.
    async fn insert(&self, entity: E) -> Result<E>;

    /// Inserts all or none, and gives them as they are stored.
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert).
    async fn insert_all(&self, entities: Vec<E>) -> Result<Vec<E>>;

    /// Updates, and gives the entity as it is stored.
    ///
    /// # Errors
    ///
    /// `NotFound` where there is none of its id; `Conflict` where its version is stale or it breaks
    /// a key.
    async fn update(&self, entity: E) -> Result<E>;

    /// Inserts, or updates where its id exists.
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert) and [`update`](Self::update).
    async fn save(&self, entity: E) -> Result<E>;

    /// Deletes the entity of this id; says whether there was one.
    ///
    /// # Errors
    ///
    /// `Conflict` where something refers to it.
    async fn delete_by_id(&self, id: E::Id) -> Result<bool>;

    /// Deletes an entity.
    ///
    /// # Errors
    ///
    /// `NotFound` where there is none of its id; `Conflict` where its version is stale or something
    /// refers to it.
    async fn delete(&self, entity: E) -> Result<()>;
}

/// Which page is asked for.
///
/// A handler takes it as `page: Query<PageRequest>` from `?page=0&size=20&sort=name,desc`: each may
/// be left out, and `sort` may stand several times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct PageRequest {
    /// Its number, from 0.
    pub page: u32,
    /// How many entries it holds, from 1 to 1000.
    #[schemars(range(min = 1, max = 1000))]
    pub size: u32,
    /// In which order.
    pub sort: Sort,
}

impl PageRequest {
    /// The most entries a page may hold.
    pub const MAX_SIZE: u32 = 1_000;

    /// Page `page` of `size` entries; the size is brought into its range.
    pub fn of(page: u32, size: u32) -> Self {
        Self {
            page,
            size: size.clamp(1, Self::MAX_SIZE),
            sort: Sort::default(),
        }
    }

    /// In this order.
    #[must_use]
    pub fn sorted(mut self, sort: Sort) -> Self {
        self.sort = sort;
        self
    }

    /// How many entries stand before the page.
    pub fn offset(&self) -> u64 {
        u64::from(self.page) * u64::from(self.size)
    }
}

impl Default for PageRequest {
    /// The first page, of 20 entries.
    fn default() -> Self {
        Self::of(0, 20)
    }
}

/// An order: keys, most important first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sort {
    /// The keys.
    pub keys: Vec<SortKey>,
}

/// One key of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// The entity's field.
    pub field: String,
    /// Whether the greatest comes first.
    pub descending: bool,
}

impl Sort {
    /// Smallest first by this field, after what is there.
    #[must_use]
    pub fn asc(mut self, field: impl Into<String>) -> Self {
        self.keys.push(SortKey {
            field: field.into(),
            descending: false,
        });
        self
    }

    /// Greatest first by this field, after what is there.
    #[must_use]
    pub fn desc(mut self, field: impl Into<String>) -> Self {
        self.keys.push(SortKey {
            field: field.into(),
            descending: true,
        });
        self
    }
}

/// A page of something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "{T}Page")]
pub struct Page<T> {
    /// Its entries.
    pub content: Vec<T>,
    /// Where it stands.
    pub page: PageInfo,
}

/// Where a page stands among all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct PageInfo {
    /// Its number, from 0.
    pub number: u32,
    /// How many entries it was asked to hold.
    pub size: u32,
    /// How many entries there are in all.
    pub total_elements: u64,
    /// How many pages there are.
    pub total_pages: u64,
}

impl<T> Page<T> {
    /// A page of these entries, among `total` in all.
    pub fn new(content: Vec<T>, request: &PageRequest, total: u64) -> Self {
        let size = u64::from(request.size.max(1));
        let page = PageInfo {
            number: request.page,
            size: request.size,
            total_elements: total,
            total_pages: total.div_ceil(size),
        };
        Self { content, page }
    }

    /// The same page with each entry turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page {
            content: self.content.into_iter().map(turn).collect(),
            page: self.page,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_knows_how_many_there_are() {
        let request = PageRequest::of(1, 20);
        let page = Page::new(vec!["a"], &request, 21).map(str::len);
        assert_eq!(page.page.total_pages, 2);
        assert_eq!((page.content, request.offset()), (vec![1], 20));
        assert_eq!(PageRequest::of(0, 0).size, 1);
        assert_eq!(PageRequest::of(u32::MAX, u32::MAX).size, 1_000);
    }
}
