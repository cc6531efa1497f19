//! Tests and benchmarks of the system as a whole. The library is empty: what there is stands in
//! `tests/` (architecture, macros as a user meets them) and `benches/` (see the README there).

/// The guide's listing compiles as a crate outside of the workspace would write it.
#[cfg(doctest)]
#[doc = include_str!("../../core/docs/writing-a-starter.md")]
mod writing_a_starter {}

/// The first taste of Savia that anybody gets compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}
