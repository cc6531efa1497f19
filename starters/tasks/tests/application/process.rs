//! The application's process.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Output, Stdio};

use serde_json::Value;

use crate::support::{Place, until};

/// The command line, as a list in JSON.
pub(crate) const ARGUMENTS: &str = "SAVIA_TASKS_APPLICATION";

/// Not a test of its own: what the application's process does.
#[test]
fn application() {
    let Ok(arguments) = std::env::var(ARGUMENTS) else {
        return;
    };
    let arguments: Vec<OsString> = serde_json::from_str::<Vec<String>>(&arguments)
        .unwrap()
        .into_iter()
        .map(Into::into)
        .collect();
    let code = savia_core::run::run_with(arguments);
    std::process::exit(i32::from(code != ExitCode::SUCCESS));
}

fn command(place: &Place, arguments: &[&str]) -> Command {
    let mut all = vec!["app".to_owned()];
    all.extend(arguments.iter().map(|it| (*it).to_owned()));
    let mut keys = place.keys();
    keys.push(("server.port", "0".to_owned()));
    keys.push(("server.workers", "1".to_owned()));
    for (key, value) in keys {
        // The place's own folder, whichever the process takes for its project's.
        let value = match value.strip_prefix("sqlite:") {
            Some(file) => format!("sqlite:{}", place.path().join(file).display()),
            None => value,
        };
        all.push(format!("--set={key}={value}"));
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "process::application", "--nocapture"])
        .env(ARGUMENTS, serde_json::to_string(&all).unwrap())
        .env("NO_COLOR", "1")
        .env_remove("RUST_LOG")
        .current_dir(place.path())
        .stdin(Stdio::null());
    command
}

/// Calls the command line.
pub(crate) fn call(place: &Place, arguments: &[&str]) -> Output {
    command(place, arguments).output().unwrap()
}

/// What a command says as JSON, which begins and ends so.
fn json(place: &Place, arguments: &[&str], [begin, end]: [char; 2]) -> Value {
    let output = call(place, &[arguments, &["--format", "json"]].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    // What the harness of tests says stands around it.
    let found = text.find(begin).zip(text.rfind(end));
    let (first, last) = found.unwrap_or_else(|| {
        let error = String::from_utf8_lossy(&output.stderr);
        panic!("{arguments:?}: {text}{error}")
    });
    serde_json::from_str(&text[first..=last]).unwrap()
}

/// A task, as `tasks show` shows it.
pub(crate) fn show(place: &Place, id: &str) -> Value {
    json(place, &["tasks", "show", id], ['{', '}'])
}

/// Tasks, as `tasks list` lists them.
pub(crate) fn list(place: &Place, filter: &[&str]) -> Vec<Value> {
    let all = [&["tasks", "list"], filter].concat();
    let found = json(place, &all, ['[', ']']);
    found.as_array().cloned().unwrap()
}

/// A running application, ended with the test.
pub(crate) struct Process {
    pub(crate) child: Child,
    log: PathBuf,
}

impl Process {
    pub(crate) fn start(place: &Place, name: &str, arguments: &[&str]) -> Self {
        let log = place.path().join(name);
        let file = File::create(&log).unwrap();
        let child = command(place, arguments)
            .stdout(Stdio::null())
            .stderr(file)
            .spawn()
            .unwrap();
        Self { child, log }
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// The first line of the log that says this.
    pub(crate) async fn line(&self, said: &str) -> String {
        let find = || {
            let log = self.log();
            log.lines().find(|it| it.contains(said)).map(str::to_owned)
        };
        until(
            &format!("waited for {said:?} in {}", self.log.display()),
            async || find().is_some(),
        )
        .await;
        find().unwrap()
    }

    /// Answers with head and body of what it answers.
    pub(crate) async fn post(&self, path: &str, headers: &str) -> (String, String) {
        let listens = self.line("listening on http://").await;
        let (_, address) = listens.split_once("http://").unwrap();
        let mut server = TcpStream::connect(address.trim()).unwrap();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: app\r\nconnection: close\r\ncontent-length: 0\r\n{headers}\r\n"
        );
        server.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        server.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
        (head.to_owned(), body.trim_matches('"').to_owned())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!(
                "{}",
                std::fs::read_to_string(Path::new(&self.log)).unwrap_or_default()
            );
        }
    }
}
