//! The server, its filters and its listener, over real sockets.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

extern crate savia_starter_web as savia;

mod access;
mod application;
mod compression;
mod connections;
mod cors;
mod filters;
mod inherited;
mod listening;
mod services;
mod shutdown;
mod support;
