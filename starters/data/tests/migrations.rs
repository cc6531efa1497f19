//! Migrations of apps, on both databases.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

extern crate savia_starter_data as savia;

#[path = "migrations/apps/authors/mod.rs"]
mod authors;
#[path = "migrations/back.rs"]
mod back;
#[path = "migrations/apps/bare/mod.rs"]
mod bare;
#[path = "migrations/apps/posts/mod.rs"]
mod posts;
#[path = "migrations/apps/shaky/mod.rs"]
mod shaky;
#[path = "migrations/apps/stock/mod.rs"]
mod stock;
mod support;

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use savia_core::config::Sources;
use savia_starter_data::migrations::Migrator;
use serde_json::{Value, json};
use support::{Db, Schema, start};

/// Of the two apps, in an order in which the second can refer to the first.
fn both() -> (&'static str, Value) {
    ("installed_apps", json!(["posts", "authors"]))
}

async fn applied_app_by_app(db: &Db) {
    let applied = "select count(*) as n from savia_migrations";
    assert_eq!(db.number(applied).await, 3);
    assert_eq!(
        db.number("select count(*) as n from posts where slug is null")
            .await,
        1
    );
    assert_eq!(db.number("select count(*) as n from authors").await, 0);
    let migrator = Migrator::new(&db.database, db.app.handle().apps());
    assert!(migrator.pending().await.unwrap().is_empty());
    assert!(
        migrator.migrate().await.unwrap().is_empty(),
        "they are applied once"
    );

    // Somebody changes what has been applied.
    db.exec("update savia_migrations set checksum = 'other' where version like 'posts:%'")
        .await;
    let report = migrator.migrate().await.unwrap_err().report(false);
    for part in [
        "data::migration_changed",
        "posts/20260101000000_create_posts was changed after it had been applied",
        "posts/20260102000000_add_slug",
        "tests/migrations/apps/posts/migrations",
        "write what is to change as a new migration",
    ] {
        assert!(report.contains(part), "`{part}` is not in\n{report}");
    }

    // One that fails leaves nothing of itself, and those before it.
    db.exec("delete from savia_migrations").await;
    let report = migrator.migrate().await.unwrap_err().report(false);
    for part in [
        "data::migration_failed",
        "posts/20260101000000_create_posts",
        "already exists",
    ] {
        assert!(report.contains(part), "`{part}` is not in\n{report}");
    }
    assert_eq!(db.number(applied).await, 0);
    assert_eq!(db.number("select count(*) as n from posts").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite_they_are_applied_app_by_app() {
    let db = Db::sqlite(&[both()]).await;
    applied_app_by_app(&db).await;
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_they_are_applied_app_by_app() {
    let Some(db) = Db::postgres(&[both()]).await else {
        return;
    };
    applied_app_by_app(&db).await;
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_that_is_not_installed_has_no_table() {
    let db = Db::sqlite(&[("installed_apps", json!(["posts"]))]).await;
    assert_eq!(
        db.number("select count(*) as n from savia_migrations")
            .await,
        2
    );
    let tables = "select count(*) as n from sqlite_master where name = 'authors'";
    assert_eq!(db.number(tables).await, 0);
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite_instances_that_start_together_migrate_once() {
    let folder = tempfile::tempdir().unwrap();
    let starts = (0..4).map(|_| {
        let sources = Sources::in_dir(folder.path()).over("data.url", "sqlite:shared.db");
        async move { start(sources, &[both()]).await }
    });
    for started in futures_util::future::join_all(starts).await {
        assert!(started.unwrap().stop().await);
    }
}

/// Another instance may take longer than a request waits.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_another_process_holds_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shared.db");
    let mut other = SqliteConnection::establish(&path.display().to_string()).unwrap();
    other
        .batch_execute("pragma journal_mode = wal; begin immediate; create table t (n)")
        .unwrap();
    let sources = Sources::in_dir(folder.path()).over("data.url", "sqlite:shared.db");
    let keys = [both(), ("data.sqlite.busy_timeout", json!("20ms"))];
    let waiting = tokio::spawn(async move { start(sources, &keys).await });
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert!(!waiting.is_finished(), "it did not wait");
    other.batch_execute("commit").unwrap();
    assert!(waiting.await.unwrap().unwrap().stop().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_instances_that_start_together_migrate_once() {
    let Some(schema) = Schema::make().await else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let starts = (0..4).map(|_| {
        let sources = Sources::in_dir(folder.path()).over("data.url", schema.url());
        async move { start(sources, &[both()]).await }
    });
    for started in futures_util::future::join_all(starts).await {
        assert!(started.unwrap().stop().await);
    }
    schema.drop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn production_names_what_is_pending_and_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let sources = || {
        Sources::in_dir(folder.path())
            .over("data.url", "sqlite:blog.db")
            .profile("prod")
    };
    let report = start(sources(), &[both()]).await.unwrap_err().report(false);
    for part in [
        "data::migration_pending",
        "3 migrations have not been applied",
        "posts/20260101000000_create_posts",
        "authors/20260103000000_create_authors",
        "data.migrate_on_start: true",
    ] {
        assert!(report.contains(part), "`{part}` is not in\n{report}");
    }
    let told = [both(), ("data.migrate_on_start", json!(true))];
    assert!(start(sources(), &told).await.unwrap().stop().await);
    assert!(start(sources(), &[both()]).await.unwrap().stop().await);
}
