//! Databases that are not there, and addresses that are wrong.

use savia_core::config::Sources;
use serde_json::{Value, json};

use crate::support::start;

/// Starts with a configuration and gives the report of why it did not start.
async fn report(yaml: &str, config: &[(&str, Value)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("application.yaml"), yaml).unwrap();
    match start(Sources::in_dir(folder.path()), config).await {
        Ok(_) => panic!("it started"),
        Err(error) => error.report(false),
    }
}

fn assert_told(report: &str, parts: &[&str]) {
    for part in parts {
        assert!(report.contains(part), "`{part}` is not in\n{report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_scheme_is_told_with_its_place() {
    let report = report("data:\n  url: mysql://me:hunter2@db/blog\n", &[]).await;
    assert_told(
        &report,
        &[
            "data::url",
            "`mysql:`",
            "application.yaml:2:8",
            "postgres://",
        ],
    );
    assert!(!report.contains("hunter2"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_there_is_told_with_its_place() {
    let yaml = "data:\n  url: postgres://me:hunter2@127.0.0.1:1/blog\n";
    let report = report(yaml, &[]).await;
    assert_told(
        &report,
        &[
            "data::refused",
            "127.0.0.1:1",
            "application.yaml:2:8",
            "refused",
            "DATABASE_URL",
        ],
    );
    assert!(!report.contains("hunter2"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_not_there_is_told() {
    let report = report("", &[("data.url", json!("sqlite:no/such/folder/blog.db"))]).await;
    assert_told(
        &report,
        &["data::refused", "no/such/folder/blog.db", "data.url"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_has_no_replicas() {
    let replicas = ("data.replicas", json!(["postgres://db/blog"]));
    let report = report("", &[("data.url", json!("sqlite::memory:")), replicas]).await;
    assert_told(&report, &["SQLite has no replicas"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_default_is_a_file_with_the_applications_name() {
    let folder = tempfile::tempdir().unwrap();
    let sources = Sources::in_dir(folder.path()).over("name", "blog");
    let app = start(sources, &[]).await.unwrap();
    assert!(folder.path().join("blog.db").exists());
    assert!(app.stop().await);
}
