//! The workers' part in the start and the stop of the application.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use apalis::layers::WorkerBuilderExt;
use apalis::layers::limit::RateLimitLayer;
use apalis_core::monitor::Monitor;
use apalis_core::monitor::context::MonitorContext;
use apalis_core::worker::builder::WorkerBuilder;
use async_trait::async_trait;
use savia_core::app::{AppHandle, Apps};
use savia_core::error::{Diagnosis, StartupError};
use savia_core::lifecycle::{Lifecycle, Phase};
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use super::lane::Lane;
use super::queue_backend::QueueBackend;
use super::run::Reason;
use super::runs::Runs;
use super::service::RunService;
use super::{BlockingPool, Engine, UNKNOWN, heart, pump, settler};
use crate::config::{QueueConfig, TasksConfig};
use crate::metrics::Handles;
use crate::registration;
use crate::schedule;
use crate::store::TaskStore;

/// How long, at the end, what runs came to may take to be noted.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Runs tasks and schedules from the start of the application to its stop.
pub(crate) struct Workers {
    store: Arc<dyn TaskStore>,
    config: TasksConfig,
    running: Mutex<Option<Running>>,
}

struct Running {
    engine: Arc<Engine>,
    monitor: JoinHandle<()>,
    control: MonitorContext,
    settler: JoinHandle<()>,
    others: Vec<JoinHandle<()>>,
}

impl Workers {
    pub(crate) fn new(store: Arc<dyn TaskStore>, config: TasksConfig) -> Self {
        Self {
            store,
            config,
            running: Mutex::new(None),
        }
    }

    /// Whether this process runs tasks.
    pub(crate) fn are_running(&self) -> bool {
        self.running().is_some()
    }

    fn running(&self) -> std::sync::MutexGuard<'_, Option<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Lifecycle for Workers {
    fn name(&self) -> &str {
        "tasks"
    }

    fn phase(&self) -> Phase {
        Phase::Workers
    }

    async fn start(&self, app: &AppHandle) -> Result<(), StartupError> {
        if !self.config.workers {
            return Ok(());
        }
        let runners = registration::bind(app)
            .map_err(|error| Diagnosis::new("component::missing", error.to_string()))?;
        let (settlements, orders) = mpsc::unbounded_channel();
        let engine = Arc::new(Engine {
            app: app.clone(),
            store: Arc::clone(&self.store),
            runners,
            config: self.config.clone(),
            worker: Engine::name(),
            runs: Runs::default(),
            settlements,
            blocking: BlockingPool::new(self.config.blocking_threads as usize),
            unknown: Handles::of(UNKNOWN),
            stopping: watch::Sender::new(false),
            suspects: Arc::new(Semaphore::new(1)),
        });
        let mut lanes = HashMap::new();
        let mut monitor = Monitor::default().should_restart(|_, _| true);
        let mut others = Vec::new();
        for queue in queues(&self.config, app.apps()) {
            let said = self.config.queue(&queue);
            let concurrency = said.concurrency.unwrap_or(1) as usize;
            let lane = Arc::new(Lane::new(&queue, concurrency, self.config.batch as usize));
            lanes.insert(Arc::clone(&lane.queue), Arc::clone(&lane));
            let (out, taken) = mpsc::unbounded_channel();
            let backend = QueueBackend {
                engine: Arc::clone(&engine),
                lane: Arc::clone(&lane),
                taken: Arc::new(Mutex::new(taken)),
            };
            monitor = register(monitor, backend, &said);
            others.push(savia_core::spawn(pump::pump(
                Arc::clone(&engine),
                lane,
                out,
            )));
        }
        let names: Vec<_> = lanes.keys().map(|it| &**it).collect();
        tracing::debug!(
            "tasks of {} are run from {}",
            names.join(", "),
            self.store.name()
        );
        let settler = savia_core::spawn(settler::settle(Arc::clone(&engine), lanes, orders));
        others.extend(heart(&engine));
        if self.config.schedules.enabled {
            let watch = schedule::watch(Arc::clone(&engine), schedule::live(app)?);
            others.push(savia_core::spawn(watch));
        }
        let control = monitor.context();
        let monitor = savia_core::spawn(async move {
            if let Err(error) = monitor.run().await {
                tracing::error!("the workers ended: {error}");
            }
        });
        *self.running() = Some(Running {
            engine,
            monitor,
            control,
            settler,
            others,
        });
        Ok(())
    }

    async fn stop(&self) -> savia_core::Result<()> {
        let Some(mut running) = self.running().take() else {
            return Ok(());
        };
        let engine = Arc::clone(&running.engine);
        engine.stopping.send_replace(true);
        engine.runs.ask_to_stop();
        if let Err(error) = running.control.shutdown() {
            tracing::error!("the workers did not hear that they are to stop: {error}");
        }
        let limit = self.config.shutdown_timeout;
        if tokio::time::timeout(limit, &mut running.monitor)
            .await
            .is_err()
        {
            let left = engine.runs.end_all(Reason::Stopped);
            tracing::warn!("{left} tasks had not ended after {limit:?} and return to their queues");
            // They end at their next `.await`; one that computes ends with the process.
            let _ = tokio::time::timeout(LAST_WORDS, &mut running.monitor).await;
        }
        let (done, noted) = oneshot::channel();
        let _ = engine.settlements.send(settler::Order::Flush(done));
        if tokio::time::timeout(LAST_WORDS, noted).await.is_err() {
            tracing::error!("what the last tasks came to was not noted: they run again");
        }
        running.monitor.abort();
        running.settler.abort();
        running.others.iter().for_each(JoinHandle::abort);
        Ok(())
    }
}

/// The queues this process works on.
fn queues(config: &TasksConfig, apps: &Apps) -> BTreeSet<String> {
    if let Some(only) = &config.only {
        return only.iter().cloned().collect();
    }
    let named = registration::live(apps);
    let named = named.iter().map(|task| task.options.queue.to_owned());
    named
        .chain(config.queues.keys().cloned())
        .chain(std::iter::once("default".to_owned()))
        .collect()
}

/// A worker of apalis' for a lane.
fn register(monitor: Monitor, backend: QueueBackend, said: &QueueConfig) -> Monitor {
    let concurrency = backend.lane.concurrency;
    let rate = said.rate();
    monitor.register(move |_| {
        let service = RunService {
            engine: Arc::clone(&backend.engine),
            lane: Arc::clone(&backend.lane),
        };
        WorkerBuilder::new(&*backend.lane.queue)
            .backend(backend.clone())
            .concurrency(concurrency)
            .option_layer(rate.map(|rate| RateLimitLayer::new(rate.count, rate.per)))
            .build(service)
    })
}

fn heart(engine: &Arc<Engine>) -> Vec<JoinHandle<()>> {
    let store = Arc::clone(&engine.store);
    vec![
        savia_core::spawn(heart::beat(Arc::clone(engine))),
        savia_core::spawn(heart::cancels(Arc::clone(engine))),
        savia_core::spawn(heart::progress(Arc::clone(engine))),
        savia_core::spawn(heart::recover(Arc::clone(engine))),
        savia_core::spawn(heart::sweep(Arc::clone(engine))),
        savia_core::spawn(async move { store.listen().await }),
    ]
}
