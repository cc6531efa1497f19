//! The core of Savia: what every starter stands on, and nothing else.
//!
//! There is no HTTP here and no SQL. What is here: apps and their discovery, the
//! dependency-injection container, auto-configuration, configuration, the life of an
//! application from its first line to its last, and the traits on which starters meet.
//!
//! Users depend on the `savia` crate, which re-exports this one.

// The macros emit `::savia::…`; inside the core that is the core itself.
extern crate self as savia;

pub mod app;
pub mod autoconfig;
pub mod cache;
pub mod check;
pub mod command;
pub mod component;
pub mod condition;
pub mod config;
pub mod container;
pub mod context;
pub mod endpoint;
pub mod error;
pub mod event;
pub mod health;
pub mod lifecycle;
pub mod patch;
pub mod repository;
pub mod run;
pub mod tasks;
pub mod time;
pub mod validation;

#[doc(hidden)]
pub mod __private;

pub use app::AppHandle;
pub use component::Inject;
pub use config::Config;
pub use container::Container;
pub use context::{Context, after_commit, spawn};
pub use error::{Error, ErrorKind, Result};
pub use run::{ExitCode, run};

pub use savia_macros::{
    app, auto_configuration, command, config, dto, event_listener, service, starter,
};
