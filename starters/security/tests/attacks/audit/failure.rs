//! A log that cannot be written: nothing is lost silently.

use std::fs::OpenOptions;

use savia::audit::AuditEvent;
use serde_json::json;

use super::{Trail, log, only, recorded, verified};
use crate::application::{EMAIL, PASSWORD, builder};

/// Puts a folder where the file is: also root cannot write to it.
fn block(trail: &Trail) {
    std::fs::rename(trail.path(), trail.folder().join("kept")).unwrap();
    std::fs::create_dir(trail.path()).unwrap();
}

fn unblock(trail: &Trail) {
    std::fs::remove_dir(trail.path()).unwrap();
    std::fs::rename(trail.folder().join("kept"), trail.path()).unwrap();
}

#[tokio::test]
async fn what_cannot_be_recorded_is_refused_and_not_done() {
    let trail = Trail::keyed();
    let site = trail.site().await;
    let tokens = site.registered().await;
    let order = async || {
        let order = json!({ "item": "tea", "street": "1 Mill Lane" });
        let request = site.post("/orders/7").bearer(&tokens.access).json(&order);
        request.send().await.status()
    };
    assert_eq!(order().await, 200);
    block(&trail);
    site.login(EMAIL, PASSWORD).await.assert_problem(503);
    site.login(EMAIL, "a wrong guess").await.assert_problem(503);
    site.get("/notes/admin")
        .bearer(&tokens.access)
        .send()
        .await
        .assert_problem(503);
    assert_eq!(order().await, 503);
    // What asks for no record goes on.
    site.with(&tokens.access).await.assert_status(200);
    unblock(&trail);
    assert_eq!(order().await, 200);
    site.login(EMAIL, PASSWORD).await.assert_status(200);
    // The gap is told.
    let resumed = only(&site, "audit.resumed").await;
    assert!(resumed.data["lost"].as_u64().unwrap() >= 4, "{resumed:?}");
    verified(&site).await.unwrap();
}

#[tokio::test]
async fn what_may_go_on_unrecorded_does() {
    let trail = Trail::new(&[("security.audit.on_failure", json!("warn"))]);
    let site = trail.site().await;
    site.registered().await;
    block(&trail);
    site.login(EMAIL, PASSWORD).await.assert_status(200);
    unblock(&trail);
    site.login(EMAIL, PASSWORD).await.assert_status(200);
    assert_eq!(recorded(&site).await.len(), 2);
    verified(&site).await.unwrap();
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("audit"),
        "a file where the folder is to be",
    )
    .unwrap();
    let app = builder(&folder).set("security.audit.sink", "file");
    let error = app.try_start().await.err().unwrap().to_string();
    assert!(error.contains("the audit log cannot be written"), "{error}");
    let app = builder(&folder).set("security.audit.sink", "file");
    app.set("security.audit.on_failure", "warn").start().await;
}

/// A device that is always full.
#[tokio::test]
async fn a_full_disk_refuses() {
    use savia::audit::{AuditSink, ChainKey, FileAuditSink};
    use savia::config::AuditFileConfig;
    let Ok(full) = OpenOptions::new().write(true).open("/dev/full") else {
        eprintln!("skipped: there is no /dev/full");
        return;
    };
    drop(full);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.jsonl");
    let sink = FileAuditSink::new(
        path.clone(),
        &AuditFileConfig::default(),
        ChainKey::default(),
    );
    sink.append(&[AuditEvent::new("test")]).await.unwrap();
    let head = folder.path().join("audit.jsonl.head");
    let kept = std::fs::read(&head).unwrap();
    // The head cannot be written: then the records before it are taken back.
    std::fs::remove_file(&head).unwrap();
    std::os::unix::fs::symlink("/dev/full", &head).unwrap();
    let other = FileAuditSink::new(
        path.clone(),
        &AuditFileConfig::default(),
        ChainKey::default(),
    );
    other.append(&[AuditEvent::new("test")]).await.unwrap_err();
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
    std::fs::remove_file(&head).unwrap();
    std::fs::write(&head, kept).unwrap();
    other.append(&[AuditEvent::new("test")]).await.unwrap();
    assert_eq!(sink.verify(None).await.unwrap().unwrap().head.seq, 2);
}

#[tokio::test]
async fn a_file_that_somebody_takes_away_is_missed_by_the_next_record() {
    let trail = Trail::keyed();
    let site = trail.site().await;
    site.registered().await;
    std::fs::remove_file(trail.path()).unwrap();
    let error = log(&site).record(AuditEvent::new("test")).await;
    assert!(error.is_err());
}
