//! What every backend keeps: one suite for all of them.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "this is a test")]

extern crate savia_starter_tasks as savia;

mod support;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use savia_core::tasks::{NewTask, Progress, TaskFilter, TaskState, Unique};
use savia_starter_tasks::config::RetentionConfig;
use savia_starter_tasks::store::{Claim, ClaimedTask, Held, Outcome, Settlement, TaskStore};
use support::{Place, until};
use uuid::Uuid;

const LEASE: Duration = Duration::from_secs(30);

/// An application whose tasks nobody runs.
async fn idle(place: &Place) -> support::App {
    place.start(&[("tasks.workers", false.into())]).await
}

fn new(name: &'static str) -> NewTask {
    NewTask::new(name, r#"{"text":"\u0000 ü"}"#)
}

async fn claim_for(store: &dyn TaskStore, limit: usize, lease: Duration) -> Vec<ClaimedTask> {
    let claim = Claim {
        queue: "default".into(),
        limit,
        suspect: true,
        worker: "here".into(),
        lease,
    };
    store.claim(&claim).await.unwrap().tasks
}

async fn claim(store: &dyn TaskStore, limit: usize) -> Vec<ClaimedTask> {
    claim_for(store, limit, LEASE).await
}

async fn settle(store: &dyn TaskStore, claimed: &ClaimedTask, outcome: Outcome) {
    let settlement = Settlement {
        held: held(claimed),
        queue: "default".into(),
        outcome,
    };
    store.settle(&[settlement]).await.unwrap();
}

fn held(claimed: &ClaimedTask) -> Held {
    Held {
        id: claimed.id,
        run: claimed.run,
    }
}

fn done() -> Outcome {
    Outcome::Succeeded {
        result: Some("[1]".to_owned()),
    }
}

async fn state(store: &dyn TaskStore, id: Uuid) -> TaskState {
    store.find(id).await.unwrap().unwrap().state
}

on_every_backend! {
    a_task_goes_from_the_queue_to_its_outcome
    higher_priorities_go_first_and_then_those_that_were_first
    nothing_is_run_before_its_time
    a_failure_waits_and_keeps_its_reason
    what_outlives_its_lease_returns_and_its_worker_changes_nothing
    what_kills_workers_takes_no_other_along
    a_worker_that_has_a_suspect_is_given_no_other
    a_lease_is_put_off
    one_of_a_key_waits_or_runs
    bulks_of_the_same_keys_do_not_wait_for_each_other
    a_long_key_is_kept
    more_than_a_page_is_listed
    waiting_and_running_tasks_are_cancelled
    an_outcome_may_be_run_again
    a_queue_is_paused
    tasks_are_listed_counted_and_purged
    old_outcomes_are_forgotten
    a_schedule_is_due_once
    many_take_each_task_once
    what_is_not_enqueued_is_not_there
}

async fn a_task_goes_from_the_queue_to_its_outcome(place: &Place) {
    let app = idle(place).await;
    let store = app.store();
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let task = NewTask {
        max_retries: 7,
        trace_parent: Some(parent.to_owned()),
        ..new("greet")
    };
    let before = Utc::now() - chrono::TimeDelta::seconds(2);
    let ids = store.enqueue(vec![task.clone()]).await.unwrap();
    let record = store.find(ids[0]).await.unwrap().unwrap();
    assert_eq!(record.state, TaskState::Queued);
    assert_eq!(record.task.payload, task.payload);
    assert!(record.enqueued_at > before, "{record:?}");

    let claimed = claim(&*store, 10).await.remove(0);
    assert_eq!(
        (claimed.id, claimed.attempt, claimed.max_retries),
        (ids[0], 1, 7)
    );
    assert_eq!(
        (&*claimed.name, &*claimed.payload),
        ("greet", task.payload.as_str())
    );
    assert_eq!(claimed.trace_parent.as_deref(), Some(parent));
    assert!(claim(&*store, 10).await.is_empty());
    let progress = Progress {
        done: 0.5,
        note: Some("half".to_owned()),
    };
    store
        .report(vec![(held(&claimed), progress.clone())])
        .await
        .unwrap();
    let record = store.find(ids[0]).await.unwrap().unwrap();
    assert_eq!(
        (record.state, record.worker.as_deref()),
        (TaskState::Running, Some("here"))
    );
    assert_eq!(record.progress, Some(progress));

    settle(&*store, &claimed, done()).await;
    let record = store.find(ids[0]).await.unwrap().unwrap();
    assert_eq!(
        (record.state, record.result.as_deref()),
        (TaskState::Succeeded, Some("[1]"))
    );
    assert!(record.finished_at >= record.started_at && record.started_at.is_some());
    app.stop().await;
}

async fn higher_priorities_go_first_and_then_those_that_were_first(place: &Place) {
    let app = idle(place).await;
    let store = app.store();
    let with = |name, priority| NewTask {
        priority,
        ..new(name)
    };
    let tasks = vec![
        with("a", 0),
        with("b", 5),
        with("c", -1),
        with("d", 5),
        with("e", 0),
    ];
    store.enqueue(tasks).await.unwrap();
    let mut names = Vec::new();
    for limit in [2, 1, 10] {
        names.extend(
            claim(&*store, limit)
                .await
                .into_iter()
                .map(|it| it.name.to_string()),
        );
    }
    assert_eq!(names, ["b", "d", "a", "e", "c"]);
    app.stop().await;
}

async fn nothing_is_run_before_its_time(place: &Place) {
    let app = idle(place).await;
    let store = app.store();
    let at = |millis| Some(Utc::now() + chrono::TimeDelta::milliseconds(millis));
    let tasks = vec![
        NewTask {
            run_at: at(300),
            ..new("later")
        },
        NewTask {
            run_at: at(-5_000),
            ..new("past")
        },
        NewTask {
            run_at: at(3_600_000),
            priority: 9,
            ..new("much later")
        },
    ];
    store.enqueue(tasks).await.unwrap();
    let claimed = claim(&*store, 10).await;
    assert_eq!(
        claimed.iter().map(|it| &*it.name).collect::<Vec<_>>(),
        ["past"]
    );
    let request = Claim {
        queue: "default".into(),
        limit: 1,
        suspect: true,
        worker: "here".into(),
        lease: LEASE,
    };
    let next = store.claim(&request).await.unwrap().next_in.unwrap();
    assert!(next <= Duration::from_millis(320), "{next:?}");
    tokio::time::sleep(next + Duration::from_millis(20)).await;
    assert_eq!(claim(&*store, 10).await.len(), 1);
    app.stop().await;
}

async fn a_failure_waits_and_keeps_its_reason(place: &Place) {
    let app = idle(place).await;
    let store = app.store();
    let id = store.enqueue(vec![new("a")]).await.unwrap()[0];
    let claimed = claim(&*store, 1).await.remove(0);
    let retry = Outcome::Retry {
        after: Duration::from_millis(80),
        error: "bad\0 luck".to_owned(),
    };
    settle(&*store, &claimed, retry).await;
    let record = store.find(id).await.unwrap().unwrap();
    assert_eq!((record.state, record.attempts), (TaskState::Retrying, 1));
    assert!(record.last_error.unwrap().contains("luck"));
    assert!(claim(&*store, 1).await.is_empty());
    tokio::time::sleep(Duration::from_millis(100)).await;
    let claimed = claim(&*store, 1).await.remove(0);
    assert_eq!(claimed.attempt, 2);
    // Given back, it is no worse for it.
    settle(&*store, &claimed, Outcome::Released).await;
    let claimed = claim(&*store, 1).await.remove(0);
    assert_eq!(claimed.attempt, 2);
    let error = "for good".to_owned();
    settle(&*store, &claimed, Outcome::Dead { error }).await;
    let record = store.find(id).await.unwrap().unwrap();
    assert_eq!(
        (record.state, record.last_error.as_deref()),
        (TaskState::Dead, Some("for good"))
    );
    app.stop().await;
}

async fn what_outlives_its_lease_returns_and_its_worker_changes_nothing(place: &Place) {
    let app = idle(place).await;
    let store = app.store();
    let id = store.enqueue(vec![new("a")]).await.unwrap()[0];
    let first = claim_for(&*store, 1, Duration::from_millis(30))
        .await
        .remove(0);
    assert_eq!(store.recover(3).await.unwrap(), 0);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(store.recover(3).await.unwrap(), 1);
    let second = claim_for(&*store, 1, Duration::from_millis(30))
        .await
        .remove(0);
    assert_eq!((second.id, second.attempt), (id, 1));
    // The first worker was slow, and not dead.
    settle(&*store, &first, done()).await;
    assert_eq!(state(&*store, id).await, TaskState::Running);
    assert!(!store.beat(&[held(&first)], LEASE).await.unwrap()[0].cancelled);
    for losses in [2, 3] {
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(store.recover(3).await.unwrap(), 1);
        let record = store.find(id).await.unwrap().unwrap();
        assert_eq!(record.losses, losses);
        if losses < 3 {
            claim_for(&*store, 1, Duration::from_millis(30)).await;
        } else {
            assert_eq!(record.state, TaskState::Dead);
            assert!(record.last_error.unwrap().contains("died 3 times"));
        }
    }
    app.stop().await;
}

async fn what_kills_workers_takes_no_other_along(place: &Place) {
    let app = idle(place).await;
    let store = app.store();
    let mut tasks: Vec<_> = (0..12).map(|_| new("innocent")).collect();
    tasks.insert(4, new("poison"));
    let ids = store.enqueue(tasks).await.unwrap();
    let mut killed = 0;
    loop {
        let claimed = claim_for(&*store, 10, Duration::from_millis(40)).await;
        if claimed.is_empty() {
            break;
        }
        if claimed.iter().any(|it| &*it.name == "poison") {
            killed += 1;
            assert!(killed <= 5, "it was to be a dead letter");
            // What was taken with it has begun, or has not: nobody is left to say.
            until("waited for the leases", async || {
                store.recover(5).await.unwrap();
                let taken = claimed.iter().map(async |it| state(&*store, it.id).await);
                let states = futures_util::future::join_all(taken).await;
                !states.contains(&TaskState::Running)
            })
            .await;
            continue;
        }
        for claimed in &claimed {
            settle(&*store, claimed, done()).await;
        }
    }
    assert_eq!(killed, 5);
    for (at, id) in ids.iter().enumerate() {
        let record = store.find(*id).await.unwrap().unwrap();
        let (wanted, losses) = match at {
            4 => (TaskState::Dead, 5),
            _ => (TaskState::Succeeded, 2),
        };
        assert_eq!(record.state, wanted, "{at}: {record:?}");
        assert!(record.losses <= losses, "{at}: {record:?}");
    }
    app.stop().await;
}

async fn a_worker_that_has_a_suspect_is_given_no_other(place: &Place) {
    let app = idle(place).await;
    let store = app.store();
    let suspects = store.enqueue(vec![new("a"), new("a")]).await.unwrap();
    for _ in 0..2 {
        assert_eq!(claim_for(&*store, 2, Duration::ZERO).await.len(), 2);
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert_eq!(store.recover(5).await.unwrap(), 2);
    }
    let fresh = store.enqueue(vec![new("b"), new("b")]).await.unwrap();
    let ask = async |limit, suspect| {
        let claim = Claim {
            queue: "default".into(),
            limit,
            suspect,
            worker: "here".into(),
            lease: LEASE,
        };
        store.claim(&claim).await.unwrap().tasks
    };
    let first = ask(1, true).await;
    let taken: HashSet<_> = first.iter().map(|it| it.id).collect();
    assert_eq!(taken, HashSet::from([suspects[0], fresh[0]]));
    let is_suspect = first.iter().map(|it| (it.id, it.is_suspect()));
    assert!(is_suspect.clone().all(|(id, it)| it == (id == suspects[0])));
    let second = ask(10, false).await;
    assert_eq!(
        second.iter().map(|it| it.id).collect::<Vec<_>>(),
        [fresh[1]]
    );
    assert!(ask(10, false).await.is_empty());
    // Those that wait are counted, can be cancelled, and given back they stay what they are.
    assert_eq!(store.stats().await.unwrap()[0].queued, 1);
    assert_eq!(store.waiting().await.unwrap()[0].queued, 1);
    let suspect = first.iter().find(|it| it.is_suspect()).unwrap();
    settle(&*store, suspect, Outcome::Released).await;
    assert!(ask(10, false).await.is_empty());
    assert!(store.cancel(suspects[0]).await.unwrap());
    let last = ask(10, true).await;
    assert_eq!(
        last.iter().map(|it| it.id).collect::<Vec<_>>(),
        [suspects[1]]
    );
    app.stop().await;
}

async fn a_lease_is_put_off(place: &Place) {
    let app = idle(place).await;
    let store = app.store();
    store.enqueue(vec![new("a"), new("b")]).await.unwrap();
    let claimed = claim_for(&*store, 2, Duration::from_millis(50)).await;
    let stops = store.beat(&[held(&claimed[0])], LEASE).await.unwrap();
    assert!(stops.is_empty());
    tokio::time::sleep(Duration::from_millis(80)).await;
    assert_eq!(store.recover(5).await.unwrap(), 1);
    assert_eq!(state(&*store, claimed[0].id).await, TaskState::Running);
    assert_eq!(state(&*store, claimed[1].id).await, TaskState::Queued);
    app.stop().await;
}

async fn one_of_a_key_waits_or_runs(place: &Place) {
    let app = idle(place).await;
    let store = app.store();
    let keyed = |key: &str, window| NewTask {
        unique: Some(Unique {
            key: key.to_owned(),
            window,
        }),
        ..new("a")
    };
    let ids = store
        .enqueue(vec![
            keyed("x", None),
            keyed("x", None),
            keyed("y", None),
            new("free"),
        ])
        .await
        .unwrap();
    assert_eq!(ids[0], ids[1]);
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 3);
    let again = async |key: &str, window| store.enqueue(vec![keyed(key, window)]).await.unwrap()[0];
    assert_eq!(again("x", None).await, ids[0]);
    let claimed = claim(&*store, 3).await;
    assert_eq!(again("x", None).await, ids[0]);
    for claimed in &claimed {
        settle(&*store, claimed, done()).await;
    }
    assert_ne!(again("x", None).await, ids[0]);
    // A window ends, whatever becomes of the task.
    let window = Some(Duration::from_millis(60));
    let first = again("z", window).await;
    assert_eq!(again("z", window).await, first);
    tokio::time::sleep(Duration::from_millis(90)).await;
    assert_ne!(again("z", window).await, first);
    // In another queue it is another.
    let elsewhere = NewTask {
        queue: "other".into(),
        ..keyed("x", None)
    };
    assert_ne!(store.enqueue(vec![elsewhere]).await.unwrap()[0], ids[0]);
    app.stop().await;
}

