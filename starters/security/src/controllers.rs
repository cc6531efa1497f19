//! The routes of the starter.

mod auth;
mod cookie;
mod jwks;
mod no_store;
mod oauth2;
mod session;

pub(crate) use auth::address;
