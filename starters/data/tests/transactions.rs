//! Transactions, the same on both databases.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

extern crate savia_starter_data as savia;

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use savia_core::{Context, Error, ErrorKind, Result};
use savia_starter_data::statement::Dialect;
use savia_starter_data::transaction::{
    Isolation, Propagation, TransactionOptions, transactional, transactional_retried,
};
use support::{Db, PATIENCE, exec, number};
use tokio::time::timeout;

on_both! {
    ok_commits_and_err_rolls_back
    a_panic_rolls_back_and_goes_on_in_the_caller
    what_is_dropped_is_rolled_back
    a_unit_in_a_unit_is_undone_alone
    methods_join_what_is_around_them
    a_method_that_fails_is_undone_alone_where_its_caller_goes_on
    a_method_that_panics_is_rolled_back
    a_method_that_is_dropped_is_rolled_back
    a_method_that_calls_nothing_takes_no_connection
    a_read_only_transaction_does_not_write
    actions_run_after_the_commit_and_only_then
    propagation_is_kept
    a_transaction_of_its_own_is_committed_on_its_own
    a_transaction_has_its_time
    lost_races_are_run_again
    a_unit_is_over_when_it_is_over
    a_failed_statement_is_not_hidden_by_an_ok
    without_a_context_it_works_too
}

const PLAIN: TransactionOptions = TransactionOptions::new();

/// Adds a line.
async fn add(db: &Db, n: i64) -> Result<()> {
    db.database
        .with(move |tx| {
            Box::pin(async move { exec(tx, &format!("insert into lines values ({n})")).await })
        })
        .await
}

fn refused() -> Error {
    Error::invalid("not like this")
}

async fn ok_commits_and_err_rolls_back(db: &Db) {
    db.inside(async {
        add(db, 1).await.unwrap();
        let result: Result<()> = db
            .database
            .with(|tx| {
                Box::pin(async move {
                    exec(tx, "insert into lines values (2)").await?;
                    Err(refused())
                })
            })
            .await;
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Invalid);
        assert_eq!(db.lines().await, 1);
    })
    .await;
}

async fn a_panic_rolls_back_and_goes_on_in_the_caller(db: &Db) {
    db.inside(async {
        let work = db.database.with(|tx| {
            Box::pin(async move {
                exec(tx, "insert into lines values (1)").await?;
                panic!("of the work");
            })
        });
        let panic: std::thread::Result<Result<()>> =
            std::panic::AssertUnwindSafe(work).catch_unwind().await;
        assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"of the work"));
        assert_eq!(db.lines().await, 0);
        add(db, 2).await.unwrap();
        assert_eq!(db.lines().await, 1);
    })
    .await;
}

async fn what_is_dropped_is_rolled_back(db: &Db) {
    db.inside(async {
        let work = db.database.with(|tx| {
            Box::pin(async move {
                exec(tx, "insert into lines values (1)").await?;
                tokio::time::sleep(PATIENCE).await;
                Ok(())
            })
        });
        assert!(timeout(Duration::from_millis(300), work).await.is_err());
        timeout(PATIENCE / 2, add(db, 2)).await.unwrap().unwrap();
        assert_eq!(db.lines().await, 1);
    })
    .await;
}

async fn a_unit_in_a_unit_is_undone_alone(db: &Db) {
    db.inside(async {
        let database = Arc::clone(&db.database);
        db.database
            .with(move |tx| {
                Box::pin(async move {
                    exec(tx, "insert into lines values (1)").await?;
                    let inner: Result<()> = database
                        .with(|tx| {
                            Box::pin(async move {
                                exec(tx, "insert into lines values (2)").await?;
                                Err(refused())
                            })
                        })
                        .await;
                    assert!(inner.is_err());
                    // On the connection itself, right after the savepoint has ended.
                    exec(tx, "insert into lines values (3)").await?;
                    database
                        .with(|tx| {
                            Box::pin(async move { exec(tx, "insert into lines values (4)").await })
                        })
                        .await
                })
            })
            .await
            .unwrap();
        assert_eq!(
            db.number("select cast(sum(n) as bigint) as n from lines")
                .await,
            8
        );
    })
    .await;
}

async fn methods_join_what_is_around_them(db: &Db) {
    db.inside(async {
        let result: Result<()> = transactional(&PLAIN, async {
            transactional(&PLAIN, add(db, 1)).await?;
            add(db, 2).await?;
            // It sees what it has written itself, and nobody else does.
            assert_eq!(db.lines().await, 2);
            Err(refused())
        })
        .await;
        assert!(result.is_err());
        assert_eq!(db.lines().await, 0);
        transactional(&PLAIN, add(db, 3)).await.unwrap();
        assert_eq!(db.lines().await, 1);
    })
    .await;
}

