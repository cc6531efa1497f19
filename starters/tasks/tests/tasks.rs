//! Functions with `#[task]`, from where they are enqueued to their outcome.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "this is a test")]

extern crate savia_starter_tasks as savia;

mod support;

use std::sync::Arc;
use std::time::Duration;

use savia_core::tasks::TaskState;
use savia_core::{Context, Error, Result};

use savia_starter_tasks::{GiveUp, TaskContext, Tasks, enqueue_all};
use serde_json::json;
use support::{App, Diary, PATIENCE, until};

#[savia::task]
async fn greet(name: String, diary: Arc<Diary>) {
    diary.note(format!("hello {name}"));
}

#[savia::task(retries = 2, backoff = fixed("20ms"))]
async fn add(
    a: i64,
    b: i64,
    #[value("name", default = String::from("none"))] app: String,
    task: &TaskContext,
) -> Result<i64> {
    assert!(!app.is_empty());
    if task.attempt() < 2 {
        return Err(Error::internal("not yet"));
    }
    Ok(a + b)
}

#[savia::task(retries = 1, backoff = exponential("10ms", factor = 3, max = "1s"))]
async fn fail(how: String) -> Result<()> {
    match how.as_str() {
        "panic" => panic!("it broke"),
        "give up" => Err(GiveUp::because("there is no use").into()),
        _ => Err(Error::not_found("there is none")),
    }
}

