//! An application without HTTP, under test.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

extern crate savia_starter_test as savia;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use savia_core::config::Sources;
use savia_core::context::ContextKind;
use savia_core::error::StartupError;
use savia_core::lifecycle::Lifecycle;
use savia_core::{AppHandle, Config, Context, service};
use savia_starter_test::__private::test::{TestSetup, run, run_bare};
use savia_starter_test::TestApp;

/// Says something.
trait Voice: Send + Sync {
    fn say(&self) -> String;
}

#[service(provides(dyn Voice))]
struct Loud;

impl Voice for Loud {
    fn say(&self) -> String {
        "HELLO".to_owned()
    }
}

struct Quiet;

impl Voice for Quiet {
    fn say(&self) -> String {
        "hello".to_owned()
    }
}

#[service]
struct Speaker {
    voice: Arc<dyn Voice>,
    #[value("speaker.times", default = 1)]
    times: usize,
}

impl Speaker {
    fn speak(&self) -> String {
        vec![self.voice.say(); self.times].join(" ")
    }
}

/// Where a [`Witness`] writes down what it saw.
#[derive(Default)]
struct Diary(Mutex<Vec<&'static str>>);

trait Notes: Send + Sync {
    fn write(&self, line: &'static str);
}

impl Notes for Diary {
    fn write(&self, line: &'static str) {
        self.0.lock().unwrap().push(line);
    }
}

#[service(provides(dyn Lifecycle))]
struct Witness {
    notes: Option<Arc<dyn Notes>>,
    #[value("witness.refuses", default = false)]
    refuses: bool,
}

impl Witness {
    fn saw(&self, line: &'static str) {
        if let Some(notes) = &self.notes {
            notes.write(line);
        }
    }
}

#[async_trait]
impl Lifecycle for Witness {
    fn name(&self) -> &str {
        "witness"
    }

    async fn start(&self, _: &AppHandle) -> Result<(), StartupError> {
        if self.refuses {
            let fault = savia_core::error::Diagnosis::new("witness::refused", "it would not start");
            return Err(fault.at("tests/app.rs").help("ask it kindly").into());
        }
        self.saw("start");
        Ok(())
    }

    async fn stop(&self) -> savia_core::Result<()> {
        self.saw("stop");
        Ok(())
    }
}

/// A builder that lets `diary` see what happens.
fn witnessed(diary: &Arc<Diary>) -> TestSetup {
    TestApp::builder().override_component::<dyn Notes>(diary.clone())
}

fn written(diary: &Diary) -> Vec<&'static str> {
    diary.0.lock().unwrap().clone()
}

/// What a panic said.
fn said(panicking: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(panicking)).expect_err("it should have panicked");
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => (*panic.downcast::<&str>().expect("a panic with a text")).to_owned(),
    }
}

#[savia::test]
async fn the_application_is_the_real_one(app: TestApp) {
    assert_eq!(app.inject::<Arc<Speaker>>().speak(), "HELLO");
    assert_eq!(app.config().profile(), "test");
    assert!(app.handle().availability().is_ready());
}

#[savia::test]
async fn overrides_beat_components() {
    let app = TestApp::builder()
        .override_component::<dyn Voice>(Arc::new(Quiet))
        .start()
        .await;
    assert_eq!(app.inject::<Arc<Speaker>>().speak(), "hello");
    assert_eq!(app.inject::<Arc<dyn Voice>>().say(), "hello");
}

#[savia::test(config("speaker.times" = 2), profile = "prod")]
async fn the_attribute_configures(app: TestApp, speaker: Arc<Speaker>) {
    assert_eq!(speaker.speak(), "HELLO HELLO");
    assert_eq!(app.config().profile(), "prod");
}

#[savia::test]
async fn what_a_test_sets_beats_every_source() {
    let sources = Sources::in_dir(env!("CARGO_MANIFEST_DIR"))
        .variable("SAVIA_SPEAKER__TIMES", "3")
        .set("speaker.times", "4");
    let with = |setup: TestSetup| setup.sources(sources.clone()).start();
    let app = with(TestApp::builder()).await;
    assert_eq!(app.inject::<Arc<Speaker>>().times, 4);
    let app = with(TestApp::builder().set("speaker.times", 5)).await;
    assert_eq!(app.inject::<Arc<Speaker>>().times, 5);
    let app = with(
        TestApp::builder()
            .set("speaker.times", 5)
            .set("speaker.times", "6"),
    )
    .await;
    assert_eq!(app.inject::<Arc<Speaker>>().times, 6);
}

