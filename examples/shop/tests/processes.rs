//! The shop as several processes, for HTTP and for tasks, that share a PostgreSQL server and a Redis.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

mod support;

use std::fs::File;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use savia::prelude::*;
use savia::tasks::{Task, TaskState};
use savia::tokio::io::{AsyncReadExt, AsyncWriteExt};
use savia::tokio::net::TcpStream;
use shop::apps::catalogue::entities::Product;
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

fn start(part: &str, url: &str, redis: Option<&str>, port: u16, log: &Path) -> Process {
    let log = File::create(log).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_shop"));
    command.env_remove("REDIS_URL");
    if let Some(redis) = redis {
        // Each run of the test has keys of its own: those of its database.
        let prefix = url.rsplit('/').next().unwrap_or(url);
        command.env("REDIS_URL", redis);
        command.env("SAVIA_CACHE__REDIS__PREFIX", prefix);
    }
    let child = command
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

/// The answer, head and all, as soon as somebody listens.
async fn ask(port: u16, what: &str, body: &str) -> Option<String> {
    let mut server = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    let request = format!(
        "{what} HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    server.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    server.read_to_string(&mut answer).await.ok()?;
    Some(answer)
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

const ORDER: &str = r#"{"email":"ada@example.org","lines":[{"sku":"mug","quantity":1}]}"#;

#[savia::test]
async fn one_process_takes_orders_and_another_writes_the_letters() {
    // It has migrated, and takes no tasks itself.
    let Some(app) = support::on_postgres().await else {
        return;
    };
    let url = app.config().text("data.url").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (web_log, worker_log) = (folder.path().join("web"), folder.path().join("worker"));
    let port = free_port();
    let _web = start("web", &url, None, port, &web_log);
    let order = async || ask(port, "POST /orders", ORDER).await;
    let answer = until("an answer", &web_log, order).await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let tasks = app.tasks();
    let state = async || {
        let records = tasks.records(confirm_order::NAME).await;
        records.first().map(|it| it.state)
    };
    assert_eq!(state().await, Some(TaskState::Queued), "nobody works yet");

    let _worker = start("tasks", &url, None, 0, &worker_log);
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

/// Where Redis is; nothing where it is away, which is said aloud, and a failure where services are
/// required.
async fn redis() -> Option<String> {
    let url = std::env::var("SAVIA_TEST_REDIS");
    let url = url.unwrap_or_else(|_| "redis://127.0.0.1:6379".to_owned());
    let place = url.rsplit(['/', '@']).next().unwrap_or_default();
    if TcpStream::connect(place).await.is_ok() {
        return Some(url);
    }
    let required = std::env::var("SAVIA_REQUIRE_SERVICES").is_ok_and(|it| it == "1");
    assert!(!required, "Redis is required and away: {url}");
    eprintln!("skipped: there is no Redis at SAVIA_TEST_REDIS, {url}");
    None
}

#[savia::test]
async fn what_one_process_changes_the_others_do_not_serve_from_their_caches() {
    let (Some(app), Some(redis)) = (support::on_postgres().await, redis().await) else {
        return;
    };
    let url = app.config().text("data.url").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let log = |name: &str| folder.path().join(name);
    let (here, there) = (free_port(), free_port());
    let _processes = [
        start("web", &url, Some(&redis), here, &log("here")),
        start("web", &url, Some(&redis), there, &log("there")),
        start("tasks", &url, Some(&redis), 0, &log("worker")),
    ];
    let shown = async |port| ask(port, "GET /products/mug", "").await;
    let letter = async |number: u32| {
        let taken = ask(here, "POST /orders", ORDER).await.unwrap();
        assert!(taken.starts_with("HTTP/1.1 201"), "{taken}");
        let subject = format!("Your order {number}\n");
        until("the letter", &log("worker"), async || {
            let said = std::fs::read_to_string(log("worker")).ok()?;
            let (_, text) = said.split_once(&subject)?;
            text.contains("It comes to").then(|| text.to_owned())
        })
        .await
    };
    for (port, name) in [(here, "here"), (there, "there")] {
        until("an answer", &log(name), async || shown(port).await).await;
    }
    assert!(letter(1).await.contains("A mug with a crab"));
    // An order evicts what it sold. Now each process looks the product up once more.
    for port in [here, there] {
        assert!(shown(port).await.unwrap().contains("A mug with a crab"));
    }

    // A change that no cache is told of: everybody goes on with what is cached.
    let products = app.repository::<Product>();
    let mut mug = products.find_all(&Sort::default()).await.unwrap();
    let mut mug = mug.swap_remove(mug.iter().position(|it| it.sku == "mug").unwrap());
    mug.name = "Nobody has told".to_owned();
    products.update(mug).await.unwrap();
    for port in [here, there] {
        assert!(shown(port).await.unwrap().contains("A mug with a crab"));
    }

    let name = r#"{"name":"A mug with two crabs"}"#;
    let changed = ask(here, "PATCH /products/mug", name).await.unwrap();
    assert!(changed.starts_with("HTTP/1.1 200"), "{changed}");
    let since = Instant::now();
    assert!(shown(here).await.unwrap().contains("two crabs"));
    while !shown(there).await.unwrap().contains("two crabs") {
        // Without the news it would be a minute, as long as products are cached.
        assert!(since.elapsed() < Duration::from_secs(5), "it is not told");
    }
    assert!(
        letter(2).await.contains("two crabs"),
        "the worker is not told"
    );
    app.stop().await;
}
