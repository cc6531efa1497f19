//! Logging in with a provider, tokens of outside issuers, and calling other services.

mod clients;
pub(crate) mod errand;
mod fake;
mod linking;
mod login;
mod real;
mod resource_server;
mod startup;
mod tampering;
