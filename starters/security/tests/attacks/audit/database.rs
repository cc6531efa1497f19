//! Records in the application's own database.

use std::sync::Arc;

use savia::audit::{AuditEvent, AuditSink, FaultKind};
use savia_starter_data::{Database, dsl, from_diesel};
use serde_json::json;

use super::{is_fault, log, only, recorded, verified};
use crate::application::{EMAIL, Site, site};
use crate::places::Place;

const CONFIG: [(&str, &str); 2] = [
    ("security.audit.sink", "database"),
    ("security.audit.key", super::SECRET),
];

fn config() -> Vec<(&'static str, serde_json::Value)> {
    CONFIG.map(|(key, value)| (key, json!(value))).to_vec()
}

/// Runs SQL as who owns the database.
async fn sql(site: &Site, text: &str) -> savia_core::Result<usize> {
    let database = site.inject::<Arc<Database>>();
    let text = text.to_owned();
    let work = database.with(move |tx| {
        Box::pin(async move {
            let query = diesel::sql_query(text);
            dsl!(tx, query.execute(tx)).map_err(from_diesel)
        })
    });
    site.scope(work).await
}

async fn is_append_only(site: &Site, free: [&str; 2]) {
    site.registered().await;
    site.login(EMAIL, "a wrong guess").await.assert_status(401);
    for at in 3..=6 {
        log(site)
            .record(AuditEvent::new("test").data("at", at))
            .await
            .unwrap();
    }
    assert_eq!(only(site, "login.failed").await.data["email"], EMAIL);
    assert_eq!(verified(site).await.unwrap().head.seq, 6);
    for attack in [
        "delete from security_audit where seq = 3",
        "update security_audit set record = 'x' where seq = 3",
        "update security_audit set type = 'x'",
        "delete from security_audit",
    ] {
        let error = sql(site, attack).await.unwrap_err().to_string();
        assert!(error.contains("append-only"), "{attack}: {error}");
    }
    // Retention removes from the first on, and leaves an anchor.
    let sink = site.inject::<Arc<dyn AuditSink>>();
    let before = recorded(site).await[2].time;
    let removed = site.scope(sink.prune(before)).await.unwrap();
    assert!(removed.is_some_and(|it| it <= 2), "{removed:?}");
    assert_eq!(verified(site).await.unwrap().head.seq, 6);
    // Who owns the database takes the triggers away. The records say it all the same.
    for text in free {
        sql(site, text).await.unwrap();
    }
    sql(
        site,
        "update security_audit set record = replace(record, '\"at\":4', '\"at\":7') where seq = 4",
    )
    .await
    .unwrap();
    is_fault(verified(site).await, 4, FaultKind::Altered);
    sql(site, "delete from security_audit where seq = 4")
        .await
        .unwrap();
    is_fault(verified(site).await, 4, FaultKind::Missing);
    sql(site, "delete from security_audit where seq > 4")
        .await
        .unwrap();
    is_fault(verified(site).await, 4, FaultKind::Truncated);
    sql(site, "update security_audit_head set anchor = 6")
        .await
        .unwrap();
    is_fault(verified(site).await, 0, FaultKind::Head);
}

#[tokio::test]
async fn the_table_of_sqlite_is_append_only_and_chained() {
    let site = site(&config()).await;
    let free = [
        "drop trigger security_audit_no_update",
        "drop trigger security_audit_no_delete",
    ];
    is_append_only(&site, free).await;
}

#[tokio::test]
async fn the_table_of_postgres_is_append_only_and_chained() {
    let Some(place) = Place::postgres().await else {
        return;
    };
    let site = place.site(&config()).await;
    let error = sql(&site, "truncate security_audit")
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("append-only"), "{error}");
    let free = [
        "drop trigger security_audit_no_change on security_audit",
        "drop trigger security_audit_no_truncate on security_audit",
    ];
    is_append_only(&site, free).await;
    site.stop().await;
    place.remove().await;
}

#[tokio::test]
async fn several_instances_make_one_chain() {
    let Some(place) = Place::postgres().await else {
        return;
    };
    let (one, other) = (place.site(&config()).await, place.site(&config()).await);
    let many = async |site: &Site| {
        let events =
            (0..200).map(|_| async { log(site).record(AuditEvent::new("test")).await.unwrap() });
        futures_util::future::join_all(events).await;
    };
    tokio::join!(many(&one), many(&other));
    assert_eq!(verified(&one).await.unwrap().head.seq, 400);
    one.stop().await;
    other.stop().await;
    place.remove().await;
}
