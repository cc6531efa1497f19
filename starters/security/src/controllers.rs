//! The routes of the starter.

mod auth;
mod jwks;
mod no_store;
mod session;

pub(crate) use auth::address;
