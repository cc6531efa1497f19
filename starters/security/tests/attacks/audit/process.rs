//! Processes that are killed, and the command line.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Output, Stdio};

use savia::audit::{AuditEvent, AuditLog, AuditSink, ChainKey, FileAuditSink};
use savia::config::AuditFileConfig;
use savia_core::config::Sources;
use savia_starter_test::TestApp;

use super::Trail;
use crate::application::KEY;

const RECORDS: &str = "SAVIA_AUDIT_RECORDS";
const ARGUMENTS: &str = "SAVIA_AUDIT_ARGUMENTS";

fn this(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let name = format!("audit::process::{test}");
    command
        .args(["--exact", &name, "--nocapture"])
        .env("NO_COLOR", "1");
    command
}

/// Not a test of its own: an application that says what it has recorded, until it is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records() {
    let Ok(path) = std::env::var(RECORDS) else {
        return;
    };
    let app = TestApp::builder()
        .sources(Sources::in_dir(Path::new(&path).parent().unwrap()))
        .set("security.jwt.key", KEY)
        .set("security.store", "memory")
        .set("security.audit.sink", "file")
        .set("security.audit.file.path", path)
        .set("security.audit.file.max_size", "64KiB")
        .start()
        .await;
    let log = app.inject::<std::sync::Arc<AuditLog>>();
    let tasks: Vec<_> = (0..16_u64)
        .map(|task| {
            let log = log.clone();
            tokio::spawn(async move {
                for at in 0.. {
                    let event = AuditEvent::new("test").data("name", format!("{task}-{at}"));
                    log.record(event).await.unwrap();
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "answered {task}-{at}").unwrap();
                    out.flush().unwrap();
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

fn killed_after(mut child: Child, count: usize) -> Vec<String> {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut answered = Vec::new();
    while answered.len() < count {
        let line = lines.next().unwrap().unwrap();
        answered.extend(line.strip_prefix("answered ").map(str::to_owned));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let rest = lines.map_while(Result::ok);
    answered.extend(rest.filter_map(|it| it.strip_prefix("answered ").map(str::to_owned)));
    answered
}

#[tokio::test]
async fn what_was_answered_outlasts_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.jsonl");
    let mut answered = Vec::new();
    for round in 0..4 {
        let mut command = this("records");
        command
            .env(RECORDS, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        answered.extend(
            killed_after(command.spawn().unwrap(), 400 + 137 * round)
                .into_iter()
                .map(|it| format!("\"name\":\"{it}\"")),
        );
    }
    let mut text = String::new();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if !path.to_string_lossy().ends_with(".head") && path.is_file() {
            text.push_str(&String::from_utf8_lossy(&std::fs::read(path).unwrap()));
        }
    }
    for event in &answered {
        let written = text.matches(event.as_str()).count();
        let times = answered.iter().filter(|it| *it == event).count();
        assert!(written >= times, "{event} was answered and is not there");
    }
    let sink = FileAuditSink::new(path, &AuditFileConfig::default(), ChainKey::default());
    let whole = sink.verify(None).await.unwrap().unwrap();
    assert!(whole.head.seq >= answered.len() as u64);
}

/// Not a test of its own: the application's command line.
#[test]
fn command() {
    let Ok(arguments) = std::env::var(ARGUMENTS) else {
        return;
    };
    let arguments: Vec<String> = serde_json::from_str(&arguments).unwrap();
    let code = savia_core::run::run_with(arguments.into_iter().map(OsString::from));
    std::process::exit(i32::from(code != ExitCode::SUCCESS));
}

fn call(trail: &Trail, arguments: &[&str]) -> Output {
    let mut all = vec!["app".to_owned()];
    all.extend(arguments.iter().map(|it| (*it).to_owned()));
    all.push(format!(
        "--set=security.audit.file.path={}",
        trail.path().display()
    ));
    all.push("--set=security.audit.sink=file".to_owned());
    all.push(format!("--set=security.audit.key={}", super::SECRET));
    this("command")
        .env(ARGUMENTS, serde_json::to_string(&all).unwrap())
        .current_dir(trail.folder())
        .output()
        .unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[tokio::test]
async fn the_command_names_the_first_fault_and_fails() {
    let trail = Trail::keyed();
    let site = trail.site().await;
    for at in 0..9 {
        super::log(&site)
            .record(AuditEvent::new("test").data("at", at))
            .await
            .unwrap();
    }
    let good = call(&trail, &["audit", "verify"]);
    let text = told(&good);
    assert!(good.status.success(), "{text}");
    assert!(
        text.contains("records 1 to 9 are whole; the last is 9:"),
        "{text}"
    );
    let noted = text
        .split("the last is ")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .trim();
    // What was noted elsewhere is asked for.
    super::log(&site)
        .record(AuditEvent::new("test"))
        .await
        .unwrap();
    assert!(
        call(&trail, &["audit", "verify", "--head", noted])
            .status
            .success()
    );
    let other = noted.replace(&noted[2..6], "beef");
    let bad = call(&trail, &["audit", "verify", "--head", &other]);
    assert!(
        !bad.status.success() && told(&bad).contains("was written anew"),
        "{}",
        told(&bad)
    );

    let mut lines = trail.lines();
    lines[4] = lines[4].replace("\"at\":4", "\"at\":7");
    trail.write(&lines);
    let bad = call(&trail, &["audit", "verify"]);
    assert!(!bad.status.success());
    assert!(
        told(&bad).contains("audit.jsonl line 5: record 5 was altered"),
        "{}",
        told(&bad)
    );

    // A copy without its head.
    let copy = trail.folder().join("copy.jsonl");
    let text: String = lines[5..].iter().map(|it| format!("{it}\n")).collect();
    std::fs::write(&copy, text).unwrap();
    let copied = call(
        &trail,
        &["audit", "verify", "--file", &copy.display().to_string()],
    );
    assert!(
        told(&copied).contains("records 6 to 10 are whole"),
        "{}",
        told(&copied)
    );
}

#[tokio::test]
async fn the_first_admin_is_recorded_beside_a_running_application() {
    let trail = Trail::keyed();
    let site = trail.site().await;
    site.registered().await;
    let made = call(
        &trail,
        &[
            "create-admin",
            "root@example.com",
            "--set=security.store=memory",
        ],
    );
    assert!(made.status.success(), "{}", told(&made));
    let event = super::only(&site, "admin.created").await;
    assert_eq!(event.data["email"], "root@example.com");
    super::log(&site)
        .record(AuditEvent::new("test"))
        .await
        .unwrap();
    super::verified(&site).await.unwrap();
}
