//! What the macros submit, and which of it is live.

use std::collections::BTreeMap;

use savia_core::AppHandle;
use savia_core::app::Apps;
use savia_core::component::Location;
use savia_core::container::{Container, ResolveError};
use savia_core::error::Diagnosis;

use crate::metrics::Handles;
use crate::{Runner, TaskOptions};

/// What `#[task]` and `#[scheduled]` submit.
#[derive(Debug)]
pub struct TaskRegistration {
    /// By which tasks name it.
    pub name: &'static str,
    /// The function's path.
    pub function: &'static str,
    /// The module it stands in, from which its app follows.
    pub module_path: &'static str,
    /// Where it was declared.
    pub location: Location,
    /// What the author said of it.
    pub options: TaskOptions,
    /// Takes what it asks for from the container.
    pub bind: fn(&Container) -> Result<Runner, ResolveError>,
}

inventory::collect!(TaskRegistration);

/// Every task function of a live owner, by name.
pub(crate) fn live(apps: &Apps) -> Vec<&'static TaskRegistration> {
    let mut live: Vec<_> = inventory::iter::<TaskRegistration>
        .into_iter()
        .filter(|task| apps.is_live(task.module_path))
        .collect();
    live.sort_by_key(|task| (task.name, task.location));
    live
}

/// What can be run, by name.
pub(crate) type Runners = BTreeMap<&'static str, Bound>;

/// A function that can be run.
#[derive(Debug, Clone)]
pub(crate) struct Bound {
    pub(crate) name: &'static str,
    pub(crate) options: TaskOptions,
    pub(crate) runner: Runner,
    pub(crate) metrics: Handles,
}

/// Binds every live function.
pub(crate) fn bind(app: &AppHandle) -> Result<Runners, ResolveError> {
    let Some(container) = app.container() else {
        return Ok(Runners::new());
    };
    live(app.apps())
        .into_iter()
        .map(|task| {
            let bound = Bound {
                name: task.name,
                options: task.options,
                runner: (task.bind)(container)?,
                metrics: Handles::of(task.name),
            };
            Ok((task.name, bound))
        })
        .collect()
}

/// Two functions of one name: a task could not tell which it means.
pub(crate) fn duplicates(apps: &Apps) -> Vec<Diagnosis> {
    let live = live(apps);
    live.windows(2)
        .filter(|pair| pair[0].name == pair[1].name)
        .map(|pair| {
            Diagnosis::new(
                "tasks::duplicate",
                format!("two tasks are named `{}`", pair[0].name),
            )
            .at(pair[0].location)
            .at(pair[1].location)
            .help("give one of them another name: `#[task(name = \"…\")]`")
        })
        .collect()
}
