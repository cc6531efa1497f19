//! A page, in the shape that Savia answers with.

use serde::Serialize;

/// A page.
#[derive(Serialize)]
pub struct Page<T> {
    /// Its rows.
    pub content: Vec<T>,
    /// Where it stands.
    pub page: PageMetadata,
}

/// Where a page stands.
#[derive(Serialize)]
pub struct PageMetadata {
    /// Its number; the first is 0.
    pub number: i64,
    /// How many rows a page has.
    pub size: i64,
    /// How many rows there are.
    pub total_elements: i64,
    /// How many pages there are.
    pub total_pages: i64,
}

impl<T> Page<T> {
    /// The page of this number.
    pub fn new(content: Vec<T>, number: i64, total: i64) -> Self {
        let size = crate::PAGE;
        let page = PageMetadata {
            number,
            size,
            total_elements: total,
            total_pages: (total + size - 1) / size,
        };
        Self { content, page }
    }
}
