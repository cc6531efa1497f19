//! Pages by cursor (keyset): `?after=…&size=20&sort=created_at,desc`.

use serde::{Deserialize, Serialize};

use super::{PageRequest, Sort};
use crate::validation::{Validate, Violation};

/// Which entries are asked for: those after a cursor.
///
/// A handler takes it as `request: Query<CursorRequest>`. The first request has no `after`; the
/// others send the `next` of the answer before, with the same `sort`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct CursorRequest {
    /// The `next` of the answer before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// How many entries the answer holds, from 1 to 1000.
    #[schemars(range(min = 1, max = 1000))]
    pub size: u32,
    /// In which order.
    pub sort: Sort,
}

impl CursorRequest {
    /// The first `size` entries; the size is brought into its range.
    pub fn of(size: u32) -> Self {
        Self {
            after: None,
            size: size.clamp(1, PageRequest::MAX_SIZE),
            sort: Sort::default(),
        }
    }

    /// In this order.
    #[must_use]
    pub fn sorted(mut self, sort: Sort) -> Self {
        self.sort = sort;
        self
    }

    /// Those after this cursor.
    #[must_use]
    pub fn after(mut self, cursor: impl Into<String>) -> Self {
        self.after = Some(cursor.into());
        self
    }
}

impl Default for CursorRequest {
    /// The first 20 entries.
    fn default() -> Self {
        Self::of(20)
    }
}

impl Validate for CursorRequest {
    fn validate(&self) -> Result<(), Vec<Violation>> {
        PageRequest {
            page: 0,
            size: self.size,
            sort: Sort::default(),
        }
        .validate()
    }
}

/// Entries, and the cursor behind which the next ones stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(rename = "{T}Slice")]
pub struct Slice<T> {
    /// The entries.
    pub content: Vec<T>,
    /// Where they stand.
    pub page: CursorInfo,
}

/// Where a slice stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CursorInfo {
    /// How many entries it was asked to hold.
    pub size: u32,
    /// What to send as `after` for the next ones; missing where there are none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next: Option<String>,
}

impl<T> Slice<T> {
    /// A slice of these entries.
    pub fn new(content: Vec<T>, request: &CursorRequest, next: Option<String>) -> Self {
        let size = request.size;
        Self {
            content,
            page: CursorInfo { size, next },
        }
    }

    /// The same slice with each entry turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Slice<U> {
        Slice {
            content: self.content.into_iter().map(turn).collect(),
            page: self.page,
        }
    }
}
