#![cfg_attr(all(feature = "web", feature = "test"), doc = include_str!("../README.md"))]
#![cfg_attr(
    not(all(feature = "web", feature = "test")),
    doc = "Savia, an application framework for Rust; its features turn starters on."
)]

// Only re-exports stand here: what an application names is in one place, at versions that were
// tested together.
pub use savia_core::*;

#[cfg(feature = "web")]
pub use savia_starter_web as web;
#[cfg(feature = "web")]
#[doc(inline)]
pub use savia_starter_web::{controller, routes};

/// Entities, repositories and transactions.
#[cfg(feature = "data")]
pub use savia_starter_data as data;
#[cfg(feature = "data")]
#[doc(inline)]
pub use savia_starter_data::{entity, migration, projection, repository, transactional};

/// Background tasks and schedules.
#[cfg(feature = "tasks")]
pub use savia_starter_tasks as tasks;
#[cfg(feature = "tasks")]
#[doc(inline)]
pub use savia_starter_tasks::{scheduled, task};

/// Cached functions and typed caches. Without the feature, what the core knows of caches.
#[cfg(feature = "cache")]
pub use savia_starter_cache as cache;
#[cfg(feature = "cache")]
#[doc(inline)]
pub use savia_starter_cache::{cache_evict, cache_put, cached};

/// Who calls, and whether they may.
#[cfg(feature = "security")]
pub use savia_starter_security as security;
#[cfg(feature = "security")]
#[doc(inline)]
pub use savia_starter_security::{audited, authorize, secured};

/// `TestApp` and its client. The attribute `#[savia::test]` bears the same name in the namespace
/// of macros.
#[cfg(feature = "test")]
pub use savia_starter_test as test;
#[cfg(feature = "test")]
#[doc(inline)]
pub use savia_starter_test::test;

pub mod prelude;

#[cfg(feature = "web")]
pub use actix_web;
pub use async_trait;
pub use chrono;
#[cfg(feature = "data")]
pub use diesel;
#[cfg(feature = "data")]
pub use diesel_async;
pub use garde;
pub use inventory;
#[cfg(feature = "data")]
pub use rust_decimal;
pub use schemars;
pub use serde;
pub use serde_json;
pub use shaku;
pub use tokio;
pub use tracing;
#[cfg(feature = "web")]
pub use utoipa;
pub use uuid;

/// What the macros' code names. No promise of stability is made here.
#[doc(hidden)]
pub mod __private {
    pub use savia_core::__private::*;
    #[cfg(feature = "cache")]
    pub use savia_starter_cache::private as cache;
    #[cfg(feature = "data")]
    pub use savia_starter_data::private as data;
    #[cfg(feature = "security")]
    pub use savia_starter_security::private as security;
    #[cfg(feature = "tasks")]
    pub use savia_starter_tasks::private as tasks;
    #[cfg(feature = "test")]
    pub use savia_starter_test::private as test;
    #[cfg(feature = "web")]
    pub use savia_starter_web::private as web;
}
