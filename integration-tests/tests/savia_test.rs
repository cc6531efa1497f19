//! `#[savia::test]` as it runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use savia::test::TestApp;
use savia::{Context, service};

savia::app! { name: "clock" }

trait Clock: Send + Sync {
    fn now(&self) -> u32;
}

#[service(provides(dyn Clock), qualifier = "ticking")]
struct Ticking {
    #[init]
    now: AtomicU32,
    #[value("clock.step", default = 1)]
    step: u32,
}

impl Clock for Ticking {
    fn now(&self) -> u32 {
        self.now.fetch_add(self.step, Ordering::Relaxed)
    }
}

#[savia::test]
async fn components_are_injected(
    app: TestApp,
    clock: Arc<dyn Clock>,
    #[qualifier("ticking")] same: Arc<dyn Clock>,
    none: Option<Arc<String>>,
) {
    assert_eq!((clock.now(), same.now(), clock.now()), (0, 1, 2));
    assert!(none.is_none());
    assert_eq!(app.inject::<Arc<dyn Clock>>().now(), 3);
}

#[savia::test]
async fn each_test_has_an_application_of_its_own(clock: Arc<dyn Clock>) {
    assert_eq!(clock.now(), 0);
}

#[savia::test(config("clock.step" = 5, "name" = "tested"), profile = "staging", in_process)]
async fn options_say_how_the_application_is_started(app: &TestApp, clock: Arc<Ticking>) {
    assert_eq!((clock.now(), clock.now()), (0, 5));
    assert_eq!(app.config().profile(), "staging");
    assert_eq!(app.config().text("name").as_deref(), Some("tested"));
}

#[savia::test]
async fn a_test_is_a_context(app: TestApp) -> savia::Result<()> {
    let inside = Context::current().ok_or_else(|| savia::Error::internal("no context"))?;
    assert!(std::ptr::eq(
        inside.app().registry(),
        app.handle().registry()
    ));
    let carried = savia::spawn(async { Context::current().is_some() }).await?;
    assert!(carried);
    Ok(())
}

#[savia::test]
#[should_panic(expected = "the test returned an error")]
async fn an_error_fails_the_test(_app: TestApp) -> Result<(), String> {
    Err("no".to_owned())
}

#[savia::test]
async fn one_that_asks_for_nothing_runs_without_an_application() {
    assert!(Context::current().is_none());
}

#[savia::test]
#[should_panic(expected = "nothing provides `alloc::string::String`")]
async fn a_component_that_is_not_there_fails_the_test(_missing: Arc<String>) {}

#[savia::test(config("clock.step" = "often"))]
#[should_panic(expected = "`clock.step`")]
async fn an_application_that_does_not_start_fails_the_test(_app: TestApp) {}
