//! `savia run --watch`, with an application of a few lines that follows the same conventions as a
//! real one: it takes its socket from `LISTEN_FDS` and says in `NOTIFY_SOCKET` that it is ready.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test ends where it is surprised")]

mod support;

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::{TempDir, tempdir};

/// How long anything may take before it is a failure: compilers are slow on busy machines.
const PATIENCE: Duration = Duration::from_secs(120);

/// Where what it says on standard error goes.
const WORDS: &str = "words.txt";

const MAIN: &str = r##"
use std::io::{Read, Write};
use std::os::{fd::FromRawFd, unix::net::UnixDatagram};

const VERSION: &str = "first";

fn main() {
    let yaml = std::fs::read_to_string("application.yaml").unwrap();
    let words: Vec<&str> = yaml.split_whitespace().collect();
    if std::env::args().nth(1).unwrap() == "config" {
        let port = words[0];
        println!(r#"{{"keys": [{{"key": "server.host", "value": null, "default": "127.0.0.1"}},
            {{"key": "server.port", "value": {port}}}]}}"#);
        return;
    }
    assert_eq!(std::env::var("LISTEN_FDS").unwrap(), "1");
    assert_eq!(std::env::var("LISTEN_PID").unwrap(), std::process::id().to_string());
    if words[1] == "refuses" {
        std::process::exit(3);
    }
    let listener = unsafe { std::net::TcpListener::from_raw_fd(3) };
    let ready = UnixDatagram::unbound().unwrap();
    ready.send_to(b"READY=1", std::env::var("NOTIFY_SOCKET").unwrap()).unwrap();
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(format!("{VERSION} {}", words[1]).as_bytes());
    }
}
"##;

/// A session that is stopped with its value.
struct Session {
    folder: TempDir,
    process: Child,
    port: u16,
    /// Whether a connection has been taken: from then on none may be refused.
    answered: bool,
}

impl Session {
    fn begin() -> Self {
        let folder = tempdir().unwrap();
        let package = |name: &str| {
            format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n")
        };
        let manifest =
            package("blog") + "[dependencies]\nsavia = { path = \"savia\" }\n[workspace]\n";
        let port = free_port();
        write(folder.path(), "savia/Cargo.toml", &package("savia"));
        write(folder.path(), "savia/src/lib.rs", "");
        write(folder.path(), "Cargo.toml", &manifest);
        write(folder.path(), "src/main.rs", MAIN);
        write(folder.path(), "application.yaml", &format!("{port} serves"));
        let process = Command::new(env!("CARGO_BIN_EXE_savia"))
            .args(["run", "--watch"])
            .current_dir(folder.path())
            .env_remove("CARGO_TARGET_DIR")
            .stderr(fs::File::create(folder.path().join(WORDS)).unwrap())
            .spawn()
            .unwrap();
        Self {
            folder,
            process,
            port,
            answered: false,
        }
    }

    fn write(&self, path: &str, text: &str) {
        write(self.folder.path(), path, text);
    }

    /// Waits until it says this on standard error.
    #[track_caller]
    fn until_said(&self, expected: &str) {
        let deadline = Instant::now() + PATIENCE;
        let mut words = String::new();
        while !words.contains(expected) {
            assert!(
                Instant::now() < deadline,
                "{expected:?} was awaited:\n{words}"
            );
            thread::sleep(Duration::from_millis(20));
            words = fs::read_to_string(self.folder.path().join(WORDS)).unwrap();
        }
    }

    /// Asks until the answer is this one.
    #[track_caller]
    fn until(&mut self, expected: &str) {
        let deadline = Instant::now() + PATIENCE;
        let mut last = String::new();
        while Instant::now() < deadline {
            match TcpStream::connect(("127.0.0.1", self.port)) {
                Ok(mut stream) => {
                    self.answered = true;
                    let _ = stream.write_all(b"?");
                    let mut answer = String::new();
                    // The version before may end between taking a connection and answering: this
                    // application does not finish what it has begun, as a real one does.
                    let _ = stream.read_to_string(&mut answer);
                    if answer == expected {
                        return;
                    }
                    last = answer;
                }
                Err(error) => assert!(!self.answered, "refused after {last:?}: {error}"),
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("{expected:?} was awaited, and {last:?} came last");
    }

    fn signal(&self) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").arg(pid).status().unwrap().success());
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.signal();
        let _ = self.process.wait();
    }
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

#[test]
fn versions_follow_each_other_and_no_connection_is_refused() {
    let mut session = Session::begin();
    session.until("first serves");

    session.write("src/main.rs", &MAIN.replace("first", "second"));
    session.until("second serves");

    // What does not compile leaves the version before as it is.
    session.write("src/main.rs", "fn main() { nonsense }");
    session.until_said("it does not build; the version before goes on");
    session.until("second serves");

    session.write("src/main.rs", &MAIN.replace("first", "third"));
    session.until("third serves");

    // The configuration is no source, and makes a new version all the same.
    session.write("application.yaml", &format!("{} obeys", session.port));
    session.until("third obeys");
}

#[test]
fn a_version_that_does_not_start_leaves_the_one_before() {
    let mut session = Session::begin();
    session.until("first serves");
    session.write("application.yaml", &format!("{} refuses", session.port));
    session.until_said("the new version did not start (exit status: 3)");
    session.until("first serves");
    session.write("application.yaml", &format!("{} again", session.port));
    session.until("first again");
}

#[test]
fn the_address_can_change_under_way() {
    let mut session = Session::begin();
    session.until("first serves");
    session.port = free_port();
    session.answered = false;
    session.write("application.yaml", &format!("{} moved", session.port));
    session.until("first moved");
}

#[test]
fn at_the_end_nothing_is_left_running() {
    let mut session = Session::begin();
    session.until("first serves");
    session.signal();
    session.process.wait().unwrap();
    let refused = TcpStream::connect(("127.0.0.1", session.port));
    assert!(refused.is_err(), "somebody still listens");
    // There is nothing left for the drop to stop.
    let folder = std::mem::replace(&mut session.folder, tempdir().unwrap());
    std::mem::forget(session);
    drop(folder);
}
