//! What the macros submit, and which of it is live.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

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
    pub(crate) haste: Arc<Haste>,
}

/// How long a function takes to run, as far as it has been seen.
#[derive(Debug, Default)]
pub(crate) struct Haste(AtomicU32);

impl Haste {
    /// What is done sooner costs less than handing it to another thread.
    const QUICK: Duration = Duration::from_micros(20);

    /// What takes longer keeps others waiting.
    const SLOW: Duration = Duration::from_millis(5);

    /// So many quick runs more than others there have to be; twice as many are counted.
    const RUNS: u32 = 16;

    /// Notes how long a run took.
    pub(crate) fn took(&self, elapsed: Duration) {
        // Several threads may count at once, and one of them be lost: it is an estimate.
        let count = self.0.load(Ordering::Relaxed);
        let count = if elapsed <= Self::QUICK {
            (count + 1).min(2 * Self::RUNS)
        } else if elapsed <= Self::SLOW {
            // A busy machine holds up a quick one now and then.
            count.saturating_sub(Self::RUNS / 2)
        } else {
            0
        };
        self.0.store(count, Ordering::Relaxed);
    }

    /// Whether its last runs were done in no time.
    pub(crate) fn is_quick(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= Self::RUNS
    }
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
                haste: Arc::default(),
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
