//! The auto-configuration: by default, overridden, and misconfigured.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

extern crate savia_starter_data as savia;

mod support;

use std::sync::Arc;

use savia_core::config::Sources;
use savia_core::container::Overrides;
use savia_core::error::ErrorMapper;
use savia_core::health::HealthIndicator;
use savia_core::lifecycle::Application;
use savia_core::{Error, ErrorKind};
use savia_starter_data::Database;
use serde_json::json;
use support::{Db, start};

#[tokio::test(flavor = "multi_thread")]
async fn by_default_there_is_a_database_that_is_well() {
    let db = Db::sqlite(&[]).await;
    let entry = db
        .app
        .handle()
        .conditions()
        .entry("DatabaseAutoConfiguration");
    assert!(entry.unwrap().matched);
    let health = db.app.handle().components::<dyn HealthIndicator>();
    let db_health = health.iter().find(|it| it.name() == "db").unwrap();
    let told = serde_json::to_value(db_health.check().await).unwrap();
    assert_eq!(told["status"], "UP");
    assert_eq!(told["details"]["database"], "SQLite");
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_the_applications_own_beats_it() {
    let first = Db::sqlite(&[]).await;
    let mut overrides = Overrides::default();
    overrides.set::<Database>(Arc::clone(&first.database));
    let folder = tempfile::tempdir().unwrap();
    // Where it would connect, there is nothing.
    let sources = Sources::in_dir(folder.path()).over("data.url", "postgres://127.0.0.1:1/x");
    let app = Application::configure(sources)
        .unwrap()
        .discover(overrides)
        .build()
        .await
        .unwrap();
    let given = app.handle().component::<Database>().unwrap();
    assert!(Arc::ptr_eq(&given, &first.database));
    first.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_the_section_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let yaml = "data:\n  slow_query: 2h\n  pool:\n    max_size: 0\n    acquire_timeout: 0s\n  sqlite:\n    readers: 1000\n";
    std::fs::write(folder.path().join("application.yaml"), yaml).unwrap();
    let error = start(Sources::in_dir(folder.path()), &[])
        .await
        .unwrap_err();
    let report = error.report(false);
    for part in [
        "data.slow_query",
        "data.pool.max_size",
        "data.pool.acquire_timeout",
        "data.sqlite.readers",
        "application.yaml:4:15",
    ] {
        assert!(report.contains(part), "`{part}` is not in\n{report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_cannot_keep_more_than_it_may_have() {
    let folder = tempfile::tempdir().unwrap();
    let config = [
        ("data.pool.max_size", json!(2)),
        ("data.pool.min_size", json!(3)),
    ];
    let error = start(Sources::in_dir(folder.path()), &config)
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("`data.pool.min_size` is larger"),
        "{error}"
    );
}

/// A user of plain diesel writes `?`, and its callers are told what callers of repositories are.
#[tokio::test(flavor = "multi_thread")]
async fn errors_of_plain_diesel_mean_something_to_a_caller() {
    let db = Db::sqlite(&[]).await;
    db.tables().await;
    let twice = db
        .database
        .with(|tx| {
            Box::pin(async move {
                support::exec(tx, "insert into lines values (1)").await?;
                support::exec(tx, "insert into lines values (1)").await
            })
        })
        .await;
    let mappers = db.app.handle().components::<dyn ErrorMapper>();
    let error: Error = twice.unwrap_err().mapped(mappers.iter().map(|it| &**it));
    assert_eq!(error.kind(), ErrorKind::Conflict);
    db.stop().await;
}
