//! What `#[cached]`, `#[cache_put]` and `#[cache_evict]` have in common.

pub(crate) mod function;
pub(crate) mod key;
pub(crate) mod options;
pub(crate) mod site;
pub(crate) mod twice;