async fn bulks_of_the_same_keys_do_not_wait_for_each_other(place: &Place) {
    let app = idle(place).await;
    let store = app.store();
    let keyed = |round: u32, at: u32| NewTask {
        unique: Some(Unique {
            key: format!("{round}-{at}"),
            // Keys of the round before are freed on the way.
            window: Some(Duration::from_millis(1)),
        }),
        ..new("a")
    };
    for round in 0..8 {
        let forth: Vec<_> = (0..300).map(|at| keyed(round / 2, at)).collect();
        let back: Vec<_> = forth.iter().rev().cloned().collect();
        let (one, other) = tokio::join!(store.enqueue(forth), store.enqueue(back));
        assert_eq!((one.unwrap().len(), other.unwrap().len()), (300, 300));
    }
    app.stop().await;
}

async fn a_long_key_is_kept(place: &Place) {
    let app = idle(place).await;
    let store = app.store();
    let task = NewTask {
        unique: Some(Unique {
            // It shrinks by no compression.
            key: (0..14).map(|_| Uuid::new_v4().to_string()).collect(),
            window: None,
        }),
        ..new("a")
    };
    let first = store.enqueue(vec![task.clone()]).await.unwrap();
    assert_eq!(store.enqueue(vec![task]).await.unwrap(), first);
    app.stop().await;
}

