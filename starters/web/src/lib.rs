#![doc = include_str!("../README.md")]

// The macros emit `::savia::…`; inside this crate that is this crate.
extern crate self as savia;

pub mod access;
mod autoconfig;
mod checks;
mod commands;
mod compression;
mod conditional;
pub mod config;
mod docs;
pub mod extract;
pub mod filter;
pub mod handler;
pub mod openapi;
mod pipeline;
pub mod problem;
mod proxies;
pub mod respond;
pub mod route;
mod router;
pub mod server;

#[doc(hidden)]
pub mod private;

/// What the macros' code names. No promise of stability is made here.
#[doc(hidden)]
pub mod __private {
    pub use crate::private as web;
    pub use savia_core::__private::*;
}

pub use extract::{Body, CspNonce, Form, Header, Json, Path, Query, Text};
pub use filter::{Exchange, Flow, WebFilter};
pub use problem::Problem;
pub use proxies::TrustedProxies;
pub use respond::{Created, Html, NoContent, Respond};
pub use route::{Method, Route, RouteMeta};

pub use actix_web;
pub use savia_core::__private::macros::{controller, routes};

savia_core::starter! { name: "web" }