async fn a_method_that_fails_is_undone_alone_where_its_caller_goes_on(db: &Db) {
    db.inside(async {
        let result: Result<()> = transactional(&PLAIN, async {
            add(db, 1).await?;
            let inner: Result<()> = transactional(&PLAIN, async {
                add(db, 2).await?;
                // A key that is there already: PostgreSQL refuses all that comes after, up to the
                // savepoint.
                add(db, 1).await
            })
            .await;
            assert!(inner.is_err());
            add(db, 3).await
        })
        .await;
        result.unwrap();
        assert_eq!(
            db.number("select cast(sum(n) as bigint) as n from lines")
                .await,
            4
        );
    })
    .await;
}

async fn a_method_that_panics_is_rolled_back(db: &Db) {
    db.inside(async {
        let work = transactional(&PLAIN, async {
            add(db, 1).await?;
            panic!("of the method");
            #[allow(unreachable_code)]
            Ok::<(), Error>(())
        });
        let panic = std::panic::AssertUnwindSafe(work).catch_unwind().await;
        assert!(panic.is_err());
        timeout(PATIENCE / 2, add(db, 2)).await.unwrap().unwrap();
        assert_eq!(db.lines().await, 1);
    })
    .await;
}

async fn a_method_that_is_dropped_is_rolled_back(db: &Db) {
    db.inside(async {
        for _ in 0..20 {
            let work = transactional(&PLAIN, async {
                add(db, 1).await?;
                std::future::pending::<Result<()>>().await
            });
            assert!(timeout(Duration::from_millis(50), work).await.is_err());
        }
        timeout(PATIENCE / 2, add(db, 2)).await.unwrap().unwrap();
        assert_eq!(db.lines().await, 1);
    })
    .await;
}

async fn a_method_that_calls_nothing_takes_no_connection(db: &Db) {
    db.inside(async {
        // More than there are connections, and none waits for another.
        let idle = (0..50).map(|_| {
            transactional(&PLAIN, async {
                tokio::time::sleep(Duration::from_millis(100)).await;
                Ok::<(), Error>(())
            })
        });
        let done = timeout(Duration::from_secs(3), futures_util::future::join_all(idle));
        assert!(done.await.unwrap().iter().all(Result::is_ok));
    })
    .await;
}

async fn a_read_only_transaction_does_not_write(db: &Db) {
    const READ_ONLY: TransactionOptions = TransactionOptions::read_only();
    db.inside(async {
        let result = db
            .database
            .read(|tx| Box::pin(async move { exec(tx, "insert into lines values (1)").await }))
            .await;
        assert!(result.is_err());
        let result: Result<()> = transactional(&READ_ONLY, add(db, 1)).await;
        assert!(result.is_err());
        assert_eq!(
            transactional(&READ_ONLY, db.lines().map(Ok::<_, Error>))
                .await
                .unwrap(),
            0
        );
    })
    .await;
}

/// Notes a mark once the current transaction has committed.
fn note(marks: &Arc<AtomicU32>, mark: u32) {
    let marks = Arc::clone(marks);
    Context::current()
        .unwrap()
        .after_commit(move || async move {
            assert!(Context::current().is_some());
            marks.fetch_add(mark, Ordering::SeqCst);
        });
}

async fn actions_run_after_the_commit_and_only_then(db: &Db) {
    db.inside(async {
        let marks = Arc::new(AtomicU32::new(0));
        let result: Result<()> = transactional(&PLAIN, async {
            note(&marks, 1);
            add(db, 1).await?;
            let failed: Result<()> = transactional(&PLAIN, async {
                note(&marks, 10);
                Err(refused())
            })
            .await;
            assert!(failed.is_err());
            transactional(&PLAIN, async {
                note(&marks, 100);
                add(db, 2).await
            })
            .await?;
            assert_eq!(
                marks.load(Ordering::SeqCst),
                0,
                "nothing has been committed yet"
            );
            Ok(())
        })
        .await;
        result.unwrap();
        assert_eq!(marks.load(Ordering::SeqCst), 101);

        let result: Result<()> = transactional(&PLAIN, async {
            note(&marks, 1000);
            Err(refused())
        })
        .await;
        assert!(result.is_err());
        let inner = Arc::clone(&marks);
        db.database
            .with(move |tx| {
                Box::pin(async move {
                    note(&inner, 10_000);
                    exec(tx, "insert into lines values (3)").await
                })
            })
            .await
            .unwrap();
        assert_eq!(marks.load(Ordering::SeqCst), 10_101);
    })
    .await;
}

async fn propagation_is_kept(db: &Db) {
    const MANDATORY: TransactionOptions = PLAIN.with_propagation(Propagation::Mandatory);
    const NEVER: TransactionOptions = PLAIN.with_propagation(Propagation::Never);
    const SUPPORTS: TransactionOptions = PLAIN.with_propagation(Propagation::Supports);
    db.inside(async {
        let alone: Result<()> = transactional(&MANDATORY, async { Ok(()) }).await;
        assert!(alone.unwrap_err().to_string().contains("mandatory"));
        transactional(&NEVER, add(db, 1)).await.unwrap();
        // Without one around it, each call stands for itself.
        let failed: Result<()> = transactional(&SUPPORTS, async {
            add(db, 2).await?;
            Err(refused())
        })
        .await;
        assert!(failed.is_err());
        assert_eq!(db.lines().await, 2);
        let result: Result<()> = transactional(&PLAIN, async {
            transactional(&MANDATORY, add(db, 3)).await?;
            transactional(&SUPPORTS, add(db, 4)).await?;
            let never: Result<()> = transactional(&NEVER, add(db, 5)).await;
            assert!(never.unwrap_err().to_string().contains("never"));
            Err(refused())
        })
        .await;
        assert!(result.is_err());
        assert_eq!(db.lines().await, 2);
    })
    .await;
}

