//! SQLite's threads.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::{Connection as _, SqliteConnection};
use futures_util::future::join_all;
use savia::Repository;
use savia::transaction::{TransactionOptions, transactional};
use savia_core::config::Sources;
use savia_core::{Error, ErrorKind, Result};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::Line;
use crate::support::{Db, PATIENCE, exec, number, start};

async fn db(config: &[(&str, Value)]) -> Db {
    let db = Db::sqlite(config).await;
    db.tables().await;
    db
}

/// Another process, as far as SQLite can tell.
fn another(db: &Db) -> SqliteConnection {
    let path = db.folder.path().join("test.db");
    SqliteConnection::establish(&path.to_string_lossy()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_connection_is_set_up() {
    let db = db(&[]).await;
    let pragma = |name: &'static str| {
        db.database.read(move |tx| {
            Box::pin(
                async move { number(tx, &format!("select {name} as n from pragma_{name}")).await },
            )
        })
    };
    assert_eq!(pragma("foreign_keys").await.unwrap(), 1);
    assert_eq!(pragma("query_only").await.unwrap(), 1);
    assert_eq!(pragma("synchronous").await.unwrap(), 1);
    assert!(db.folder.path().join("test.db-wal").exists());
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_is_one_database_for_all_and_gone_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let sources = || Sources::in_dir(folder.path()).over("data.url", "sqlite::memory:");
    for _ in 0..2 {
        let app = start(sources(), &[]).await.unwrap();
        let database = app.handle().component::<savia::Database>().unwrap();
        let made = database
            .with(|tx| Box::pin(async move { exec(tx, "create table lines (n bigint)").await }));
        made.await.unwrap();
        let reads = (0..20).map(|_| {
            database.read(|tx| {
                Box::pin(async move { number(tx, "select count(*) as n from lines").await })
            })
        });
        for read in join_all(reads).await {
            assert_eq!(read.unwrap(), 0);
        }
        assert!(app.stop().await);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_written_is_there_after_a_restart() {
    let db = db(&[]).await;
    db.exec("insert into lines values (7)").await;
    assert!(db.app.stop().await);
    let sources = Sources::in_dir(db.folder.path()).over("data.url", "sqlite:test.db");
    let app = start(sources, &[]).await.unwrap();
    let database = app.handle().component::<savia::Database>().unwrap();
    let read = database.read(|tx| Box::pin(async move { number(tx, "select n from lines").await }));
    assert_eq!(read.await.unwrap(), 7);
    assert!(app.stop().await);
}

/// One of the contract's figures: 64 clients, a tenth of them write, and nobody is told that the
/// database is locked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_clients_never_meet_a_lock() {
    let db = db(&[]).await;
    let lines = Repository::<Line>::new(Arc::clone(&db.database));
    let next = AtomicI64::new(1);
    let client = |client: usize| {
        let (lines, next, db) = (lines.clone(), &next, &db);
        async move {
            for turn in 0..50 {
                match (client + turn) % 10 {
                    0 if client.is_multiple_of(2) => {
                        let n = next.fetch_add(1, Ordering::SeqCst);
                        lines.insert(Line { n }).await.unwrap();
                    }
                    0 => {
                        let n = next.fetch_add(1, Ordering::SeqCst);
                        db.database
                            .with(move |tx| {
                                Box::pin(async move {
                                    let held =
                                        number(tx, "select count(*) as n from lines").await?;
                                    assert!(held >= 0);
                                    exec(tx, &format!("insert into lines values ({n})")).await
                                })
                            })
                            .await
                            .unwrap();
                    }
                    _ => drop(lines.find_by_id(turn as i64).await.unwrap()),
                }
            }
        }
    };
    db.inside(join_all((0..64).map(client))).await;
    let written = next.load(Ordering::SeqCst) - 1;
    assert_eq!(written, 320);
    assert_eq!(db.lines().await, written);
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_is_waited_for_and_then_told_of() {
    let db = db(&[("data.sqlite.busy_timeout", json!("500ms"))]).await;
    let mut other = another(&db);

    other.batch_execute("begin immediate").unwrap();
    let since = Instant::now();
    let refused = db
        .database
        .with(|tx| Box::pin(async move { exec(tx, "insert into lines values (1)").await }))
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unavailable, "{refused}");
    assert!(
        !refused.public_text().unwrap().contains("locked"),
        "{refused}"
    );
    assert!(
        since.elapsed() >= Duration::from_millis(400),
        "{:?}",
        since.elapsed()
    );
    assert!(
        since.elapsed() < Duration::from_secs(5),
        "{:?}",
        since.elapsed()
    );
    // Who only reads does not wait.
    assert_eq!(db.lines().await, 0);

    let lines = Repository::<Line>::new(Arc::clone(&db.database));
    let refused = lines.insert(Line { n: 1 }).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unavailable, "{refused}");

    let waits = lines.insert(Line { n: 2 });
    let (stored, ()) = tokio::join!(waits, async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        other.batch_execute("rollback").unwrap();
    });
    stored.unwrap();
    assert_eq!(db.lines().await, 1);
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_too_long_for_a_thread_is_told() {
    let db = db(&[("data.pool.acquire_timeout", json!("300ms"))]).await;
    let holds = db.database.with(|_| {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_secs(2)).await;
            Ok(())
        })
    });
    let lines = Repository::<Line>::new(Arc::clone(&db.database));
    let (held, refused) = tokio::join!(holds, async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let since = Instant::now();
        let refused = lines.insert(Line { n: 1 }).await.unwrap_err();
        assert!(
            since.elapsed() < Duration::from_secs(1),
            "{:?}",
            since.elapsed()
        );
        // Those who read are not in the way of those who write.
        assert!(lines.find_by_id(1).await.unwrap().is_none());
        refused
    });
    held.unwrap();
    assert_eq!(refused.kind(), ErrorKind::Unavailable);
    assert!(
        refused.to_string().contains("data.pool.acquire_timeout"),
        "{refused}"
    );
    // What was refused was not done later.
    assert_eq!(db.lines().await, 0);
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_waits_for_is_not_begun() {
    let db = db(&[]).await;
    let lines = Repository::<Line>::new(Arc::clone(&db.database));
    let holds = db.database.with(|_| {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(300)).await;
            Ok(())
        })
    });
    let (held, gone) = tokio::join!(holds, async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        timeout(Duration::from_millis(50), lines.insert(Line { n: 1 })).await
    });
    held.unwrap();
    assert!(gone.is_err());
    assert_eq!(db.lines().await, 0);
    db.stop().await;
}

