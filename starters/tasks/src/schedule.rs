//! Schedules: functions that are run at times.

pub mod cron;
mod registration;
pub(crate) mod trigger;
mod watch;

pub use cron::Cron;
pub use registration::{Missed, ScheduleRegistration, When};
pub(crate) use registration::{check, live};
pub(crate) use watch::watch;
