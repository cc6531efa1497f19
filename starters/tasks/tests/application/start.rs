//! What is told at the start.

use crate::process::{Process, call};
use crate::support::Place;

/// What this tells, on one line or several.
const NOBODY: &str = "which runs none: what it enqueues is never run";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_in_memory_that_nobody_runs_are_warned_of_and_refused_in_production() {
    let place = Place::memory().await.unwrap();
    let web = ["run", "--only", "web"];
    let app = Process::start(&place, "web", &web);
    let told = app.line(NOBODY).await;
    assert!(
        told.contains("WARN") && told.contains("tasks.backend"),
        "{told}"
    );
    app.post("/greet", "").await;

    let refused = call(&place, &[&web[..], &["--profile=prod"]].concat());
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success(), "{said}");
    for part in [
        NOBODY,
        "tasks::nobody",
        "tasks.backend: database",
        "such as `count`",
    ] {
        assert!(said.contains(part), "no {part} in {said}");
    }

    // Whoever runs them himself is told nothing.
    for arguments in [&["run"][..], &["run", "--only", "web,tasks"]] {
        let app = Process::start(&place, "all", arguments);
        app.line("started in").await;
        assert!(!app.log().contains(NOBODY), "{}", app.log());
    }
}

#[cfg(feature = "data")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tasks_that_another_process_runs_are_not_warned_of() {
    let place = Place::sqlite().await.unwrap();
    let app = Process::start(&place, "web", &["run", "--only", "web"]);
    app.line("started in").await;
    assert!(!app.log().contains(NOBODY), "{}", app.log());
}
