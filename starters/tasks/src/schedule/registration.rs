//! What `#[scheduled]` submits, and which of it is live.

use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use savia_core::app::AppHandle;
use savia_core::component::Location;
use savia_core::config::ConfigValue;
use savia_core::error::{Diagnosis, StartupError, did_you_mean};
use savia_core::tasks::{NewTask, Unique};

use super::Cron;
use super::trigger::Trigger;
use crate::TaskOptions;
use crate::config::TasksConfig;
use crate::registration;

/// What `#[scheduled]` submits, beside the task that is enqueued.
#[derive(Debug)]
pub struct ScheduleRegistration {
    /// The task.
    pub task: &'static str,
    /// When it is due.
    pub when: When,
    /// The zone whose clocks a cron expression goes by; without one, `tasks.schedules.zone`.
    pub zone: Option<&'static str>,
    /// What becomes of times at which nobody was there.
    pub missed: Missed,
    /// Whether it may be enqueued while the last one waits or runs.
    pub overlap: bool,
    /// The module it stands in, from which its app follows.
    pub module_path: &'static str,
    /// Where it was declared.
    pub location: Location,
}

inventory::collect!(ScheduleRegistration);

/// When a schedule is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum When {
    /// By a cron expression.
    Cron(&'static str),
    /// Each time so much has passed.
    Every(Duration),
    /// By the cron expression under a key of the configuration.
    CronOf {
        /// The key.
        key: &'static str,
        /// What holds without it.
        default: Option<&'static str>,
    },
    /// Each time so much has passed as a key of the configuration says.
    EveryOf {
        /// The key.
        key: &'static str,
        /// What holds without it.
        default: Option<Duration>,
    },
}

/// What becomes of times at which nobody was there to run what was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Missed {
    /// Nothing.
    Skip,
    /// However many there were, it is run once.
    RunOnce,
}

/// A schedule that is watched.
#[derive(Debug, Clone)]
pub(crate) struct Schedule {
    pub(crate) name: &'static str,
    pub(crate) function: &'static str,
    pub(crate) trigger: Trigger,
    /// As it is written.
    pub(crate) expression: String,
    pub(crate) missed: Missed,
    pub(crate) overlap: bool,
    pub(crate) options: TaskOptions,
}

impl Schedule {
    /// The task of a time at which it was due.
    pub(crate) fn task(&self) -> NewTask {
        let unique = (!self.overlap).then(|| Unique {
            key: format!("schedule:{}", self.name),
            window: None,
        });
        NewTask {
            queue: self.options.queue.into(),
            priority: self.options.priority,
            max_retries: self.options.retries,
            unique,
            ..NewTask::new(self.name, "{}")
        }
    }

    pub(crate) fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.trigger.next(after)
    }
}

/// Every schedule of a live owner, by name.
///
/// # Errors
///
/// Everything that is wrong with them.
pub(crate) fn live(app: &AppHandle) -> Result<Vec<Schedule>, StartupError> {
    let (schedules, faults) = read(app);
    StartupError::unless_empty(faults)?;
    Ok(schedules)
}

/// What is wrong with the schedules.
pub(crate) fn check(app: &AppHandle) -> Vec<Diagnosis> {
    read(app).1
}

fn read(app: &AppHandle) -> (Vec<Schedule>, Vec<Diagnosis>) {
    let config = app.config().section::<TasksConfig>().unwrap_or_default();
    let tasks = registration::live(app.apps());
    let mut schedules = Vec::new();
    let mut faults = Vec::new();
    let mut registered: Vec<_> = inventory::iter::<ScheduleRegistration>
        .into_iter()
        .filter(|it| app.apps().is_live(it.module_path))
        .collect();
    registered.sort_by_key(|it| (it.task, it.location));
    for it in registered {
        let Some(task) = tasks.iter().find(|task| task.name == it.task) else {
            continue;
        };
        let zone = match it.zone {
            Some(zone) => named(zone).map_err(|fault| fault.at(it.location)),
            None => named(&config.schedules.zone)
                .map_err(|fault| fault.at_key(app.config(), "tasks.schedules.zone")),
        };
        let zone = match zone {
            Ok(zone) => zone,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        match trigger(app, it, zone) {
            Ok((trigger, expression)) => schedules.push(Schedule {
                name: task.name,
                function: task.function,
                trigger,
                expression,
                missed: it.missed,
                overlap: it.overlap,
                options: task.options,
            }),
            Err(fault) => faults.push(fault.at(it.location)),
        }
    }
    (schedules, faults)
}

fn named(zone: &str) -> Result<Tz, Diagnosis> {
    zone.parse().map_err(|_| {
        let near = did_you_mean(zone, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()));
        let fault = Diagnosis::new("tasks::zone", format!("there is no time zone {zone:?}"));
        match near {
            Some(near) => fault.help(format!("did you mean `{near}`?")),
            None => fault.help("zones are named as in the tz database: `Europe/Berlin`, `UTC`"),
        }
    })
}

fn trigger(
    app: &AppHandle,
    it: &ScheduleRegistration,
    zone: Tz,
) -> Result<(Trigger, String), Diagnosis> {
    let cron = |text: &str| match Cron::parse(text) {
        Ok(cron) => Ok((Trigger::Cron(cron, zone), text.to_owned())),
        Err(wrong) => Err(Diagnosis::new(
            "tasks::cron",
            format!("{text:?} is no cron expression: {wrong}"),
        )
        .because(format!("`{}` is scheduled by it", it.task))),
    };
    let every = |period: Duration| {
        if period < Duration::from_millis(10) {
            let what = format!(
                "`{}` cannot be run every {period:?}: 10ms is the least",
                it.task
            );
            return Err(Diagnosis::new("tasks::every", what));
        }
        let text = humantime::format_duration(period).to_string();
        Ok((Trigger::Every(period), text))
    };
    // A key that cannot be read has been reported by whoever checks the configuration.
    match it.when {
        When::Cron(text) => cron(text),
        When::Every(period) => every(period),
        When::CronOf { key, default } => {
            let text = read_key::<String>(app, key)?.or(default.map(ToOwned::to_owned));
            let text = text.ok_or_else(|| unset(key))?;
            cron(&text).map_err(|fault| fault.at_key(app.config(), key))
        }
        When::EveryOf { key, default } => {
            let period = read_key::<Duration>(app, key)?.or(default);
            let period = period.ok_or_else(|| unset(key))?;
            every(period).map_err(|fault| fault.at_key(app.config(), key))
        }
    }
}

fn read_key<T: ConfigValue>(app: &AppHandle, key: &str) -> Result<Option<T>, Diagnosis> {
    let read = app.config().get::<Option<T>>(key);
    read.map_err(|error| error.diagnosis())
}

fn unset(key: &str) -> Diagnosis {
    Diagnosis::new(
        "tasks::unset",
        format!("`{key}` is not set, and says when something is due"),
    )
}
