//! Attacks, each a named case. None passes through.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "what is skipped is said aloud")]

extern crate savia_starter_security as savia;

mod access;
mod algorithms;
mod application;
mod basic;
mod claims;
mod corpus;
mod enumeration;
mod forge;
mod instances;
mod interop;
mod lockout;
mod mail;
mod passwords;
mod refresh;
mod revocation;
mod session;
mod stores;
mod tokens;