async fn more_than_a_page_is_listed(place: &Place) {
    let app = idle(place).await;
    let store = app.store();
    let mut tasks: Vec<_> = (0..2_500).map(|_| new("many")).collect();
    tasks[2_100] = new("one");
    tasks[2_400] = NewTask {
        priority: 1,
        ..new("one")
    };
    let ids = store.enqueue(tasks).await.unwrap();
    let list = async |state| {
        let filter = TaskFilter {
            name: Some("one".into()),
            state,
            ..TaskFilter::default()
        };
        let found = store.list(&filter).await.unwrap();
        found.into_iter().map(|it| it.id).collect::<Vec<_>>()
    };
    assert_eq!(list(None).await, [ids[2_100], ids[2_400]]);
    assert_eq!(claim(&*store, 1).await[0].id, ids[2_400]);
    assert_eq!(list(Some(TaskState::Running)).await, [ids[2_400]]);
    assert_eq!(list(Some(TaskState::Queued)).await, [ids[2_100]]);
    let filter = TaskFilter {
        after: Some(ids[1_299]),
        limit: 1_000,
        ..TaskFilter::default()
    };
    let page = store.list(&filter).await.unwrap();
    let page: Vec<_> = page.into_iter().map(|it| it.id).collect();
    assert_eq!(page, ids[1_300..2_300]);
    app.stop().await;
}