async fn a_transaction_of_its_own_is_committed_on_its_own(db: &Db) {
    const OWN: TransactionOptions = PLAIN.with_propagation(Propagation::RequiresNew);
    db.inside(async {
        let result: Result<()> = transactional(&PLAIN, async {
            // Nothing has been written yet: on SQLite too nothing stands in its way.
            transactional(&OWN, add(db, 1)).await?;
            Err(refused())
        })
        .await;
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Invalid);
        assert_eq!(db.lines().await, 1);

        let since = std::time::Instant::now();
        let result: Result<()> = transactional(&PLAIN, async {
            add(db, 2).await?;
            transactional(&OWN, add(db, 3)).await?;
            Err(refused())
        })
        .await;
        let error = result.unwrap_err();
        if db.database.dialect() == Dialect::Sqlite {
            assert!(
                error.to_string().contains("it would wait for itself"),
                "{error}"
            );
            assert!(
                since.elapsed() < Duration::from_secs(2),
                "it was told at once"
            );
            assert_eq!(db.lines().await, 1);
        } else {
            assert_eq!(error.kind(), ErrorKind::Invalid);
            assert_eq!(db.lines().await, 2);
        }
    })
    .await;
}

async fn a_transaction_has_its_time(db: &Db) {
    const SHORT: TransactionOptions = PLAIN.with_timeout(Duration::from_millis(100));
    db.inside(async {
        let result: Result<()> = transactional(&SHORT, async {
            add(db, 1).await?;
            std::future::pending().await
        })
        .await;
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Timeout);
        assert_eq!(db.lines().await, 0);
    })
    .await;
}

async fn lost_races_are_run_again(db: &Db) {
    const RACE: TransactionOptions = PLAIN
        .with_isolation(Isolation::Serializable)
        .with_retries(50);
    let runs = Arc::new(AtomicU32::new(0));
    let racers = (0..8).map(|_| {
        db.inside(transactional_retried(&RACE, || async {
            runs.fetch_add(1, Ordering::SeqCst);
            let read = db
                .database
                .read(|tx| Box::pin(async move { number(tx, "select n from counter").await }))
                .await?;
            tokio::task::yield_now().await;
            db.database
                .with(move |tx| {
                    Box::pin(async move {
                        exec(tx, &format!("update counter set n = {}", read + 1)).await
                    })
                })
                .await
        }))
    });
    for raced in futures_util::future::join_all(racers).await {
        raced.unwrap();
    }
    assert_eq!(db.number("select n from counter").await, 8);
    if db.database.dialect() == Dialect::Postgres {
        assert!(runs.load(Ordering::SeqCst) > 8, "nobody lost a race");
    }
}

async fn a_unit_is_over_when_it_is_over(db: &Db) {
    db.inside(async {
        let mut kept = None;
        let result: Result<()> = transactional(&PLAIN, async {
            kept = Context::current();
            add(db, 1).await
        })
        .await;
        result.unwrap();
        let late = kept.unwrap().scope(add(db, 2)).await;
        assert!(late.unwrap_err().to_string().contains("has ended"));
        assert_eq!(db.lines().await, 1);
    })
    .await;
}

/// PostgreSQL answers a commit well, and rolls back, where a statement before it has failed.
async fn a_failed_statement_is_not_hidden_by_an_ok(db: &Db) {
    db.inside(async {
        let result: Result<()> = db
            .database
            .with(|tx| {
                Box::pin(async move {
                    exec(tx, "insert into lines values (1)").await?;
                    let twice = exec(tx, "insert into lines values (1)").await;
                    assert!(twice.is_err());
                    Ok(())
                })
            })
            .await;
        // SQLite undoes the statement alone.
        let expected = i64::from(result.is_ok());
        assert_eq!(db.lines().await, expected);
        assert_eq!(result.is_ok(), db.database.dialect() == Dialect::Sqlite);
    })
    .await;
}

async fn without_a_context_it_works_too(db: &Db) {
    assert!(Context::current().is_none());
    let database = Arc::clone(&db.database);
    let result: Result<()> = db
        .database
        .with(move |_| {
            Box::pin(async move {
                database
                    .with(|tx| {
                        Box::pin(async move { exec(tx, "insert into lines values (1)").await })
                    })
                    .await?;
                Err(refused())
            })
        })
        .await;
    assert!(result.is_err());
    assert_eq!(db.lines().await, 0);
    let read = db
        .database
        .read(|tx| Box::pin(async move { number(tx, "select n from counter").await }));
    assert_eq!(read.await.unwrap(), 0);
}
