//! PostgreSQL's connections.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use savia::Repository;
use savia::transaction::{TransactionOptions, transactional};
use savia_core::health::{HealthIndicator, Status};
use savia_core::{ErrorKind, Result};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::Line;
use crate::support::{Db, PATIENCE, exec, number};

async fn db(config: &[(&str, Value)]) -> Option<Db> {
    let db = Db::postgres(config).await?;
    db.tables().await;
    Some(db)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pool_that_is_exhausted_says_so_in_time() {
    let config = [
        ("data.pool.max_size", json!(2)),
        ("data.pool.acquire_timeout", json!("300ms")),
    ];
    let Some(db) = db(&config).await else { return };
    let hold = || {
        db.database.with(|tx| {
            Box::pin(async move {
                exec(tx, "select 1").await?;
                tokio::time::sleep(Duration::from_secs(1)).await;
                Ok(())
            })
        })
    };
    let lines = Repository::<Line>::new(Arc::clone(&db.database));
    let (held, refused) = tokio::join!(join_all([hold(), hold()]), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let since = Instant::now();
        let refused = lines.find_by_id(1).await.unwrap_err();
        assert!(
            since.elapsed() < Duration::from_millis(800),
            "{:?}",
            since.elapsed()
        );
        refused
    });
    assert!(held.iter().all(Result::is_ok));
    assert_eq!(refused.kind(), ErrorKind::Unavailable);
    assert!(
        refused.to_string().contains("data.pool.acquire_timeout"),
        "{refused}"
    );
    assert!(lines.find_by_id(1).await.unwrap().is_none());
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_more_callers_than_connections_are_all_served() {
    let Some(db) = db(&[("data.pool.max_size", json!(3))]).await else {
        return;
    };
    let lines = Repository::<Line>::new(Arc::clone(&db.database));
    let writes = (1..=100).map(|n| lines.insert(Line { n }));
    for written in join_all(writes).await {
        written.unwrap();
    }
    assert_eq!(db.lines().await, 100);
    let open = db
        .number("select count(*) as n from pg_stat_activity where query like '%lines%' and pid <> pg_backend_pid() and application_name = 'app'")
        .await;
    assert!(open <= 64, "{open}");
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_the_server_ended_is_replaced() {
    let Some(db) = db(&[("data.pool.max_size", json!(2))]).await else {
        return;
    };
    db.inside(async {
        let pid = db.number("select pg_backend_pid()::bigint as n").await;
        let result: Result<()> = db
            .database
            .with(move |tx| {
                Box::pin(async move {
                    let own = number(tx, "select pg_backend_pid()::bigint as n").await?;
                    let _ = exec(tx, &format!("select pg_terminate_backend({own})")).await;
                    exec(tx, "select 1").await
                })
            })
            .await;
        assert!(result.is_err());
        for _ in 0..10 {
            assert_eq!(db.lines().await, 0);
        }
        assert!(pid > 0);
    })
    .await;
    db.stop().await;
}

/// Whoever gives up on a long statement does not leave it to the next user of the connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_that_was_given_up_is_stopped() {
    let Some(db) = db(&[("data.pool.max_size", json!(1))]).await else {
        return;
    };
    let long = db
        .database
        .with(|tx| Box::pin(async move { exec(tx, "select pg_sleep(30)").await }));
    assert!(timeout(Duration::from_millis(200), long).await.is_err());
    let since = Instant::now();
    assert_eq!(db.lines().await, 0);
    assert!(
        since.elapsed() < Duration::from_secs(5),
        "{:?}",
        since.elapsed()
    );
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_ends_a_statement_that_takes_too_long() {
    let Some(db) = db(&[("data.postgres.statement_timeout", json!("200ms"))]).await else {
        return;
    };
    let long = db
        .database
        .with(|tx| Box::pin(async move { exec(tx, "select pg_sleep(30)").await }));
    let error = timeout(PATIENCE, long).await.unwrap().unwrap_err();
    assert!(error.to_string().contains("statement timeout"), "{error}");
    assert_eq!(db.lines().await, 0);
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn read_only_work_goes_to_a_replica_and_to_the_primary_while_it_is_away() {
    // The copy is the server itself under another name; the other one is not there.
    let server = std::env::var("SAVIA_TEST_POSTGRES")
        .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/test".to_owned());
    let replica = format!("{server}?application_name=the_replica");
    let away = "postgres://postgres@127.0.0.1:1/test";
    let config = [("data.replicas", json!([replica, away]))];
    let Some(db) = db(&config).await else { return };
    let here =
        "select cast(current_setting('application_name') = 'the_replica' as int)::bigint as n";
    let mut on_replica = 0;
    for _ in 0..4 {
        on_replica += db.number(here).await;
    }
    assert_eq!(
        on_replica, 4,
        "the one that is there takes the share of the one that is not"
    );
    let written = db
        .database
        .with(move |tx| Box::pin(async move { number(tx, here).await }));
    assert_eq!(
        written.await.unwrap(),
        0,
        "what may write goes to the primary"
    );
    db.stop().await;

    let Some(db) = Db::postgres(&[("data.replicas", json!([away]))]).await else {
        return;
    };
    db.tables().await;
    assert_eq!(db.lines().await, 0);
    db.stop().await;
}

/// 20 reads at once on one connection, which are sent before the first is answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn joined_reads_of_a_transaction_share_its_connection() {
    let Some(db) = db(&[("data.pool.max_size", json!(1))]).await else {
        return;
    };
    let lines = Repository::<Line>::new(Arc::clone(&db.database));
    let options = TransactionOptions::new();
    let found: Result<Vec<_>> = db
        .inside(transactional(&options, async {
            lines.insert(Line { n: 5 }).await?;
            join_all((0..20).map(|n| lines.find_by_id(n)))
                .await
                .into_iter()
                .collect()
        }))
        .await;
    assert_eq!(found.unwrap().into_iter().flatten().count(), 1);
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn encryption_is_as_the_address_says() {
    let Some(db) = db(&[]).await else { return };
    let encrypted =
        "select cast(ssl as int)::bigint as n from pg_stat_ssl where pid = pg_backend_pid()";
    let can = db
        .number("select cast(current_setting('ssl') = 'on' as int)::bigint as n")
        .await;
    assert_eq!(
        db.number(encrypted).await,
        can,
        "`prefer` encrypts where the server can"
    );
    let folder = tempfile::tempdir().unwrap();
    for (mode, expected) in [
        ("disable", Some(0)),
        ("require", (can == 1).then_some(1)),
        ("verify-full", None),
    ] {
        let url = format!("{}&sslmode={mode}", db.url());
        let sources = savia_core::config::Sources::in_dir(folder.path()).over("data.url", url);
        match (crate::support::start(sources, &[]).await, expected) {
            (Ok(app), Some(expected)) => {
                let database = app.handle().component::<savia::Database>().unwrap();
                let read =
                    database.read(move |tx| Box::pin(async move { number(tx, encrypted).await }));
                assert_eq!(read.await.unwrap(), expected, "{mode}");
                assert!(app.stop().await);
            }
            (Err(error), None) => assert!(error.to_string().contains("data::refused"), "{error}"),
            (started, _) => panic!("{mode}: {:?}", started.err()),
        }
    }
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_says_whether_it_answers() {
    let Some(db) = db(&[]).await else { return };
    let indicators = db.app.handle().components::<dyn HealthIndicator>();
    let health = indicators.iter().find(|it| it.name() == "db").unwrap();
    assert_eq!(health.check().await.status, Status::Up);
    let (health, app) = (Arc::clone(health), db.app);
    assert!(app.stop().await);
    assert_eq!(health.check().await.status, Status::Down);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_that_reads_sees_one_moment_and_leaves_its_connection_fit() {
    let Some(db) = db(&[("data.pool.max_size", json!(2))]).await else {
        return;
    };
    let lines = Repository::<Line>::new(Arc::clone(&db.database));
    let (inside, outside) = (lines.clone(), lines.clone());
    let seen = db
        .database
        .read(move |_| {
            Box::pin(async move {
                let before = inside.count().await?;
                // In a task of its own it is no part of the unit.
                let written = tokio::spawn(async move { outside.insert(Line { n: 1 }).await });
                written.await.unwrap()?;
                Ok((before, inside.count().await?))
            })
        })
        .await
        .unwrap();
    assert_eq!(seen, (0, 0));
    // Whoever comes next does not find the end of a transaction in their way.
    for n in 2..40 {
        let reader = lines.clone();
        let read = db
            .database
            .read(move |_| Box::pin(async move { reader.count().await }));
        assert_eq!(read.await.unwrap(), n - 1);
        lines.insert(Line { n: n as i64 }).await.unwrap();
    }
    // Of other tests, some may be open for a moment; one of ours would stay.
    let open = "select count(*) as n from pg_stat_activity where state like 'idle in transaction%' and query like '%lines%'";
    let since = Instant::now();
    while db.number(open).await > 0 {
        assert!(since.elapsed() < PATIENCE, "a transaction stays open");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    db.stop().await;
}

#[test]
fn a_connection_lives_where_it_is_used() {
    // As HTTP's workers do: the application starts on one runtime, and requests run on others.
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let start = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let Some(db) = start.block_on(db(&[("data.pool.max_size", json!(1))])) else {
        return;
    };
    let process = "select pg_backend_pid()::bigint as n";
    let first = start.block_on(db.number(process));
    std::thread::sleep(Duration::from_millis(1200));
    let worker = runtime();
    let second = worker.block_on(db.number(process));
    assert_ne!(first, second, "one that nobody missed was replaced");
    assert_eq!(second, worker.block_on(db.number(process)));
    start.block_on(db.stop());
}