async fn waiting_and_running_tasks_are_cancelled(place: &Place) {
    let app = idle(place).await;
    let store = app.store();
    let later = NewTask {
        run_at: Some(Utc::now() + chrono::TimeDelta::hours(1)),
        ..new("later")
    };
    let ids = store
        .enqueue(vec![new("runs"), new("waits"), later])
        .await
        .unwrap();
    let claimed = claim(&*store, 1).await.remove(0);
    for id in &ids {
        assert!(store.cancel(*id).await.unwrap());
    }
    assert!(claim(&*store, 10).await.is_empty());
    assert_eq!(state(&*store, ids[1]).await, TaskState::Cancelled);
    assert_eq!(state(&*store, ids[2]).await, TaskState::Cancelled);
    assert!(!store.cancel(ids[1]).await.unwrap());
    assert!(!store.cancel(Uuid::now_v7()).await.unwrap());
    let stops = store.beat(&[held(&claimed)], LEASE).await.unwrap();
    assert!(stops[0].cancelled);
    // One that failed meanwhile is not tried again.
    let retry = Outcome::Retry {
        after: Duration::ZERO,
        error: "x".to_owned(),
    };
    settle(&*store, &claimed, retry).await;
    assert_eq!(state(&*store, ids[0]).await, TaskState::Cancelled);
    app.stop().await;
}

