//! Attacks, each a named case. None passes through.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "what is skipped is said aloud")]

extern crate savia_starter_security as savia;

mod access;
mod algorithms;
mod application;
mod audit;
mod authorization;
mod basic;
mod claims;
mod corpus;
mod enumeration;
mod forge;
mod headers;
mod hosts;
#[cfg(any(feature = "data", feature = "redis"))]
mod instances;
mod interop;
mod lockout;
mod mail;
mod oauth2;
mod passwords;
#[cfg(any(feature = "data", feature = "redis"))]
mod places;
mod proxies;
mod rate_limit;
#[cfg(feature = "redis")]
mod redis_store;
mod refresh;
mod requests;
#[cfg(any(feature = "data", feature = "redis"))]
mod restart;
mod revocation;
#[cfg(any(feature = "data", feature = "redis"))]
#[path = "../../../tasks/tests/support/servers.rs"]
mod servers;
mod session;
mod stores;
mod tokens;
