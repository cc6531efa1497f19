//! The shop as two processes, one for HTTP and one for tasks, that share a PostgreSQL server.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

mod support;

use std::fs::File;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use savia::tasks::{Task, TaskState};
use savia::tokio::io::{AsyncReadExt, AsyncWriteExt};
use savia::tokio::net::TcpStream;
use shop::apps::orders::tasks::confirm_order;

/// Long enough for a busy machine; a test never waits for it unless it fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A process of the shop, ended with the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(part: &str, url: &str, port: u16, log: &Path) -> Process {
    let log = File::create(log).unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_shop"))
        .args(["run", "--only", part])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("DATABASE_URL", url)
        .env("PORT", port.to_string())
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn();
    Process(child.unwrap())
}

async fn until<T>(what: &str, log: &Path, mut found: impl AsyncFnMut() -> Option<T>) -> T {
    let since = Instant::now();
    loop {
        if let Some(found) = found().await {
            return found;
        }
        let said = std::fs::read_to_string(log).unwrap_or_default();
        assert!(since.elapsed() < PATIENCE, "{what} did not come:\n{said}");
        savia::tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Answers with the status, as soon as somebody listens.
async fn place(port: u16, body: &str) -> Option<String> {
    let mut server = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    let request = format!(
        "POST /orders HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    server.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    server.read_to_string(&mut answer).await.ok()?;
    answer.lines().next().map(str::to_owned)
}

#[savia::test]
async fn one_process_takes_orders_and_another_writes_the_letters() {
    // It has migrated, and takes no tasks itself.
    let Some(app) = support::on_postgres().await else {
        return;
    };
    let url = app.config().text("data.url").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (web_log, worker_log) = (folder.path().join("web"), folder.path().join("worker"));
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
    let port = port.unwrap().port();
    let _web = start("web", &url, port, &web_log);
    let order = r#"{"email":"ada@example.org","lines":[{"sku":"mug","quantity":1}]}"#;
    let status = until("an answer", &web_log, async || place(port, order).await).await;
    assert!(status.contains("201"), "{status}");
    let tasks = app.tasks();
    let state = async || {
        let records = tasks.records(confirm_order::NAME).await;
        records.first().map(|it| it.state)
    };
    assert_eq!(state().await, Some(TaskState::Queued), "nobody works yet");

    let _worker = start("tasks", &url, 0, &worker_log);
    until("the letter", &worker_log, async || {
        let said = std::fs::read_to_string(&worker_log).ok()?;
        said.contains("Your order 1").then_some(())
    })
    .await;
    until("the end of the task", &worker_log, async || {
        (state().await == Some(TaskState::Succeeded)).then_some(())
    })
    .await;
    let web = std::fs::read_to_string(&web_log).unwrap();
    assert!(!web.contains("Your order"), "{web}");
    app.stop().await;
}
