//! What changes something.

use std::process::ExitCode;
use std::sync::Arc;

use savia_core::command::Call;
use savia_core::tasks::{TaskFilter, TaskState};
use savia_core::{Error, Result};

use super::listings::unseen;
use crate::Tasks;
use crate::endpoint::{absent, read_id};

/// The application's tasks, where this process sees those of others.
pub(super) fn tasks(call: Call<'_>) -> Result<Arc<Tasks>> {
    let tasks = call.app.component::<Tasks>();
    let tasks = tasks.ok_or_else(|| Error::internal("the container has not been built"))?;
    if tasks.queue().is_durable() {
        Ok(tasks)
    } else {
        Err(unseen())
    }
}

/// The tasks that were asked for.
pub(super) fn filter(call: Call<'_>) -> Result<TaskFilter> {
    Ok(TaskFilter {
        queue: call.option("queue")?,
        name: call.option("name")?,
        state: call.option::<TaskState>("state")?,
        ..TaskFilter::default()
    })
}

/// `tasks retry`.
pub(super) async fn retry(call: Call<'_>) -> Result<ExitCode> {
    let tasks = tasks(call)?;
    if let Some(id) = call.option::<String>("id")? {
        let id = read_id(&id)?;
        if tasks.retry(id).await? {
            call.print(format!("task {id} is queued"));
            return Ok(ExitCode::SUCCESS);
        }
        let record = tasks.find(id).await?.ok_or_else(|| absent(id))?;
        let state = record.state;
        return Err(Error::conflict(format!(
            "task {id} is {state} and cannot be run again"
        )));
    }
    let mut filter = filter(call)?;
    filter.state = filter.state.or(Some(TaskState::Dead));
    filter.limit = 1_000;
    let mut count = 0;
    loop {
        let found = tasks.list(&filter).await?;
        let Some(last) = found.last() else { break };
        filter.after = Some(last.id);
        for record in &found {
            count += u64::from(tasks.retry(record.id).await?);
        }
    }
    call.print(format!("{count} tasks are queued"));
    Ok(ExitCode::SUCCESS)
}

/// `tasks cancel`.
pub(super) async fn cancel(call: Call<'_>) -> Result<ExitCode> {
    let tasks = tasks(call)?;
    let id = read_id(&call.argument::<String>("id")?)?;
    let done = tasks.cancel(id).await?;
    let record = tasks.find(id).await?.ok_or_else(|| absent(id))?;
    match (done, record.state) {
        (true, TaskState::Running) => call.print(format!("task {id} runs and is asked to stop")),
        (true, state) => call.print(format!("task {id} is {state}")),
        (false, state) => {
            return Err(Error::conflict(format!(
                "task {id} is {state} and cannot be cancelled"
            )));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// `tasks purge`.
pub(super) async fn purge(call: Call<'_>) -> Result<ExitCode> {
    let tasks = tasks(call)?;
    let filter = filter(call)?;
    if filter == TaskFilter::default() && !call.flag("yes") {
        return Err(Error::bad_request(
            "this forgets every outcome: say which (`--state succeeded`), or `--yes`",
        ));
    }
    let count = tasks.queue().purge(&filter).await?;
    call.print(format!("{count} tasks are forgotten"));
    Ok(ExitCode::SUCCESS)
}

/// `tasks pause`, `tasks resume`.
pub(super) async fn set_paused(call: Call<'_>, paused: bool) -> Result<ExitCode> {
    let tasks = tasks(call)?;
    let queue: String = call.argument("queue")?;
    crate::name::check("queue", &queue)?;
    tasks.queue().set_paused(&queue, paused).await?;
    let word = if paused { "paused" } else { "resumed" };
    call.print(format!("queue {queue} is {word}"));
    Ok(ExitCode::SUCCESS)
}
