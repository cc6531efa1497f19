//! Start, stop, events and the context, as an application's author meets them.

#![allow(
    unreachable_pub,
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    reason = "these stand for an application's own code, and its tests"
)]

extern crate savia_core as savia;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use savia_core::app::AppHandle;
use savia_core::config::Sources;
use savia_core::container::Overrides;
use savia_core::context::ContextKind;
use savia_core::error::{Diagnosis, StartupError};
use savia_core::event::Events;
use savia_core::lifecycle::{Application, Lifecycle, Phase, Ready, Running};
use savia_core::{Context, event_listener, service};

savia_core::app! { name: "hooks" }

/// What happened in one application, in its order; each test has an application of its own.
#[service]
pub struct Journal {
    #[init]
    lines: Mutex<Vec<String>>,
}

impl Journal {
    fn write(&self, line: impl Into<String>) {
        self.lines.lock().unwrap().push(line.into());
    }

    fn read(&self) -> Vec<String> {
        std::mem::take(&mut *self.lines.lock().unwrap())
    }
}

macro_rules! hook {
    ($name:ident, $text:literal, $phase:ident, $order:literal) => {
        #[service(provides(dyn Lifecycle))]
        pub struct $name {
            journal: Arc<Journal>,
            #[value("hooks.fails", default = String::new())]
            fails: String,
            #[value("hooks.hangs", default = String::new())]
            hangs: String,
        }

        #[async_trait]
        impl Lifecycle for $name {
            fn name(&self) -> &str {
                $text
            }

            fn phase(&self) -> Phase {
                Phase::$phase
            }

            fn order(&self) -> i32 {
                $order
            }

            async fn start(&self, _app: &AppHandle) -> Result<(), StartupError> {
                if self.fails == $text {
                    return Err(Diagnosis::new("test::fails", "it will not").into());
                }
                let kind = Context::current().map(|context| context.kind());
                assert_eq!(kind, Some(ContextKind::Lifecycle));
                self.journal.write(concat!("+", $text));
                Ok(())
            }

            async fn stop(&self) -> savia_core::Result<()> {
                if self.hangs == $text {
                    std::future::pending::<()>().await;
                }
                self.journal.write(concat!("-", $text));
                Ok(())
            }
        }
    };
}

hook!(Listening, "server", Server, 0);
hook!(Pool, "pool", Infrastructure, 0);
hook!(Late, "late", Application, 5);
hook!(Early, "early", Application, -5);

pub struct OrderPlaced(u32);

#[event_listener(order = 2)]
fn second(event: &OrderPlaced, journal: Arc<Journal>) {
    journal.write(format!("second {}", event.0));
}

#[event_listener(order = 1)]
fn first(event: &OrderPlaced, journal: Arc<Journal>) -> savia_core::Result<()> {
    journal.write(format!("first {}", event.0));
    if event.0 == 13 {
        return Err(savia_core::Error::internal("unlucky"));
    }
    if event.0 == 666 {
        panic!("a listener's own fault");
    }
    Ok(())
}

#[event_listener]
async fn later(event: &OrderPlaced, journal: Arc<Journal>) {
    tokio::task::yield_now().await;
    let request = Context::current().and_then(|it| it.request_id().map(str::to_owned));
    journal.write(format!(
        "later {} in {}",
        event.0,
        request.unwrap_or_default()
    ));
}

async fn ready(settings: &[(&str, &str)]) -> Application<Ready> {
    let dir = tempfile::tempdir().unwrap();
    let mut sources = Sources::in_dir(dir.path()).environment(Vec::<(String, String)>::new());
    for (key, value) in settings {
        sources = sources.set(*key, *value);
    }
    let discovered = Application::configure(sources)
        .unwrap()
        .discover(Overrides::default());
    discovered.build().await.unwrap()
}

async fn running(settings: &[(&str, &str)]) -> (Application<Running>, Arc<Journal>) {
    let running = ready(settings).await.start().await.unwrap();
    let journal = running.handle().component::<Journal>().unwrap();
    (running, journal)
}

#[tokio::test]
async fn hooks_start_by_phase_and_order_and_stop_backwards() {
    let (running, journal) = running(&[]).await;
    assert_eq!(journal.read(), ["+pool", "+early", "+late", "+server"]);
    let app = running.handle().clone();
    assert!(app.availability().is_ready());
    let steps: Vec<_> = app
        .startup()
        .steps()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        &steps[steps.len() - 4..],
        ["pool", "early", "late", "server"]
    );
    assert!(running.stop().await, "everything stopped in time");
    assert_eq!(journal.read(), ["-server", "-late", "-early", "-pool"]);
    assert!(!app.availability().is_ready());
}

