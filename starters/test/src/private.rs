//! What the code of `#[savia::test]` names, as `::savia::__private::test::…`.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt;
use tokio::task::LocalSet;

pub use crate::app::TestApp;
pub use crate::builder::TestAppBuilder as TestSetup;

/// What the body of a test may return.
pub trait TestOutcome {
    /// Fails the test where the body failed.
    fn settle(self);
}

impl TestOutcome for () {
    fn settle(self) {}
}

impl<T: TestOutcome, E: std::fmt::Debug> TestOutcome for Result<T, E> {
    #[track_caller]
    fn settle(self) {
        match self {
            Ok(outcome) => outcome.settle(),
            Err(error) => panic!("the test returned an error: {error:?}"),
        }
    }
}

/// Starts the application, runs the body inside a context of it, and stops the application,
/// also where the body panics.
///
/// The runtime is the calling thread's own, with a `LocalSet`, as actix-web's own code expects.
/// Other tests run beside it on threads of theirs.
///
/// # Panics
///
/// With the whole report where the application does not start; as the body does; and where the
/// body returns an error.
pub fn run<F, Fut>(setup: TestSetup, body: F)
where
    F: FnOnce(TestApp) -> Fut,
    Fut: Future,
    Fut::Output: TestOutcome,
{
    block_on(async move {
        let app = setup.start().await;
        let context = app.context();
        // Called inside the context too: a body may do work before its first await.
        let body = AssertUnwindSafe(context.scope(async { body(app.clone()).await }));
        let outcome = body.catch_unwind().await;
        app.stop().await;
        outcome
    });
}

/// Runs a test that asks for no application, on the same runtime; it may start its own.
///
/// # Panics
///
/// As the body does, and where the body returns an error.
pub fn run_bare<F, Fut>(body: F)
where
    F: FnOnce() -> Fut,
    Fut: Future,
    Fut::Output: TestOutcome,
{
    block_on(AssertUnwindSafe(async { body().await }).catch_unwind());
}

#[track_caller]
fn block_on<T: TestOutcome>(test: impl Future<Output = std::thread::Result<T>>) {
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => panic!("no runtime could be made for the test: {error}"),
    };
    match LocalSet::new().block_on(&runtime, test) {
        Ok(outcome) => outcome.settle(),
        Err(panic) => resume_unwind(panic),
    }
}
