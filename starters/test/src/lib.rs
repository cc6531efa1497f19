#![cfg_attr(feature = "web", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "web"),
    doc = "The test starter of Savia, without its HTTP client."
)]

// The macros emit `::savia::…`; inside this crate that is this crate.
extern crate self as savia;

mod app;
mod builder;
mod database;
#[cfg(feature = "data")]
mod factory;
#[cfg(feature = "web")]
mod http;
mod logging;
#[cfg(feature = "security")]
mod security;

#[doc(hidden)]
pub mod private;

/// What the macros' code names. No promise of stability is made here.
#[doc(hidden)]
pub mod __private {
    pub use crate::private as test;
    pub use savia_core::__private::*;
    #[cfg(feature = "web")]
    pub use savia_starter_web::private as web;
}

pub use app::TestApp;
pub use builder::TestAppBuilder;
#[cfg(feature = "web")]
pub use http::{TestClient, TestRequest, TestResponse};
#[cfg(feature = "security")]
pub use security::TestOidcProvider;

pub use savia_core::__private::macros::test;
