//! What tests ask of tasks; the test starter's `app.tasks()` gives it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use savia_core::tasks::{TaskFilter, TaskRecord, TaskState};
use savia_core::{AppHandle, Error, Result};
use uuid::Uuid;

use crate::registration;
use crate::store::{Claim, ClaimedTask, Outcome, Settlement, TaskStore};
use crate::worker::execute::{execute, unknown};
use crate::worker::run::Run;
use crate::worker::{BlockingPool, Engine};
use crate::{Task, Tasks};

/// The tasks of an application under test: what was enqueued, and a way to run it here and now.
///
/// Under test no worker takes tasks by itself (`tasks.workers`), so that nothing happens between two
/// lines of a test but what they say.
#[derive(Debug, Clone)]
pub struct TestTasks {
    app: AppHandle,
}

/// What came of tasks that were run.
#[derive(Debug, Clone, Default)]
pub struct Ran {
    /// The tasks, in the order in which they were run, each as it stood after its run.
    pub tasks: Vec<TaskRecord>,
}

impl TestTasks {
    /// Of an application.
    pub fn of(app: AppHandle) -> Self {
        Self { app }
    }

    /// The calls of a function that were enqueued and are still known, in the order in which they
    /// were.
    ///
    /// # Panics
    ///
    /// Where the queue is out of reach, or a payload is of another shape.
    pub async fn enqueued<T: Task>(&self) -> Vec<T> {
        let records = self.records(T::NAME).await;
        let read = |record: TaskRecord| match serde_json::from_str(&record.task.payload) {
            Ok(task) => task,
            Err(error) => panic!(
                "`{}` was enqueued with {}: {error}",
                T::NAME,
                record.task.payload
            ),
        };
        records.into_iter().map(read).collect()
    }

    /// Everything that is known of the tasks of a name.
    ///
    /// # Panics
    ///
    /// Where the queue is out of reach.
    pub async fn records(&self, name: &str) -> Vec<TaskRecord> {
        let filter = TaskFilter {
            name: Some(name.to_owned()),
            limit: 1_000,
            ..TaskFilter::default()
        };
        match self.tasks().list(&filter).await {
            Ok(records) => records,
            Err(error) => panic!("the tasks cannot be listed: {error}"),
        }
    }

    /// Runs what is due, and what that enqueues, until nothing is due any more. A task that fails and
    /// is to be tried again later is not waited for.
    ///
    /// # Panics
    ///
    /// Where the queue is out of reach, or the application has one of its own that no worker can take
    /// from.
    pub async fn run(&self) -> Ran {
        match self.run_due().await {
            Ok(ran) => ran,
            Err(error) => panic!("the tasks cannot be run: {error}"),
        }
    }

    fn tasks(&self) -> Arc<Tasks> {
        match self.app.component::<Tasks>() {
            Some(tasks) => tasks,
            None => panic!("the application has no tasks"),
        }
    }

    async fn run_due(&self) -> Result<Ran> {
        let store = self.app.component::<dyn TaskStore>().ok_or_else(|| {
            Error::internal(
                "the application has a queue of its own, which gives no tasks to workers",
            )
        })?;
        let runners = registration::bind(&self.app)?;
        let blocking = BlockingPool::new(1);
        let worker = Engine::name();
        let mut order: Vec<Uuid> = Vec::new();
        let mut ran: BTreeMap<Uuid, TaskRecord> = BTreeMap::new();
        loop {
            let before = order.len();
            for queue in store.stats().await? {
                let queue: Arc<str> = queue.queue.into();
                let claim = Claim {
                    queue: Arc::clone(&queue),
                    limit: 1,
                    suspect: true,
                    worker: Arc::clone(&worker),
                    lease: Duration::from_secs(3600),
                };
                for claimed in store.claim(&claim).await?.tasks {
                    let outcome = match runners.get(&*claimed.name) {
                        Some(bound) => {
                            let run = Arc::new(Run::new(&claimed, bound.name, &queue));
                            let attempt =
                                execute(&self.app, &blocking, bound, &claimed, &run).await;
                            if let Some(progress) = run.said() {
                                store.report(vec![(run.held, progress)]).await?;
                            }
                            attempt.outcome
                        }
                        None => unknown(&claimed, 0, runners.keys().copied()),
                    };
                    store
                        .settle(&[settlement(&claimed, &queue, outcome)])
                        .await?;
                    order.retain(|id| *id != claimed.id);
                    order.push(claimed.id);
                    if let Some(record) = store.find(claimed.id).await? {
                        ran.insert(claimed.id, record);
                    }
                }
            }
            if order.len() == before {
                break;
            }
        }
        let tasks = order.iter().filter_map(|id| ran.remove(id)).collect();
        Ok(Ran { tasks })
    }
}

fn settlement(claimed: &ClaimedTask, queue: &Arc<str>, outcome: Outcome) -> Settlement {
    Settlement {
        held: crate::store::Held {
            id: claimed.id,
            run: claimed.run,
        },
        queue: Arc::clone(queue),
        outcome,
    }
}

impl Ran {
    /// How many were run.
    pub fn count(&self) -> usize {
        self.tasks.len()
    }

    /// Fails the test where a task did not succeed.
    ///
    /// # Panics
    ///
    /// With every task that did not, and why.
    #[track_caller]
    pub fn assert_succeeded(&self) -> &Self {
        let failed: Vec<_> = self
            .tasks
            .iter()
            .filter(|record| record.state != TaskState::Succeeded)
            .map(|record| {
                let error = record.last_error.as_deref().unwrap_or_default();
                format!("{} is {}: {error}", record.task.name, record.state)
            })
            .collect();
        assert!(failed.is_empty(), "{}", failed.join("; "));
        self
    }
}