async fn an_outcome_may_be_run_again(place: &Place) {
    let app = idle(place).await;
    let store = app.store();
    let id = store.enqueue(vec![new("a")]).await.unwrap()[0];
    assert!(!store.retry(id).await.unwrap());
    let claimed = claim(&*store, 1).await.remove(0);
    let error = "x".to_owned();
    settle(&*store, &claimed, Outcome::Dead { error }).await;
    assert!(store.retry(id).await.unwrap());
    let claimed = claim(&*store, 1).await.remove(0);
    assert_eq!((claimed.id, claimed.attempt), (id, 1));
    settle(&*store, &claimed, done()).await;
    assert_eq!(state(&*store, id).await, TaskState::Succeeded);
    assert!(!store.retry(Uuid::now_v7()).await.unwrap());
    app.stop().await;
}

async fn a_queue_is_paused(place: &Place) {
    let app = idle(place).await;
    let store = app.store();
    store.enqueue(vec![new("a")]).await.unwrap();
    store.set_paused("default", true).await.unwrap();
    assert!(claim(&*store, 1).await.is_empty());
    assert!(store.stats().await.unwrap()[0].paused);
    store.set_paused("default", false).await.unwrap();
    assert_eq!(claim(&*store, 1).await.len(), 1);
    app.stop().await;
}

async fn tasks_are_listed_counted_and_purged(place: &Place) {
    let app = idle(place).await;
    let store = app.store();
    let mail = |name| NewTask {
        queue: "mail".into(),
        ..new(name)
    };
    let ids = store
        .enqueue(vec![new("a"), new("b"), mail("a"), new("a")])
        .await
        .unwrap();
    for claimed in claim(&*store, 2).await {
        settle(&*store, &claimed, done()).await;
    }
    let list = async |filter: TaskFilter| -> Vec<Uuid> {
        store
            .list(&filter)
            .await
            .unwrap()
            .into_iter()
            .map(|it| it.id)
            .collect()
    };
    let all = TaskFilter::default;
    assert_eq!(list(all()).await, ids);
    assert_eq!(
        list(TaskFilter {
            name: Some("a".into()),
            ..all()
        })
        .await,
        [ids[0], ids[2], ids[3]]
    );
    assert_eq!(
        list(TaskFilter {
            queue: Some("mail".into()),
            ..all()
        })
        .await,
        [ids[2]]
    );
    assert_eq!(
        list(TaskFilter {
            state: Some(TaskState::Succeeded),
            ..all()
        })
        .await,
        [ids[0], ids[1]]
    );
    assert_eq!(
        list(TaskFilter {
            state: Some(TaskState::Queued),
            ..all()
        })
        .await,
        [ids[2], ids[3]]
    );
    assert_eq!(
        list(TaskFilter {
            after: Some(ids[0]),
            limit: 2,
            ..all()
        })
        .await,
        [ids[1], ids[2]]
    );
    assert!(
        list(TaskFilter {
            queue: Some("' or 1=1".into()),
            ..all()
        })
        .await
        .is_empty()
    );
    let stats = store.stats().await.unwrap();
    let counts: Vec<_> = stats
        .iter()
        .map(|it| (&*it.queue, it.queued, it.succeeded))
        .collect();
    assert_eq!(counts, [("default", 1, 2), ("mail", 1, 0)]);
    let waiting = store.waiting().await.unwrap();
    assert_eq!(waiting.iter().map(|it| it.queued).sum::<u64>(), 2);
    let purged = store
        .purge(&TaskFilter {
            name: Some("a".into()),
            ..all()
        })
        .await
        .unwrap();
    assert_eq!(purged, 1);
    assert_eq!(list(all()).await, ids[1..]);
    assert_eq!(store.purge(&all()).await.unwrap(), 1);
    assert!(store.find(ids[1]).await.unwrap().is_none());
    app.stop().await;
}

