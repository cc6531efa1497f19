//! Two functions of one name keep the application from starting.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "this is a test")]

extern crate savia_starter_tasks as savia;

mod support;

use support::App;

mod orders {
    #[savia::task]
    pub(crate) async fn send() {}
}

mod letters {
    #[savia::task(name = "send")]
    pub(crate) async fn post() {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_tasks_of_one_name_keep_it_from_starting() {
    let Err(error) = App::try_start(&[]).await else {
        panic!("it started");
    };
    let report = error.report(false);
    assert_eq!(error.diagnoses.len(), 1, "{report}");
    for part in [
        "tasks::duplicate",
        "two tasks are named `send`",
        "#[task(name = ",
    ] {
        assert!(report.contains(part), "no {part} in {report}");
    }
    // Both places.
    assert_eq!(report.matches("duplicate.rs:").count(), 2, "{report}");
}