#[tokio::test]
async fn a_failed_start_stops_what_was_started() {
    let ready = ready(&[("hooks.fails", "late")]).await;
    let journal = ready.handle().component::<Journal>().unwrap();
    let error = ready.start().await.unwrap_err();
    assert_eq!(error.diagnoses[0].what, "it will not");
    assert_eq!(journal.read(), ["+pool", "+early", "-early", "-pool"]);
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_does_not_stop_cannot_hold_the_others_up() {
    let settings = [
        ("hooks.hangs", "late"),
        ("lifecycle.shutdown_timeout", "5s"),
    ];
    let (running, journal) = running(&settings).await;
    journal.read();
    let began = tokio::time::Instant::now();
    assert!(!running.stop().await, "one did not stop in time");
    assert_eq!(began.elapsed().as_secs(), 5);
    assert_eq!(journal.read(), ["-server", "-early", "-pool"]);
}

#[tokio::test(start_paused = true)]
async fn readiness_goes_before_the_drain() {
    let (running, journal) = running(&[("lifecycle.drain_delay", "3s")]).await;
    journal.read();
    let app = running.handle().clone();
    let stopping = tokio::spawn(running.stop());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!app.availability().is_ready(), "out of traffic at once");
    assert!(
        journal.read().is_empty(),
        "and nothing stopped during the drain"
    );
    assert!(stopping.await.unwrap());
    assert_eq!(journal.read().len(), 4);
}

#[tokio::test]
async fn anybody_may_ask_the_application_to_stop() {
    let (running, _) = running(&[]).await;
    running.handle().shutdown().request();
    running.wait().await;
    running.stop().await;
}

#[tokio::test]
async fn listeners_hear_in_order_and_one_fault_stops_nobody() {
    let (running, journal) = running(&[]).await;
    let app = running.handle().clone();
    journal.read();
    let events = app.component::<Events>().unwrap();
    for order in [13, 666] {
        let context = Context::new(app.clone(), ContextKind::Request);
        context.set_request_id(format!("r{order}"));
        let heard = journal.clone();
        context
            .scope(async {
                events.publish_and_wait(OrderPlaced(order)).await;
                assert_eq!(
                    heard.read(),
                    [
                        format!("first {order}"),
                        format!("second {order}"),
                        format!("later {order} in r{order}")
                    ]
                );
            })
            .await;
    }
}

#[tokio::test]
async fn publish_does_not_wait_for_async_listeners() {
    let (running, journal) = running(&[]).await;
    let app = running.handle().clone();
    journal.read();
    let context = Context::new(app.clone(), ContextKind::Request);
    context.set_request_id("r1");
    context.sync_scope(|| app.events().publish(OrderPlaced(1)));
    assert_eq!(journal.read(), ["first 1", "second 1"]);
    while journal.lines.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        journal.read(),
        ["later 1 in r1"],
        "the publisher's context goes along"
    );
}

#[tokio::test]
async fn a_closure_may_listen_too() {
    use savia_core::event::Listener;

    let (running, journal) = running(&[]).await;
    journal.read();
    let heard = journal.clone();
    let events = running.handle().events();
    events.subscribe::<u8>(
        "closure",
        0,
        Listener::sync(move |number: &u8| {
            heard.write(format!("heard {number}"));
            Ok(())
        }),
    );
    events.publish(7u8);
    assert_eq!(journal.read(), ["heard 7"]);
}

#[tokio::test]
async fn spawn_carries_the_context_and_scopes_nest() {
    let (running, _) = running(&[]).await;
    let app = running.handle().clone();
    assert!(Context::current().is_none());
    let outer = Context::new(app.clone(), ContextKind::Request);
    outer.set_request_id("outer");
    let name = || Context::current().and_then(|it| it.request_id().map(str::to_owned));
    outer
        .scope(async {
            assert_eq!(
                savia_core::spawn(async move { name() })
                    .await
                    .unwrap()
                    .unwrap(),
                "outer"
            );
            let inner = Context::new(app, ContextKind::Task);
            inner.set_request_id("inner");
            inner
                .scope(async {
                    tokio::task::yield_now().await;
                    assert_eq!(name().unwrap(), "inner");
                })
                .await;
            assert_eq!(name().unwrap(), "outer");
        })
        .await;
    assert!(Context::current().is_none());
}

#[tokio::test]
async fn after_commit_waits_for_the_transaction() {
    let (running, journal) = running(&[]).await;
    journal.read();
    let context = Context::new(running.handle().clone(), ContextKind::Request);
    let (now, then) = (journal.clone(), journal.clone());
    let inside = context.in_transaction(Arc::new("a transaction"));
    assert_eq!(*inside.transaction::<&str>().unwrap(), "a transaction");
    inside.after_commit(move || async move { then.write("after the commit") });
    let mark = inside.after_commit_mark();
    inside.after_commit(|| async { unreachable!("its savepoint was rolled back") });
    inside.drop_after_commit(mark);
    assert!(journal.read().is_empty());
    for action in inside.take_after_commit() {
        action().await;
    }
    assert_eq!(journal.read(), ["after the commit"]);
    // What runs beside the transaction is not part of it.
    assert!(context.transaction::<&str>().is_none());
    context.after_commit(move || async move { now.write("at once") });
    while journal.lines.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(journal.read(), ["at once"]);
}
