#![doc = include_str!("../README.md")]

// The macros emit `::savia::…`; inside this crate that is this crate.
extern crate self as savia;

mod association;
mod autoconfig;
mod check;
mod clauses;
pub mod column;
mod command;
pub mod config;
mod connection;
mod database;
pub mod derived;
mod engine;
mod error;
pub mod fixture;
mod health;
mod input;
mod kept;
mod lifecycle;
mod list;
mod loaded;
mod make;
pub mod metadata;
pub mod migrations;
mod observe;
mod paged;
pub mod prelude;
pub mod raw_query;
mod repository;
mod rules;
pub mod schema;
pub mod sql_types;
pub mod statement;
pub mod table;
pub mod testing;
pub mod transaction;
pub mod value;

#[doc(hidden)]
pub mod private;

pub use connection::Connection;
pub use database::Database;
pub use error::from_diesel;
pub use kept::{ExecuteKept, Kept, KeptQuery, kept};
pub use loaded::Loaded;
pub use repository::Repository;

/// What the macros' code names. No promise of stability is made here.
#[doc(hidden)]
pub mod __private {
    pub use crate::private as data;
    pub use savia_core::__private::*;
}

pub use savia_core::__private::macros::{
    entity, migration, migrations, projection, repository, transactional,
};

savia_core::starter! { name: "data" }
