#![doc = include_str!("../README.md")]

// The macros emit `::savia::…`; inside this crate that is this crate.
extern crate self as savia;

mod autoconfig;
mod backend;
mod call;
mod command;
pub mod config;
mod context;
mod endpoint;
mod error;
mod give_up;
mod handle;
mod health;
mod metrics;
mod name;
mod options;
mod registration;
mod runner;
pub mod schedule;
mod signal;
pub mod store;
mod task;
mod tasks;
pub mod testing;
mod worker;

#[doc(hidden)]
pub mod private;

pub use call::TaskCall;
pub use context::TaskContext;
pub use error::TasksError;
pub use give_up::GiveUp;
pub use handle::TaskHandle;
pub use options::{Backoff, TaskOptions, Uniqueness};
pub use registration::TaskRegistration;
pub use runner::{Failure, Given, Returned, Runner, TaskOutcome};
pub use signal::Signal;
pub use task::Task;
pub use tasks::{Tasks, enqueue_all};

pub use savia_core::tasks::{
    BaseTaskQueue, NewTask, Progress, QueueStats, RunningTask, TaskFilter, TaskRecord, TaskState,
    Unique,
};

/// What the macros' code names. No promise of stability is made here.
#[doc(hidden)]
pub mod __private {
    pub use crate::private as tasks;
    pub use savia_core::__private::*;
}

pub use savia_core::__private::macros::{scheduled, task};

savia_core::starter! { name: "tasks" }
