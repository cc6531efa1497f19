#![doc = include_str!("../README.md")]

// The macros emit `::savia::…`; inside this crate that is this crate.
extern crate self as savia;

mod autoconfig;
mod backend;
mod cache;
mod check;
pub mod config;
mod endpoint;
mod error;
mod health;
pub mod key;
mod lifecycle;
mod site;
mod stats;
mod store;

#[doc(hidden)]
pub mod private;

pub use backend::memory::MemoryCache;
pub use backend::none::NoCache;
pub use backend::redis::RedisCache;
pub use backend::tiered::TieredCache;
pub use cache::{Cache, TypedCache};
pub use error::CacheError;
pub use key::{CacheKey, KeyText};

// `savia::cache` is the core's module and this crate in one: where the feature is on, the crate
// stands in the module's place.
pub use savia_core::cache::*;

pub use savia_core::__private::macros::{cache_evict, cache_put, cached};

/// What the macros' code names. No promise of stability is made here.
#[doc(hidden)]
pub mod __private {
    pub use crate::private as cache;
    pub use savia_core::__private::*;
}

savia_core::starter! { name: "cache" }