async fn old_outcomes_are_forgotten(place: &Place) {
    let app = idle(place).await;
    let store = app.store();
    let ids = store.enqueue(vec![new("a"), new("b")]).await.unwrap();
    let claimed = claim(&*store, 2).await;
    settle(&*store, &claimed[0], done()).await;
    let error = "x".to_owned();
    settle(&*store, &claimed[1], Outcome::Dead { error }).await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    let retention = RetentionConfig {
        succeeded: Duration::from_millis(1),
        ..RetentionConfig::default()
    };
    assert_eq!(store.sweep(&retention).await.unwrap(), 1);
    assert!(store.find(ids[0]).await.unwrap().is_none());
    assert_eq!(state(&*store, ids[1]).await, TaskState::Dead);
    app.stop().await;
}

async fn a_schedule_is_due_once(place: &Place) {
    let app = idle(place).await;
    let store = app.store();
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let (first, second) = (at("2026-11-24T08:00:00Z"), at("2026-11-24T09:00:00Z"));
    assert_eq!(store.last_tick("report").await.unwrap(), None);
    assert!(store.tick("report", first, None).await.unwrap());
    assert_eq!(store.last_tick("report").await.unwrap(), Some(first));
    assert!(
        !store
            .tick("report", first, Some(new("report")))
            .await
            .unwrap()
    );
    let (one, other) = tokio::join!(
        store.tick("report", second, Some(new("report"))),
        store.tick("report", second, Some(new("report"))),
    );
    assert!(one.unwrap() ^ other.unwrap());
    assert!(
        !store
            .tick("report", first, Some(new("report")))
            .await
            .unwrap()
    );
    assert_eq!(claim(&*store, 10).await.len(), 1);
    app.stop().await;
}

async fn many_take_each_task_once(place: &Place) {
    let app = idle(place).await;
    let store = app.store();
    const COUNT: usize = 500;
    store
        .enqueue((0..COUNT).map(|_| new("a")).collect())
        .await
        .unwrap();
    let takers: Vec<_> = (0..4)
        .map(|_| {
            let store: Arc<dyn TaskStore> = Arc::clone(&store);
            tokio::spawn(async move {
                let mut taken = Vec::new();
                let mut empty = 0;
                while empty < 3 {
                    let claimed = claim(&*store, 7).await;
                    empty = if claimed.is_empty() { empty + 1 } else { 0 };
                    for claimed in claimed {
                        settle(&*store, &claimed, done()).await;
                        taken.push(claimed.id);
                    }
                }
                taken
            })
        })
        .collect();
    let mut all = Vec::new();
    for taker in takers {
        all.extend(taker.await.unwrap());
    }
    assert_eq!(all.len(), COUNT);
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), COUNT);
    app.stop().await;
}

async fn what_is_not_enqueued_is_not_there(place: &Place) {
    let app = idle(place).await;
    let store = app.store();
    assert!(store.find(Uuid::nil()).await.unwrap().is_none());
    assert!(store.enqueue(Vec::new()).await.unwrap().is_empty());
    assert!(claim(&*store, 10).await.is_empty());
    store.settle(&[]).await.unwrap();
    assert!(store.beat(&[], LEASE).await.unwrap().is_empty());
    app.stop().await;
}
