//! Servers of a test's own, which it may stop, kill and start again. Other starters' tests have this
//! file too.

#![allow(dead_code, reason = "not every test asks for everything")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The longest that a server may take to start or to stop: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A Redis or a PostgreSQL that keeps what it is told.
pub(crate) struct Server {
    kind: Kind,
    port: u16,
    child: Option<Child>,
    folder: TempDir,
}

enum Kind {
    /// Which writes everything down before it answers.
    Redis,
    /// Where its programs are, and the user they run as: they refuse to run as root.
    Postgres(PathBuf, Option<(u32, u32)>),
}

impl Server {
    /// A Redis with `appendonly yes`; nothing where `redis-server` is not installed, which is said
    /// aloud, and a failure where services are required.
    pub(crate) fn redis() -> Option<Self> {
        if silent("redis-server").arg("--version").status().is_err() {
            return absent("redis-server");
        }
        Some(Self::started(Kind::Redis))
    }

    /// A PostgreSQL; nothing where it is not installed.
    pub(crate) fn postgres() -> Option<Self> {
        let Some(programs) = programs() else {
            return absent("PostgreSQL (initdb)");
        };
        let user = number(&["-u"])
            .filter(|it| *it == 0)
            .and_then(|_| Some((number(&["-u", "postgres"])?, number(&["-g", "postgres"])?)));
        Some(Self::started(Kind::Postgres(programs, user)))
    }

    fn started(kind: Kind) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let folder = tempfile::tempdir().unwrap();
        let mut server = Self {
            kind,
            port,
            child: None,
            folder,
        };
        server.prepare();
        server.up();
        server
    }

    /// As `redis.url` and `data.url` say it.
    pub(crate) fn url(&self) -> String {
        match self.kind {
            Kind::Redis => format!("redis://127.0.0.1:{}", self.port),
            Kind::Postgres(..) => format!("postgres://postgres@127.0.0.1:{}/postgres", self.port),
        }
    }

    /// Makes the files of a PostgreSQL.
    fn prepare(&self) {
        let Kind::Postgres(programs, user) = &self.kind else {
            return;
        };
        if let Some((user, group)) = user {
            chown(self.folder.path(), Some(*user), Some(*group)).unwrap();
        }
        let made = self
            .command(&programs.join("initdb"))
            .args(["--no-sync", "-A", "trust", "-U", "postgres", "-D"])
            .arg(self.folder.path().join("data"))
            .status();
        assert!(made.unwrap().success(), "initdb failed");
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = silent(program);
        command.current_dir(self.folder.path());
        if let Kind::Postgres(_, Some((user, group))) = self.kind {
            command.uid(user).gid(group);
        }
        command
    }

    /// Starts it, and waits until it answers.
    pub(crate) fn up(&mut self) {
        let port = self.port.to_string();
        let child = match &self.kind {
            Kind::Redis => self
                .command(Path::new("redis-server"))
                .args(["--port", &port, "--bind", "127.0.0.1", "--save", ""])
                .args(["--appendonly", "yes", "--appendfsync", "always", "--dir"])
                .arg(self.folder.path())
                .spawn(),
            Kind::Postgres(programs, _) => self
                .command(&programs.join("postgres"))
                .args(["-p", &port, "-c", "listen_addresses=127.0.0.1"])
                .args(["-c", "unix_socket_directories=", "-D"])
                .arg(self.folder.path().join("data"))
                .spawn(),
        };
        self.child = Some(child.unwrap());
        let since = Instant::now();
        while !self.answers() {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "{} ended: {ended:?}", self.url());
            assert!(since.elapsed() < PATIENCE, "{} does not answer", self.url());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn answers(&self) -> bool {
        match &self.kind {
            Kind::Redis => pong(self.port).is_ok_and(|it| it),
            Kind::Postgres(programs, _) => silent(programs.join("pg_isready"))
                .args(["-h", "127.0.0.1", "-p", &self.port.to_string()])
                .status()
                .is_ok_and(|it| it.success()),
        }
    }

    /// Stops it as an operator would.
    pub(crate) fn stop(&mut self) {
        let signal = match self.kind {
            Kind::Redis => "-TERM",
            // Without waiting for those who are connected.
            Kind::Postgres(..) => "-INT",
        };
        self.end(signal);
    }

    /// Ends it without a chance to put anything in order.
    pub(crate) fn crash(&mut self) {
        let signal = match self.kind {
            Kind::Redis => "-KILL",
            // Its processes end at once, and the next start recovers from the log: with `KILL` the
            // others would still have the files.
            Kind::Postgres(..) => "-QUIT",
        };
        self.end(signal);
    }

    /// Stops answering, and keeps its connections; `-CONT` is the way back.
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        let sent = silent("kill").args([signal, &id]).status();
        assert!(sent.unwrap().success());
    }

    fn end(&mut self, signal: &str) {
        self.signal(signal);
        self.child.take().unwrap().wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.child.is_some() {
            self.crash();
        }
    }
}

fn silent(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// What `id` says.
fn number(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// Where PostgreSQL's programs are: on the path, or where Debian puts the newest.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path);
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut installed: Vec<_> = versions.flatten().map(|it| it.path().join("bin")).collect();
    installed.sort();
    on_path.chain(installed.into_iter().rev()).find(|folder| {
        let has = |program: &&str| folder.join(program).exists();
        ["initdb", "postgres", "pg_isready"].iter().all(has)
    })
}

/// Whether Redis answers, and has read all it had written down.
fn pong(port: u16) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    stream.write_all(b"PING\r\n")?;
    let mut answer = [0; 5];
    stream.read_exact(&mut answer)?;
    Ok(&answer == b"+PONG")
}

fn absent(what: &str) -> Option<Server> {
    let required = std::env::var("SAVIA_REQUIRE_SERVICES").is_ok_and(|it| it == "1");
    assert!(!required, "{what} is required and not installed");
    eprintln!("skipped: there is no {what}");
    None
}
