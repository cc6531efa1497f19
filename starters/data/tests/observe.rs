//! What is seen of the database: the log, the recorder of a request, metrics.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

extern crate savia_starter_data as savia;

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use metrics::{Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, SharedString, Unit};
use savia_core::Context;
use savia_core::context::{ContextKind, RecordedEvent, Recorder};
use serde_json::json;
use support::{Db, exec, number};
use tracing_subscriber::fmt::MakeWriter;

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Listens from now on, to every thread.
    fn listen() -> Self {
        let log = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(log.clone())
            .with_ansi(false)
            .with_max_level(tracing::Level::WARN)
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
        log
    }

    fn lines(&self, about: &str) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let about = |line: &&str| line.contains(about);
        text.lines().filter(about).map(str::to_owned).collect()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn request(db: &Db) -> Context {
    let context = Context::new(db.app.handle().clone(), ContextKind::Request);
    context.set_request_id("r-1");
    context
}

/// One test, because the log is the process's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_and_repeated_statements_are_told_once_and_without_values() {
    let log = Log::listen();
    let config = [
        ("data.slow_query", json!("100ms")),
        ("data.n_plus_one_threshold", json!(3)),
    ];
    let sqlite = Db::sqlite(&config).await;
    told(&log, &sqlite, "with recursive c(n) as (select 1 union all select n + 1 from c where n < 5000000) select count(*) as n from c").await;
    sqlite.stop().await;
    if let Some(postgres) = Db::postgres(&config).await {
        log.0.lock().unwrap().clear();
        told(
            &log,
            &postgres,
            "select cast(count(*) as bigint) as n from (select pg_sleep(0.2)) s",
        )
        .await;
        postgres.stop().await;
    }
}

async fn told(log: &Log, db: &Db, slow: &'static str) {
    db.tables().await;
    let read = db
        .database
        .read(move |tx| Box::pin(async move { number(tx, slow).await }));
    read.await.unwrap();
    let slow_lines = log.lines("slow_query");
    assert_eq!(slow_lines.len(), 1, "{slow_lines:?}");
    assert!(slow_lines[0].contains("count(*)"), "{slow_lines:?}");

    let lines = savia::Repository::<Line>::new(Arc::clone(&db.database));
    let secret = 987_654_321;
    let reads = async {
        for _ in 0..10 {
            assert!(lines.find_by_id(secret).await.unwrap().is_none());
        }
    };
    request(db).scope(reads).await;
    let repeated = log.lines("repeated_query");
    assert_eq!(repeated.len(), 1, "{repeated:?}");
    for part in ["4 times", "request r-1", "select", "lines", "#[with(…)]"] {
        assert!(
            repeated[0].contains(part),
            "`{part}` is not in {repeated:?}"
        );
    }
    assert!(!repeated[0].contains("987654321"), "{repeated:?}");

    // Every request begins to count anew, and three times is not too often.
    let few = async {
        for _ in 0..3 {
            assert!(lines.find_by_id(1).await.unwrap().is_none());
        }
    };
    request(db).scope(few).await;
    assert_eq!(log.lines("repeated_query").len(), 1);
}

/// A line, as a repository keeps it.
#[savia::__private::macros::entity(table = "lines")]
pub struct Line {
    /// Its number.
    #[id(assigned)]
    pub n: i64,
}

/// Keeps what it is told.
#[derive(Default)]
struct Heard(Mutex<Vec<(&'static str, String, bool)>>);

impl Recorder for Heard {
    fn record(&self, event: RecordedEvent<'_>) {
        let heard = (event.kind, event.detail.to_owned(), event.failed);
        self.0.lock().unwrap().push(heard);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_recorder_of_a_request_hears_its_statements() {
    let Some(postgres) = Db::postgres(&[]).await else {
        return;
    };
    for db in [Db::sqlite(&[]).await, postgres] {
        db.tables().await;
        let heard = Arc::new(Heard::default());
        let context = request(&db);
        context.set_recorder(heard.clone());
        let lines = savia::Repository::<Line>::new(Arc::clone(&db.database));
        let work = async {
            lines.find_by_id(1).await.unwrap();
            let failed = db
                .database
                .with(|tx| Box::pin(async move { exec(tx, "select nonsense").await }));
            failed.await.unwrap_err();
        };
        context.scope(work).await;
        let heard = std::mem::take(&mut *heard.0.lock().unwrap());
        let find = heard
            .iter()
            .find(|(_, sql, _)| sql.contains("lines"))
            .unwrap();
        assert_eq!((find.0, find.2), ("sql", false));
        assert!(!find.1.contains("binds"), "{find:?}");
        let nonsense = heard.iter().find(|(_, sql, _)| sql.contains("nonsense"));
        assert!(nonsense.unwrap().2, "{heard:?}");
        db.stop().await;
    }
}

/// Counts what is recorded under the name of durations.
struct Durations(Arc<AtomicUsize>);

struct Count(Arc<AtomicUsize>);

impl HistogramFn for Count {
    fn record(&self, value: f64) {
        assert!((0.0..60.0).contains(&value));
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl metrics::Recorder for Durations {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        assert_eq!(key.name(), "db_client_operation_duration_seconds");
        Histogram::from_arc(Arc::new(Count(Arc::clone(&self.0))))
    }
}

#[test]
fn every_statement_is_measured() {
    let count = Arc::new(AtomicUsize::new(0));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    // Handles are made once, where the database is opened.
    metrics::with_local_recorder(&Durations(Arc::clone(&count)), || {
        runtime.block_on(async {
            let db = Db::sqlite(&[]).await;
            db.tables().await;
            let before = count.load(Ordering::SeqCst);
            let lines = savia::Repository::<Line>::new(Arc::clone(&db.database));
            for n in 0..5 {
                lines.find_by_id(n).await.unwrap();
            }
            assert_eq!(count.load(Ordering::SeqCst) - before, 5);
            db.stop().await;
        });
    });
}
