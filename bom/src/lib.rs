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
pub use garde;
pub use inventory;
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
    #[cfg(feature = "test")]
    pub use savia_starter_test::private as test;
    #[cfg(feature = "web")]
    pub use savia_starter_web::private as web;
}
