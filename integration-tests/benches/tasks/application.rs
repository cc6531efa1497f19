//! An application whose tasks do nothing.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use savia::Context;
use savia::config::Sources;
use savia::container::Overrides;
use savia::context::ContextKind;
use savia::data::testing::PrivateDatabase;
use savia::lifecycle::{Application, Running};
use savia::tasks::store::TaskStore;
use savia::tasks::{NewTask, enqueue_all};
use serde_json::Value;
use tempfile::TempDir;

use crate::report::{Goal, line, said};

static DONE: AtomicUsize = AtomicUsize::new(0);
static STARTED: Mutex<Option<Instant>> = Mutex::new(None);

#[savia::task]
async fn noop(number: u64) {
    let _ = number;
    DONE.fetch_add(1, Ordering::Relaxed);
}

#[savia::task]
async fn stamp() {
    *STARTED.lock().unwrap() = Some(Instant::now());
}

/// A running application.
pub(crate) struct Bench {
    app: Application<Running>,
    database: Option<PrivateDatabase>,
    _folder: TempDir,
}

impl Bench {
    /// On a backend; nothing where its server is away.
    pub(crate) async fn start(backend: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut database = None;
        let mut config: Vec<(&str, Value)> = vec![
            ("name", "bench".into()),
            ("tasks.backend", backend.into()),
            ("tasks.retention.memory", 10_000.into()),
            ("data.url", "sqlite:bench.db".into()),
            ("data.migrate_on_start", true.into()),
            ("server.port", 0.into()),
            ("observability.logging.level", "error".into()),
        ];
        if backend == "postgres" {
            let server = std::env::var("SAVIA_TEST_POSTGRES")
                .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/test".to_owned());
            let Ok(made) = PrivateDatabase::make(Some(&server)).await else {
                println!("{backend:28} is away");
                return None;
            };
            config.push(("data.url", made.url().into()));
            database = Some(made);
        }
        if backend == "redis" {
            let server = std::env::var("SAVIA_TEST_REDIS")
                .unwrap_or_else(|_| "redis://127.0.0.1:6379".to_owned());
            config.push(("redis.url", server.into()));
            let prefix = format!("savia-bench-{}", std::process::id());
            config.push(("tasks.redis.prefix", prefix.into()));
            config.push(("tasks.retention.succeeded", "0s".into()));
        }
        let mut sources = Sources::in_dir(folder.path());
        for (key, value) in config {
            sources = sources.over(key, value);
        }
        let built = Application::configure(sources)
            .unwrap()
            .discover(Overrides::default())
            .build()
            .await;
        let ready = match built {
            Ok(ready) => ready,
            Err(error) => {
                println!("{backend:28} is away: {}", error.diagnoses[0].what);
                return None;
            }
        };
        let app = ready
            .start_phases(|phase| phase < savia::lifecycle::Phase::Server)
            .await
            .unwrap();
        Some(Self {
            app,
            database,
            _folder: folder,
        })
    }

    async fn inside<F: Future>(&self, work: F) -> F::Output {
        Context::new(self.app.handle().clone(), ContextKind::Test)
            .scope(work)
            .await
    }

    fn store(&self) -> Arc<dyn TaskStore> {
        self.app.handle().component().unwrap()
    }

    /// Enqueues tasks that wait, and then lets them run; gives how many were run in a second.
    pub(crate) async fn throughput(
        &self,
        name: &str,
        count: usize,
        rows: usize,
        goal: Goal,
    ) -> f64 {
        let store = self.store();
        for part in (0..rows).collect::<Vec<_>>().chunks(5_000) {
            let parked = |_: &usize| NewTask {
                queue: "parked".into(),
                ..NewTask::new("noop", "{\"number\":1}")
            };
            store
                .enqueue(part.iter().map(parked).collect())
                .await
                .unwrap();
        }
        store.set_paused("default", true).await.unwrap();
        DONE.store(0, Ordering::Relaxed);
        let since = Instant::now();
        self.inside(async {
            for part in (0..count as u64).collect::<Vec<_>>().chunks(1_000) {
                enqueue_all(part.iter().map(|number| noop::new(*number)))
                    .await
                    .unwrap();
            }
        })
        .await;
        let pushed = since.elapsed();
        let since = Instant::now();
        store.set_paused("default", false).await.unwrap();
        let idle = async || {
            let stats = store.waiting().await.unwrap();
            stats
                .iter()
                .filter(|it| it.queue == "default")
                .all(|it| it.queued + it.running + it.retrying == 0)
        };
        while DONE.load(Ordering::Relaxed) < count {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        // Until the last of them is noted as done, too.
        while !idle().await {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let ran = since.elapsed();
        line(name, count, pushed, ran, count + rows, goal);
        count as f64 / ran.as_secs_f64()
    }

    /// From the call that enqueues to the first line of the task, with nothing else to do.
    pub(crate) async fn latency(&self, name: &str) {
        let mut times = Vec::new();
        for _ in 0..200 {
            tokio::time::sleep(Duration::from_millis(10)).await;
            *STARTED.lock().unwrap() = None;
            let since = Instant::now();
            self.inside(async { stamp::new().enqueue().await.unwrap() })
                .await;
            let started = loop {
                if let Some(started) = *STARTED.lock().unwrap() {
                    break started;
                }
                tokio::time::sleep(Duration::from_micros(200)).await;
            };
            times.push(started - since);
        }
        times.sort_unstable();
        let at = |part: usize| times[times.len() * part / 100].as_secs_f64() * 1e3;
        println!(
            "{name:28} from enqueue to start: median {:.2} ms, p99 {:.2} ms (goal: under 5 ms, {})",
            at(50),
            at(99),
            said(at(50) < 5.0)
        );
    }

    /// What queued tasks weigh.
    pub(crate) async fn weight(&self, count: usize) {
        self.store().set_paused("default", true).await.unwrap();
        let before = resident();
        self.inside(enqueue_all((0..count as u64).map(noop::new)))
            .await
            .unwrap();
        let grown = resident().saturating_sub(before);
        println!(
            "memory, {count} queued: {:.1} MiB, {} bytes each",
            grown as f64 / 1048576.0,
            grown / count
        );
    }

    pub(crate) async fn stop(self) {
        self.store()
            .purge(&savia::tasks::TaskFilter::default())
            .await
            .unwrap();
        self.app.stop().await;
        if let Some(database) = self.database {
            database.remove().await.unwrap();
        }
    }
}

/// The resident bytes of this process.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: usize = text
        .split_whitespace()
        .nth(1)
        .and_then(|it| it.parse().ok())
        .unwrap_or(0);
    pages * 4096
}
