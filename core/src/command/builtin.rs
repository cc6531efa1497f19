//! The commands every project has.

mod apps;
mod check;
mod components;
mod conditions;
mod config;
pub(crate) mod logging;
mod notify;
pub(crate) mod run;
mod schema;

use std::cell::RefCell;

use super::{Command, format_argument};
use crate::error::Diagnosis;
use crate::lifecycle::{Application, Discovered};

/// All of them.
pub(crate) fn all() -> Vec<Box<dyn Command>> {
    vec![
        Box::new(run::Run),
        Box::new(check::Check),
        Box::new(apps::Apps),
        Box::new(components::Components),
        Box::new(conditions::Conditions),
        Box::new(config::ConfigCommand),
        Box::new(schema::Schema),
    ]
}

tokio::task_local! {
    /// What discovery found wrong; `check` reports it and listings work in spite of it.
    pub(crate) static FAULTS: RefCell<Faults>;
}

/// What discovery found.
#[derive(Clone, Default)]
pub(crate) struct Faults {
    pub(crate) errors: Vec<Diagnosis>,
    pub(crate) warnings: Vec<Diagnosis>,
}

impl Faults {
    pub(crate) fn of(discovered: &Application<Discovered>) -> RefCell<Self> {
        RefCell::new(Self {
            errors: discovered.faults().to_vec(),
            warnings: discovered.warnings().to_vec(),
        })
    }
}
