//! The endpoints: `tasks`, and `scheduledtasks` in the shape of Spring Boot's.

mod scheduled;
mod tasks;

pub(crate) use scheduled::ScheduledTasksEndpoint;
pub(crate) use tasks::{TasksEndpoint, absent, read_id};

use savia_core::{AppHandle, Context, Error, Result};

/// The application that is asked.
fn app() -> Result<AppHandle> {
    Context::with_current(|context| context.map(|it| it.app().clone()))
        .ok_or_else(|| Error::internal("an endpoint is read inside of an application"))
}