/// SQLite's own limit stands for the disk's: it fails with the same code.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_loses_nothing_and_is_got_over() {
    let db = db(&[]).await;
    db.exec("create table blobs (b blob not null)").await;
    db.database
        .with(|tx| {
            Box::pin(async move {
                let pages = number(tx, "select page_count as n from pragma_page_count").await?;
                exec(tx, &format!("pragma max_page_count = {}", pages + 20)).await
            })
        })
        .await
        .unwrap();
    let mut committed = 0;
    let full = loop {
        let written = db.database.with(|tx| {
            Box::pin(async move { exec(tx, "insert into blobs values (zeroblob(20000))").await })
        });
        match written.await {
            Ok(()) => committed += 1,
            Err(error) => break error,
        }
        assert!(committed < 100, "the disk never fills");
    };
    assert!(full.to_string().contains("full"), "{full}");
    assert_eq!(
        db.number("select count(*) as n from blobs").await,
        committed
    );

    // What comes after a failure that its author passed over is not committed by halves.
    let whole: Result<()> = db
        .inside(db.database.with(|tx| {
            Box::pin(async move {
                exec(tx, "insert into lines values (1)").await?;
                let _ = exec(tx, "insert into blobs values (zeroblob(900000))").await;
                exec(tx, "insert into lines values (2)").await
            })
        }))
        .await;
    assert_eq!(db.lines().await, if whole.is_ok() { 2 } else { 0 });

    db.exec("pragma max_page_count = 1000000").await;
    db.exec("insert into blobs values (zeroblob(900000))").await;
    assert_eq!(
        db.number("select count(*) as n from blobs").await,
        committed + 1
    );
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_ends_what_is_under_way_and_refuses_what_comes_after() {
    let db = db(&[]).await;
    let database = Arc::clone(&db.database);
    let under_way = tokio::spawn(async move {
        database
            .with(|tx| {
                Box::pin(async move {
                    exec(tx, "insert into lines values (1)").await?;
                    tokio::time::sleep(Duration::from_millis(300)).await;
                    Ok(())
                })
            })
            .await
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let (database, folder) = (Arc::clone(&db.database), db.folder);
    assert!(timeout(PATIENCE, db.app.stop()).await.unwrap());
    under_way.await.unwrap().unwrap();
    let late = database
        .read(|tx| Box::pin(async move { number(tx, "select 1 as n").await }))
        .await;
    assert_eq!(late.unwrap_err().kind(), ErrorKind::Unavailable);
    let path = folder.path().join("test.db");
    let mut other = SqliteConnection::establish(&path.to_string_lossy()).unwrap();
    other.batch_execute("insert into lines values (2)").unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_statements_of_a_transaction_keep_their_order_wherever_they_run() {
    let db = db(&[]).await;
    let lines = Repository::<Line>::new(Arc::clone(&db.database));
    let options = TransactionOptions::new();
    let add = async |n: i64| lines.insert(Line { n }).await;
    db.inside(async {
        // Often enough for the statement to be known as quick.
        let done: Result<()> = transactional(&options, async {
            for n in 0..50 {
                add(n).await?;
            }
            // What is undone is what ran in the savepoint, and nothing else.
            let undone: Result<()> = transactional(&options, async {
                join_all((50..60).map(add)).await;
                Err(Error::invalid("not like this"))
            })
            .await;
            assert!(undone.is_err());
            join_all((60..70).map(add)).await;
            assert!(add(0).await.is_err(), "a key that is there");
            assert!(lines.find_by_id(69).await?.is_some());
            assert!(lines.find_by_id(50).await?.is_none());
            Ok(())
        })
        .await;
        done.unwrap();
        assert_eq!(db.lines().await, 60);
        let failed: Result<()> = transactional(&options, async {
            for n in 100..150 {
                add(n).await?;
            }
            Err(Error::invalid("not like this"))
        })
        .await;
        assert!(failed.is_err());
        let dropped = timeout(
            Duration::from_millis(50),
            transactional(&options, async {
                for n in 100..150 {
                    add(n).await?;
                }
                std::future::pending::<Result<()>>().await
            }),
        );
        assert!(dropped.await.is_err());
        add(200).await.unwrap();
        assert_eq!(db.lines().await, 61);
    })
    .await;
    db.stop().await;
}
