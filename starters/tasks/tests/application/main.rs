//! A whole application in a process of its own: HTTP in front, its log, and its command line.
//!
//! The process is this test's binary, which the variable [`process::ARGUMENTS`] turns into one.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "this is a test")]

// The macros emit `::savia::…`; an application has all starters behind that name.
extern crate self as savia;

#[doc(hidden)]
pub mod __private {
    pub use savia_starter_tasks::__private::*;
    pub use savia_starter_test::__private::web;
}

pub use savia_starter_tasks::{enqueue_all, store, task};

#[path = "../support/mod.rs"]
mod support;

mod poison;
mod process;
mod shop;
mod start;
mod trace;
