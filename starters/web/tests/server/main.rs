//! The server, its filters and its listener, over real sockets.

extern crate savia_starter_web as savia;

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