#[savia::task(timeout = "50ms", retries = 0)]
async fn sleep(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

#[savia::task]
fn block(millis: u64, diary: Arc<Diary>) -> Result<String> {
    std::thread::sleep(Duration::from_millis(millis));
    let thread = std::thread::current().name().unwrap_or_default().to_owned();
    diary.note("blocked");
    assert!(Context::current().is_some());
    Ok(thread)
}

#[savia::task(unique)]
async fn once(key: u32, diary: Arc<Diary>) {
    diary.note(format!("once {key}"));
}

#[savia::task]
async fn import(task: TaskContext) -> Result<()> {
    task.progress(0.5, "half of it".to_owned());
    task.stopping().await;
    Err(Error::internal("stopped early"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_is_run_with_its_arguments_and_components() {
    let app = App::start(&[]).await;
    app.inside(async {
        greet::new("ann".to_owned()).enqueue().await.unwrap();
        let handle = add::new(1, 2).enqueue().await.unwrap();
        assert_eq!(handle.wait(PATIENCE).await.unwrap(), 3);
        let record = handle.record().await.unwrap().unwrap();
        assert_eq!((record.attempts, record.state), (2, TaskState::Succeeded));
        assert_eq!(record.task.arguments(), json!({"a": 1, "b": 2}));
    })
    .await;
    assert_eq!(app.diary(), ["hello ann"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_are_kept_with_their_reasons() {
    let app = App::start(&[]).await;
    let told = async |how: &str| {
        let handle = fail::new(how.to_owned()).enqueue().await.unwrap();
        handle.wait(PATIENCE).await.unwrap_err();
        let record = handle.record().await.unwrap().unwrap();
        assert_eq!(record.state, TaskState::Dead);
        (record.attempts, record.last_error.unwrap())
    };
    app.inside(async {
        assert_eq!(told("error").await, (2, "there is none".to_owned()));
        assert_eq!(told("panic").await, (2, "it panicked: it broke".to_owned()));
        assert_eq!(told("give up").await, (1, "there is no use".to_owned()));
        let slow = sleep::new(10_000).enqueue().await.unwrap();
        let error = slow.wait(PATIENCE).await.unwrap_err();
        assert!(error.to_string().contains("timeout of 50ms"), "{error}");
    })
    .await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_blocks_has_threads_of_its_own() {
    let app = App::start(&[("tasks.blocking_threads", 2.into())]).await;
    app.inside(async {
        let calls = (0..4).map(|_| block::new(20));
        for handle in enqueue_all(calls).await.unwrap() {
            assert_eq!(handle.wait(PATIENCE).await.unwrap(), "savia-blocking");
        }
    })
    .await;
    app.stop().await;
}

#[savia::task(timeout = "50ms", retries = 0)]
fn overdue(millis: u64, diary: Arc<Diary>, task: TaskContext) {
    diary.note("begins");
    std::thread::sleep(Duration::from_millis(millis));
    diary.note(if task.is_stopping() {
        "was asked"
    } else {
        "ends"
    });
}

#[savia::task(timeout = "400ms", retries = 0)]
fn in_time(millis: u64) {
    std::thread::sleep(Duration::from_millis(millis));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_blocks_past_its_time_is_settled_once_and_keeps_its_place() {
    let queues = json!({"default": {"concurrency": 1}});
    let app = App::start(&[("tasks.queues", queues)]).await;
    app.inside(async {
        let late = overdue::new(600).enqueue().await.unwrap();
        let next = greet::new("ann".to_owned()).enqueue().await.unwrap();
        let error = late.wait(PATIENCE).await.unwrap_err();
        assert!(error.to_string().contains("timeout of 50ms"), "{error}");
        let settled = late.record().await.unwrap().unwrap();
        assert_eq!((settled.state, settled.attempts), (TaskState::Dead, 1));
        // The next one waits for the thread.
        assert_eq!(app.diary(), ["begins"]);
        next.wait(PATIENCE).await.unwrap();
        assert_eq!(app.diary(), ["begins", "was asked", "hello ann"]);
        assert_eq!(late.record().await.unwrap().unwrap(), settled);

        // The same holds for one that is cancelled.
        let cancelled = block::new(400).enqueue().await.unwrap();
        until("waited for the start", async || {
            cancelled.record().await.unwrap().unwrap().state == TaskState::Running
        })
        .await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        cancelled.cancel().await.unwrap();
        let next = greet::new("bob".to_owned()).enqueue().await.unwrap();
        next.wait(PATIENCE).await.unwrap();
        assert_eq!(app.diary()[3..], ["blocked", "hello bob"]);
        let record = cancelled.record().await.unwrap().unwrap();
        assert_eq!(record.state, TaskState::Cancelled);
    })
    .await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_time_of_what_blocks_begins_with_its_thread() {
    let app = App::start(&[("tasks.blocking_threads", 1.into())]).await;
    app.inside(async {
        let calls = (0..4).map(|_| in_time::new(150));
        for handle in enqueue_all(calls).await.unwrap() {
            handle.wait(PATIENCE).await.unwrap();
        }
    })
    .await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delay_is_kept() {
    let app = App::start(&[]).await;
    app.inside(async {
        let later = greet::new("later".to_owned()).delay(Duration::from_millis(150));
        let handle = later.enqueue().await.unwrap();
        greet::new("now".to_owned()).enqueue().await.unwrap();
        handle.wait(PATIENCE).await.unwrap();
        let record = handle.record().await.unwrap().unwrap();
        let waited = record.started_at.unwrap() - record.enqueued_at;
        assert!(
            (145..1_000).contains(&waited.num_milliseconds()),
            "{waited}"
        );
    })
    .await;
    assert_eq!(app.diary(), ["hello now", "hello later"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_task_stops_and_progress_is_seen() {
    let app = App::start(&[("tasks.lease", "1s".into())]).await;
    app.inside(async {
        let handle = import::new().enqueue().await.unwrap();
        until("waited for progress", async || {
            let record = handle.record().await.unwrap().unwrap();
            record
                .progress
                .is_some_and(|it| it.note.as_deref() == Some("half of it"))
        })
        .await;
        assert!(handle.cancel().await.unwrap());
        until("waited for the end", async || {
            handle.record().await.unwrap().unwrap().state == TaskState::Cancelled
        })
        .await;
        assert!(!handle.cancel().await.unwrap());
    })
    .await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_input_is_a_dead_letter_with_its_reason() {
    let app = App::start(&[
        ("tasks.unknown_retries", 0.into()),
        ("tasks.payload_limit", "1KiB".into()),
    ])
    .await;
    let tasks = app.app.handle().component::<Tasks>().unwrap();
    let new = savia_core::tasks::NewTask::new;
    let ids = tasks
        .submit(vec![
            new("greeet", "{}"),
            new("greet", r#"{"nam": "ann"}"#),
            new("greet", "no json"),
        ])
        .await
        .unwrap();
    let reasons = [
        "did you mean `greet`?",
        "missing field `name`",
        "arguments do not fit",
    ];
    for (id, reason) in ids.into_iter().zip(reasons) {
        until(reason, async || {
            let record = tasks.find(id).await.unwrap().unwrap();
            record.state == TaskState::Dead && record.last_error.unwrap().contains(reason)
        })
        .await;
    }
    let large = greet::new("x".repeat(2_000));
    let refused = tasks.enqueue(large).await.unwrap_err();
    assert!(
        refused.to_string().contains("tasks.payload_limit"),
        "{refused}"
    );
    let keyed = |length| greet::new("ann".into()).unique("k".repeat(length), None);
    let refused = tasks.enqueue(keyed(501)).await.unwrap_err();
    assert!(refused.to_string().contains("at most 500"), "{refused}");
    tasks.enqueue(keyed(500)).await.unwrap();
    let refused = tasks.submit(vec![new("a name", "{}")]).await.unwrap_err();
    assert!(
        refused.to_string().contains("no name of a task"),
        "{refused}"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_runs_may_end_before_the_stop_and_the_rest_returns() {
    let quick = App::start(&[("tasks.shutdown_timeout", "5s".into())]).await;
    let handle = quick
        .inside(async { block::new(1_000).enqueue().await.unwrap() })
        .await;
    let store = quick.store();
    until("waited for the start", async || {
        store.find(handle.id()).await.unwrap().unwrap().state == TaskState::Running
    })
    .await;
    // What was taken and has not begun would return to the queue.
    tokio::time::sleep(Duration::from_millis(100)).await;
    quick.stop().await;
    assert_eq!(
        store.find(handle.id()).await.unwrap().unwrap().state,
        TaskState::Succeeded
    );

    let stuck = App::start(&[
        ("tasks.shutdown_timeout", "100ms".into()),
        ("tasks.queues", json!({"default": {"concurrency": 1}})),
    ])
    .await;
    let (first, second) = stuck
        .inside(async {
            (
                block::new(3_000).enqueue().await.unwrap(),
                greet::new("x".into()).enqueue().await.unwrap(),
            )
        })
        .await;
    let store = stuck.store();
    until("waited for the start", async || {
        store.find(first.id()).await.unwrap().unwrap().state == TaskState::Running
    })
    .await;
    stuck.stop().await;
    for id in [first.id(), second.id()] {
        let record = store.find(id).await.unwrap().unwrap();
        assert_eq!((record.state, record.attempts), (TaskState::Queued, 0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrency_and_rate_are_kept_for_each_queue() {
    let queues = json!({"default": {"concurrency": 50, "rate": "5/100ms"}});
    let app = App::start(&[("tasks.queues", queues)]).await;
    let since = std::time::Instant::now();
    app.inside(async {
        let calls = (0..12).map(|at| greet::new(at.to_string()));
        for handle in enqueue_all(calls).await.unwrap() {
            handle.wait(PATIENCE).await.unwrap();
        }
    })
    .await;
    let took = since.elapsed();
    assert!(took >= Duration::from_millis(180), "{took:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn equal_tasks_are_one_where_they_are_unique() {
    let app = App::start(&[("tasks.workers", false.into())]).await;
    app.inside(async {
        let first = once::new(1).enqueue().await.unwrap();
        let again = once::new(1).enqueue().await.unwrap();
        let other = once::new(2).enqueue().await.unwrap();
        assert_eq!(first.id(), again.id());
        assert_ne!(first.id(), other.id());
        let tasks = savia::testing::TestTasks::of(app.app.handle().clone());
        assert_eq!(tasks.enqueued::<once>().await.len(), 2);
        let ran = tasks.run().await;
        ran.assert_succeeded();
        assert_eq!(ran.count(), 2);
        let after = once::new(1).enqueue().await.unwrap();
        assert_ne!(first.id(), after.id());
    })
    .await;
    assert_eq!(app.diary(), ["once 1", "once 2"]);
    app.stop().await;
}
