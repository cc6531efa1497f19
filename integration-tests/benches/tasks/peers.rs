//! Celery and huey: other people's queues, in the language they are written in.
//!
//! They are installed into a folder of their own below `target`, by `python3`; where that cannot be
//! done, it is said, and the rest is measured.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::report::{Goal, line};

/// The versions that were measured.
const PACKAGES: [&str; 3] = ["celery[redis]==5.7.0", "huey==3.5.4", "redis==8.1.0"];

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/tasks/peers");

/// The interpreter that has them.
pub(crate) struct Peers {
    python: PathBuf,
}

impl Peers {
    /// Installed; nothing where that cannot be done, which is said.
    pub(crate) fn install() -> Option<Self> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-python");
        let python = folder.join("bin/python");
        if !python.exists() {
            ran(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        }
        let pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check"];
        ran(Command::new(&python).args(pip).args(PACKAGES))?;
        Some(Self { python })
    }

    /// Celery on Redis.
    pub(crate) fn celery(&self, count: usize) {
        let prefix = format!("savia-bench-{}:", std::process::id());
        self.run("celery", "Redis", &[&redis(), &prefix], count);
    }

    /// Huey on SQLite and on Redis.
    pub(crate) fn huey(&self, count: usize) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("huey.db").display().to_string();
        self.run("huey", "SQLite", &["sqlite", &file], count);
        self.run("huey", "Redis", &["redis", &redis()], count);
    }

    fn run(&self, name: &str, place: &str, arguments: &[&str], count: usize) {
        let mut command = Command::new(&self.python);
        command
            .arg(format!("{HERE}/{name}_peer.py"))
            .args(arguments)
            .arg(count.to_string())
            .env("PYTHONDONTWRITEBYTECODE", "1");
        let Some(answer) = ran(&mut command) else {
            return;
        };
        let Ok(answer) = serde_json::from_str::<Value>(answer.trim()) else {
            println!("{name} on {place} said {answer:?}");
            return;
        };
        let seconds = |key: &str| Duration::from_secs_f64(answer[key].as_f64().unwrap_or(0.0));
        let counted = answer["counted"].as_u64().unwrap_or(0) as f64;
        // What was run before the clock began is added at the same pace.
        let ran = seconds("ran").mul_f64(count as f64 / counted.max(1.0));
        let version = answer["version"].as_str().unwrap_or_default();
        let name = format!("{name} {version}, {place}");
        line(&name, count, seconds("pushed"), ran, count, Goal::None);
    }
}

fn redis() -> String {
    std::env::var("SAVIA_TEST_REDIS").unwrap_or_else(|_| "redis://127.0.0.1:6379".to_owned())
}

/// What a command wrote; where it failed, that is said.
fn ran(command: &mut Command) -> Option<String> {
    let what = format!("{:?}", command.get_program());
    match command.output() {
        Ok(output) if output.status.success() => String::from_utf8(output.stdout).ok(),
        Ok(output) => {
            let error = String::from_utf8_lossy(&output.stderr);
            let last = error.lines().last().unwrap_or_default();
            println!("{what} failed: {last}");
            None
        }
        Err(error) => {
            println!("{what} is away: {error}");
            None
        }
    }
}
