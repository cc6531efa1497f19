//! The backends, and the choice among them.

pub(crate) mod memory;
pub(crate) mod none;
pub(crate) mod redis;
pub(crate) mod tiered;
