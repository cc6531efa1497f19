//! Records that are altered, removed, put in or moved.

use savia::audit::{AuditEvent, FaultKind};
use serde_json::json;

use super::{Trail, is_fault, log, verified};

/// Nine records, of two starts of the application.
async fn trail() -> Trail {
    let trail = Trail::keyed();
    fill(&trail, 1..=5).await;
    fill(&trail, 6..=9).await;
    trail
}

async fn fill(trail: &Trail, numbers: std::ops::RangeInclusive<u64>) {
    let site = trail.site().await;
    for at in numbers {
        let event = AuditEvent::new("test").data("at", at);
        log(&site).record(event).await.unwrap();
    }
    site.stop().await;
}

/// Changes the lines, while the application is running.
async fn check(change: impl Fn(&mut Vec<String>), seq: u64, kind: FaultKind) {
    let trail = trail().await;
    let site = trail.site().await;
    assert_eq!(verified(&site).await.unwrap().head.seq, 9);
    let mut lines = trail.lines();
    change(&mut lines);
    trail.write(&lines);
    is_fault(verified(&site).await, seq, kind);
}

#[tokio::test]
async fn a_chain_goes_on_after_a_restart() {
    let trail = trail().await;
    let lines = trail.lines();
    assert_eq!(lines.len(), 9);
    assert!(lines[8].starts_with("{\"seq\":9,\"prev\":\""));
}

#[tokio::test]
async fn an_altered_record_is_named() {
    check(
        |it| it[4] = it[4].replace("\"at\":5", "\"at\":6"),
        5,
        FaultKind::Altered,
    )
    .await;
}

#[tokio::test]
async fn a_removed_record_is_named() {
    check(|it| drop(it.remove(4)), 5, FaultKind::Missing).await;
}

#[tokio::test]
async fn swapped_records_are_named() {
    check(|it| it.swap(4, 5), 5, FaultKind::Moved).await;
}

#[tokio::test]
async fn an_inserted_record_is_named() {
    check(|it| it.insert(5, it[4].clone()), 5, FaultKind::Inserted).await;
}

#[tokio::test]
async fn a_record_without_its_code_is_named() {
    let change = |it: &mut Vec<String>| {
        let end = it[4].find(",\"mac\"").unwrap();
        it[4].replace_range(end.., "}");
    };
    check(change, 5, FaultKind::Forged).await;
}

#[tokio::test]
async fn a_truncated_tail_is_named_by_the_head() {
    check(|it| it.truncate(7), 8, FaultKind::Truncated).await;
    check(Vec::clear, 1, FaultKind::Truncated).await;
}

#[tokio::test]
async fn a_head_that_was_moved_back_with_the_tail_is_named_with_the_key() {
    let trail = trail().await;
    let site = trail.site().await;
    let mut lines = trail.lines();
    lines.truncate(7);
    trail.write(&lines);
    // As who has no key would write it.
    let head = trail.path().with_extension("jsonl.head");
    let text = std::fs::read_to_string(&head).unwrap();
    std::fs::write(&head, text.replace("\"seq\":9", "\"seq\":7")).unwrap();
    is_fault(verified(&site).await, 0, FaultKind::Head);
    std::fs::remove_file(&head).unwrap();
    is_fault(verified(&site).await, 0, FaultKind::Head);
}

#[tokio::test]
async fn an_application_does_not_start_on_a_trail_that_was_cut() {
    let trail = trail().await;
    let mut lines = trail.lines();
    lines.pop();
    trail.write(&lines);
    let folder = tempfile::tempdir().unwrap();
    let app = crate::application::builder(&folder)
        .set("security.audit.key", super::SECRET)
        .set("security.audit.sink", "file")
        .set("security.audit.file.path", json!(trail.path()));
    let error = app.try_start().await.err().unwrap().to_string();
    assert!(error.contains("its end is missing"), "{error}");
}

#[tokio::test]
async fn a_key_that_is_another_is_told_at_the_start() {
    let trail = trail().await;
    let folder = tempfile::tempdir().unwrap();
    let app = |key: Option<&str>| {
        let app = crate::application::builder(&folder)
            .set("security.audit.sink", "file")
            .set("security.audit.file.path", json!(trail.path()));
        match key {
            Some(key) => app.set("security.audit.key", key),
            None => app,
        }
    };
    let fault = async |key| app(key).try_start().await.err().unwrap().to_string();
    let other = fault(Some("another key of thirty-two bytes or more")).await;
    assert!(other.contains("another `security.audit.key`"), "{other}");
    let none = fault(None).await;
    assert!(none.contains("is not set"), "{none}");
    let short = fault(Some("short")).await;
    assert!(short.contains("shorter than 32 bytes"), "{short}");
}

#[tokio::test]
async fn what_two_processes_record_is_one_chain() {
    let trail = Trail::keyed();
    let (one, other) = (trail.site().await, trail.site().await);
    for at in 0..20 {
        let site = if at % 3 == 0 { &one } else { &other };
        log(site).record(AuditEvent::new("test")).await.unwrap();
    }
    assert_eq!(verified(&one).await.unwrap().head.seq, 20);
}

#[tokio::test]
async fn files_are_rotated_and_the_chain_goes_through_them() {
    let trail = Trail::new(&[("security.audit.file.max_size", json!("4KiB"))]);
    let site = trail.site().await;
    for at in 0..40 {
        let event = AuditEvent::new("test")
            .data("text", "x".repeat(500))
            .data("at", at);
        log(&site).record(event).await.unwrap();
    }
    let folder = trail.path().parent().unwrap().to_owned();
    let mut older: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .filter(|it| it.ends_with(|c: char| c.is_ascii_digit()))
        .collect();
    older.sort();
    assert!(older.len() > 4, "{older:?}");
    assert_eq!(verified(&site).await.unwrap().head.seq, 40);
    let found = super::recorded(&site).await;
    assert_eq!(found.len(), 40);
    assert_eq!(found[39].data["at"], 39);
    // A whole file that is gone is missed as well.
    std::fs::remove_file(folder.join(&older[1])).unwrap();
    let first: u64 = older[1].rsplit('.').next().unwrap().parse().unwrap();
    is_fault(verified(&site).await, first, FaultKind::Missing);
}

#[tokio::test]
async fn retention_removes_whole_files_and_leaves_an_anchor() {
    use savia::audit::AuditSink;
    let trail = Trail::new(&[("security.audit.file.max_size", json!("4KiB"))]);
    let site = trail.site().await;
    for _ in 0..40 {
        let event = AuditEvent::new("test").data("text", "x".repeat(500));
        log(&site).record(event).await.unwrap();
    }
    let sink = site.inject::<std::sync::Arc<dyn AuditSink>>();
    let hour = chrono::TimeDelta::hours(1);
    assert_eq!(sink.prune(chrono::Utc::now() - hour).await.unwrap(), None);
    let last = sink
        .prune(chrono::Utc::now() + hour)
        .await
        .unwrap()
        .unwrap();
    assert!((20..40).contains(&last), "{last}");
    let whole = verified(&site).await.unwrap();
    assert_eq!((whole.first, whole.head.seq), (Some(last + 1), 40));
    log(&site).record(AuditEvent::new("test")).await.unwrap();
    assert_eq!(verified(&site).await.unwrap().head.seq, 41);
    // Beyond the anchor, what is missing is missed.
    let lines = trail.lines();
    trail.write(&lines[1..]);
    is_fault(verified(&site).await, last + 1, FaultKind::Missing);
}