#[savia::test]
async fn applications_live_beside_one_another() {
    let quiet = TestApp::builder()
        .override_component::<dyn Voice>(Arc::new(Quiet))
        .start()
        .await;
    let loud = TestApp::start().await;
    assert_eq!(quiet.inject::<Arc<Speaker>>().speak(), "hello");
    assert_eq!(loud.inject::<Arc<Speaker>>().speak(), "HELLO");
    assert!(quiet.stop().await);
    assert!(
        loud.handle().availability().is_ready(),
        "stopping one leaves the other alone"
    );
}

#[savia::test]
async fn the_body_runs_inside_its_context(app: TestApp) {
    let here = || Context::current().expect("a context");
    assert_eq!(here().kind(), ContextKind::Test);
    assert!(same(here().app().config(), app.config()));
    tokio::task::yield_now().await;
    assert!(same(here().app().config(), app.config()));
    let spawned = savia_core::spawn(async { Context::current().map(|context| context.kind()) });
    assert_eq!(spawned.await.unwrap(), Some(ContextKind::Test));
    let other = TestApp::builder().set("speaker.times", 9).start().await;
    let times = other
        .scope(async { here().app().config().get::<usize>("speaker.times") })
        .await;
    assert_eq!(times.unwrap(), 9);
}

/// Whether both are the configuration of one application.
fn same(one: &Config, other: &Config) -> bool {
    std::ptr::eq(one.declared(), other.declared()) && one.profile() == other.profile()
}

#[savia::test]
async fn an_application_is_stopped_once() {
    let diary = Arc::new(Diary::default());
    let app = witnessed(&diary).start().await;
    assert_eq!(written(&diary), ["start"]);
    assert!(app.clone().stop().await);
    assert!(app.stop().await);
    drop(app);
    assert_eq!(written(&diary), ["start", "stop"]);
}

#[savia::test]
async fn an_application_that_is_dropped_is_stopped() {
    let diary = Arc::new(Diary::default());
    let app = witnessed(&diary).start().await;
    let shutdown = app.handle().shutdown().clone();
    let other = app.clone();
    drop(app);
    assert!(!shutdown.is_requested(), "another handle is left");
    drop(other);
    shutdown.requested().await;
    while written(&diary).len() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(written(&diary), ["start", "stop"]);
}

#[test]
fn an_application_is_stopped_also_where_the_test_panics() {
    async fn fails(_: TestApp) {
        panic!("the body's own words");
    }
    let diary = Arc::new(Diary::default());
    let text = said(|| run(witnessed(&diary), fails));
    assert_eq!(text, "the body's own words");
    assert_eq!(written(&diary), ["start", "stop"]);
}

#[test]
fn a_test_that_returns_an_error_fails() {
    let diary = Arc::new(Diary::default());
    let text = said(|| {
        run(witnessed(&diary), |_| async {
            Err::<(), _>(savia_core::Error::not_found("no post"))
        });
    });
    assert_eq!(text, "the test returned an error: NotFound: no post");
    assert_eq!(written(&diary), ["start", "stop"]);
    let text = said(|| run_bare(|| async { Err::<(), _>("in the end") }));
    assert_eq!(text, "the test returned an error: \"in the end\"");
}

#[test]
fn a_start_that_fails_is_reported_in_full() {
    let setup = TestApp::builder().set("witness.refuses", true);
    let text = said(|| run(setup, |_| async {}));
    assert_eq!(
        text,
        "the application did not start\n\nerror[witness::refused]: it would not start\n   \
         at tests/app.rs\n help ask it kindly\n"
    );
    let setup = TestApp::builder()
        .set("speaker.times", "twice")
        .set("witness.refuses", "perhaps");
    let text = said(|| run(setup, |_| async {}));
    assert!(
        text.contains("speaker.times") && text.contains("witness.refuses"),
        "{text}"
    );
}

#[savia::test]
async fn what_is_not_there_cannot_be_injected(app: TestApp) {
    struct Nowhere;
    assert!(app.inject::<Option<Arc<Nowhere>>>().is_none());
    let text = said(|| drop(app.inject::<Arc<Nowhere>>()));
    assert!(
        text.starts_with("nothing provides `") && text.ends_with("Nowhere`"),
        "{text}"
    );
}
