#![doc = include_str!("../README.md")]

// The macros emit `::savia::…`; inside this crate that is this crate.
extern crate self as savia;

mod access;
mod account;
pub mod audit;
mod authenticator;
pub mod authorization;
mod autoconfig;
mod basic;
mod check;
mod clock;
mod command;
pub mod config;
mod controllers;
mod credentials;
mod encoding;
mod error;
mod filter;
mod headers;
pub mod jwt;
#[cfg(feature = "data")]
mod late;
mod lifecycle;
mod lockout;
pub mod oauth2;
pub mod password;
mod principal;
#[doc(hidden)]
pub mod private;
mod rate_limit;
pub mod session;
pub mod token;
pub mod user;

/// What the macros' code names. No promise of stability is made here.
#[doc(hidden)]
pub mod __private {
    pub use crate::private as security;
    pub use savia_core::__private::*;
    #[cfg(feature = "data")]
    pub use savia_starter_data::private as data;
    pub use savia_starter_web::private as web;
}

pub use access::RoleAccessControl;
pub use account::{AccountMessage, AccountMessenger, Accounts, Registered, Tokens};
pub use audit::{AuditEvent, AuditLog, Personal};
pub use authenticator::{Authentication, Authenticator};
pub use authorization::{CurrentPrincipal, Policy, RoleHierarchy, authorize, authorize_to};
pub use credentials::PasswordLogin;
pub use error::SecurityError;
pub use filter::AuthenticationFilter;
pub use lockout::Lockouts;
pub use password::PasswordEncoder;
pub use principal::{Principal, PrincipalBuilder};
pub use rate_limit::{RateLimitFilter, UserRateLimitFilter};
pub use session::Sessions;
pub use token::TokenStore;
pub use user::{User, UserStore};

pub use savia_core::__private::macros::{audited, authorize, secured};

savia_core::starter! { name: "security" }
