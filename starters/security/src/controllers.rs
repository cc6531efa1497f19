//! The routes of the starter.

mod auth;
mod jwks;
mod no_store;
mod oauth2;
mod session;

pub(crate) use auth::address;
