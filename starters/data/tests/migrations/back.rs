//! Forth and back: rollback, status, steps in Rust, tables that are built anew.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use savia_core::ErrorKind;
use savia_core::config::Sources;
use savia_core::container::Overrides;
use savia_core::lifecycle::Application;
use savia_starter_data::migrations::{MigrationState, Migrator};
use serde_json::{Value, json};

use crate::support::{Db, number, start};

const LABELS: &str = "select count(*) as n from shelves where label = 'LEFT'";
const ITEMS: &str = "select count(*) as n from items";

fn stock() -> (&'static str, Value) {
    ("installed_apps", json!(["stock"]))
}

async fn there_and_back(db: &Db) {
    let migrator = Migrator::new(&db.database, db.app.handle().apps());
    // The table was built anew, and what refers to its rows is still there.
    assert_eq!((db.number(ITEMS).await, db.number(LABELS).await), (1, 1));
    let states = async || {
        let status = migrator.status().await.unwrap();
        status.iter().map(|it| it.state).collect::<Vec<_>>()
    };
    use MigrationState::{Applied, Pending};
    assert_eq!(states().await, [Applied, Applied, Applied]);

    let reverted = migrator.rollback(1).await.unwrap();
    assert_eq!(reverted, ["stock/20260203000000_label_shelves"]);
    assert_eq!(db.number(LABELS).await, 0);
    assert_eq!(states().await, [Applied, Applied, Pending]);

    let refused = migrator.rollback_to("stock:1").await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::BadRequest);
    assert!(
        refused.to_string().contains("stock:20260202000000"),
        "{refused}"
    );
    let reverted = migrator.rollback_to("stock:20260201000000").await.unwrap();
    assert_eq!(reverted, ["stock/20260202000000_name_shelves"]);
    assert_eq!(db.number(ITEMS).await, 1);

    assert_eq!(migrator.migrate().await.unwrap().len(), 2);
    assert_eq!((db.number(ITEMS).await, db.number(LABELS).await), (1, 1));
    assert_eq!(migrator.rollback(9).await.unwrap().len(), 3);
    assert!(migrator.rollback(1).await.unwrap().is_empty());
    assert_eq!(migrator.migrate().await.unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite_migrations_go_there_and_back() {
    let db = Db::sqlite(&[stock()]).await;
    there_and_back(&db).await;
    // Foreign keys are watched again.
    let refused = db
        .database
        .with(|tx| Box::pin(async move { tx.script("insert into items values (9, 9)").await }))
        .await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Conflict);
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_migrations_go_there_and_back() {
    let Some(db) = Db::postgres(&[stock()]).await else {
        return;
    };
    there_and_back(&db).await;
    db.stop().await;
}

/// A row that refers to nothing came in while foreign keys were off.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_that_is_built_anew_leaves_nothing_dangling() {
    let db = Db::sqlite(&[stock()]).await;
    let migrator = Migrator::new(&db.database, db.app.handle().apps());
    migrator.rollback(2).await.unwrap();
    // SQLite keeps the setting for the connection that writes.
    db.exec("insert into shelves values (3, null)").await;
    let report = migrator.migrate().await.unwrap_err().report(false);
    assert!(report.contains("20260202000000_name_shelves"), "{report}");
    assert_eq!(db.number("select count(*) as n from shelves").await, 2);
    assert_eq!(migrator.pending().await.unwrap().len(), 2);
    db.exec("delete from shelves where name is null").await;
    assert_eq!(migrator.migrate().await.unwrap().len(), 2);
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_that_panics_leaves_nothing_and_foreign_keys_on() {
    let db = Db::sqlite(&[("installed_apps", json!([]))]).await;
    let sources = Sources::in_dir(db.folder.path()).over("installed_apps", json!(["shaky"]));
    let shaky = Application::configure(sources)
        .unwrap()
        .discover(Overrides::default())
        .into_handle();
    let migrator = Migrator::new(&db.database, shaky.apps());
    let panicked = AssertUnwindSafe(migrator.migrate()).catch_unwind().await;
    assert!(panicked.is_err(), "the caller hears of it");
    let watched = db.database.with(|tx| {
        Box::pin(
            async move { number(tx, "select foreign_keys as n from pragma_foreign_keys").await },
        )
    });
    assert_eq!(watched.await.unwrap(), 1);
    let tables = "select count(*) as n from sqlite_master where name = 'shaken'";
    assert_eq!(db.number(tables).await, 0);
    assert_eq!(migrator.pending().await.unwrap().len(), 1);
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_no_way_back_is_refused_before_anything_is_reverted() {
    let db = Db::sqlite(&[("installed_apps", json!(["stock", "posts"]))]).await;
    let migrator = Migrator::new(&db.database, db.app.handle().apps());
    let refused = migrator.rollback(9).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict);
    assert!(
        refused
            .to_string()
            .contains("posts/20260102000000_add_slug"),
        "{refused}"
    );
    assert!(migrator.pending().await.unwrap().is_empty());
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_was_deleted_stops_the_start_and_a_newer_one_does_not() {
    let db = Db::sqlite(&[stock()]).await;
    let migrator = Migrator::new(&db.database, db.app.handle().apps());
    let add = "insert into savia_migrations values ('stock:29990101000000', 'newer', '', '2026-01-01 00:00:00.000000', 99)";
    db.exec(add).await;
    assert!(migrator.migrate().await.unwrap().is_empty());
    let status = migrator.status().await.unwrap();
    assert_eq!(status.last().unwrap().state, MigrationState::Unknown);
    // What it did stands on what this binary would take away.
    let refused = migrator.rollback(1).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict);
    for part in ["stock/29990101000000_newer", "newer version"] {
        assert!(refused.to_string().contains(part), "{refused}");
    }
    assert!(migrator.pending().await.unwrap().is_empty());

    let add = "insert into savia_migrations values ('stock:20260101000000', 'gone', '', '2026-01-01 00:00:00.000000', 1)";
    db.exec(add).await;
    let report = migrator.migrate().await.unwrap_err().report(false);
    for part in [
        "data::migration_deleted",
        "stock/20260101000000_gone",
        "bring its folder back",
    ] {
        assert!(report.contains(part), "`{part}` is not in\n{report}");
    }
    // Of an app that is not installed nothing is asked.
    db.exec("update savia_migrations set version = 'gone' || version where name = 'gone'")
        .await;
    assert!(migrator.migrate().await.unwrap().is_empty());
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_changed_is_not_reverted_and_the_last_one_applied_goes_first() {
    let db = Db::sqlite(&[stock()]).await;
    let migrator = Migrator::new(&db.database, db.app.handle().apps());
    db.exec(
        "update savia_migrations set checksum = 'other' where version = 'stock:20260202000000'",
    )
    .await;
    // It is not touched by this one.
    assert_eq!(migrator.rollback(1).await.unwrap().len(), 1);
    let refused = migrator.rollback(1).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Conflict);
    assert!(
        refused.to_string().contains("name_shelves was changed"),
        "{refused}"
    );
    assert_eq!(
        db.number("select count(*) as n from savia_migrations")
            .await,
        2
    );
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_only_one_that_was_deleted_stops_the_start() {
    let db = Db::sqlite(&[stock()]).await;
    db.exec("insert into savia_migrations values ('bare:20260101000000', 'gone', '', '2026-01-01 00:00:00.000000', 1)")
        .await;
    let again = || Sources::in_dir(db.folder.path()).over("data.url", "sqlite:test.db");
    let bare = [("installed_apps", json!(["bare"]))];
    let report = start(again(), &bare).await.unwrap_err().report(false);
    assert!(report.contains("bare/20260101000000_gone"), "{report}");
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asking_changes_nothing() {
    let db = Db::sqlite(&[("installed_apps", json!([]))]).await;
    let sources = Sources::in_dir(db.folder.path()).over("installed_apps", json!(["stock"]));
    let app = Application::configure(sources)
        .unwrap()
        .discover(Overrides::default())
        .into_handle();
    let migrator = Migrator::new(&db.database, app.apps());
    assert_eq!(migrator.pending().await.unwrap().len(), 3);
    assert_eq!(migrator.plan().await.unwrap().len(), 3);
    assert_eq!(migrator.status().await.unwrap().len(), 3);
    let tables = "select count(*) as n from sqlite_master where name = 'savia_migrations'";
    assert_eq!(db.number(tables).await, 0);
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_leaves_a_migration_as_it_was() {
    let db = Db::sqlite(&[stock()]).await;
    let migrator = Migrator::new(&db.database, db.app.handle().apps());
    migrator.rollback(9).await.unwrap();
    let pages = db
        .number("select page_count as n from pragma_page_count")
        .await;
    let limit = format!("pragma max_page_count = {pages}");
    let limited = db
        .database
        .with(move |tx| Box::pin(async move { tx.script(&limit).await }));
    limited.await.unwrap();
    // Whatever is free is used up first.
    let fill = "create table filler (t text); insert into filler \
                with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000) \
                select hex(randomblob(100)) from n";
    let full = db
        .database
        .with(move |tx| Box::pin(async move { tx.script(fill).await }));
    assert_eq!(full.await.unwrap_err().kind(), ErrorKind::Unavailable);
    if let Err(error) = migrator.migrate().await {
        assert!(
            error.report(false).contains("has no room"),
            "{}",
            error.report(false)
        );
    }
    let grown = db
        .database
        .with(|tx| Box::pin(async move { tx.script("pragma max_page_count = 100000").await }));
    grown.await.unwrap();
    migrator.migrate().await.unwrap();
    assert!(migrator.pending().await.unwrap().is_empty());
    assert_eq!((db.number(ITEMS).await, db.number(LABELS).await), (1, 1));
    db.stop().await;
}
