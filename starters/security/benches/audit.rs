//! How many events the file takes, and how long a chain takes to verify: `cargo bench --bench audit [-- EVENTS]`.

#![allow(clippy::unwrap_used, reason = "a benchmark fails by panicking")]
#![allow(clippy::print_stdout, reason = "it is what a benchmark is for")]

extern crate savia_starter_security as savia;

use std::time::Instant;

use futures_util::future::join_all;
use savia_core::config::Sources;
use savia_starter_security::audit::{AuditEvent, AuditLog, AuditSink, ChainKey, FileAuditSink};
use savia_starter_security::config::AuditFileConfig;
use savia_starter_test::TestApp;

savia_core::app! { name: "bench" }

const SECRET: &str = "a key of thirty-two bytes or more";

fn event(at: usize) -> AuditEvent {
    AuditEvent::new("post.delete")
        .object("post", at)
        .by(
            "01a20fd9-be7d-758e-8fb5-5355f1c9524d",
            "ada@example.com",
            "jwt",
        )
        .data("reason", "it was no longer wanted")
}

#[tokio::main]
async fn main() {
    let count = std::env::args().filter_map(|it| it.parse().ok()).next();
    let count: usize = count.unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.jsonl");
    let key = ChainKey::new(Some(SECRET));
    let sink = FileAuditSink::new(path, &AuditFileConfig::default(), key);
    let begun = Instant::now();
    for batch in (0..count).collect::<Vec<_>>().chunks(1_000) {
        let events: Vec<_> = batch.iter().map(|at| event(*at)).collect();
        sink.append(&events).await.unwrap();
    }
    println!("{count} records written in {:?}", begun.elapsed());
    let begun = Instant::now();
    let verified = sink.verify(None).await.unwrap().unwrap();
    assert_eq!(verified.head.seq, count as u64);
    println!("{count} records verified in {:?}", begun.elapsed());

    let app = TestApp::builder()
        .sources(Sources::in_dir(folder.path()))
        .set("security.store", "memory")
        .set("security.audit.sink", "file")
        .set("security.audit.key", SECRET)
        .in_process()
        .start()
        .await;
    let log = app.inject::<std::sync::Arc<AuditLog>>();
    for callers in [1, 16, 256] {
        let each = 20_000 / callers;
        let begun = Instant::now();
        let tasks = (0..callers).map(|_| {
            let log = log.clone();
            tokio::spawn(async move {
                for at in 0..each {
                    log.record(event(at)).await.unwrap();
                }
            })
        });
        for task in join_all(tasks).await {
            task.unwrap();
        }
        let took = begun.elapsed().as_secs_f64();
        let rate = (callers * each) as f64 / took;
        println!("{callers} callers that wait: {rate:.0} events a second");
    }
}
