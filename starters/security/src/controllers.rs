//! The routes of the starter.

mod auth;
mod jwks;
mod no_store;

pub(crate) use auth::address;
