//! A handler is edited: until cargo has built it, and until it answers.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::cargo::Project;

/// The file of a new project whose handlers are edited.
pub(crate) const HANDLERS: &str = "src/apps/home/controllers.rs";

/// The first of these in a file of handlers is followed by the words that change.
const ANCHOR: &str = "Greeting { message })";

/// Seconds of `cargo build` after each of `times` edits.
///
/// # Errors
///
/// When it does not build.
pub(crate) fn builds(project: &Project, handlers: &str, times: usize) -> io::Result<Vec<f64>> {
    let file = Handlers::read(project.root.join(handlers))?;
    project.timed_build()?;
    let seconds = (0..times)
        .map(|time| {
            settle();
            file.edit(&format!("built {time}"))?;
            project.timed_build()
        })
        .collect();
    file.restore()?;
    seconds
}

/// Seconds from each of `times` edits to the first answer that has it, under `savia run --watch`.
///
/// # Errors
///
/// When the application does not come up, or no answer has the edit within two minutes.
pub(crate) fn answers(savia: &Path, project: &Project, times: usize) -> io::Result<Vec<f64>> {
    let file = Handlers::read(project.root.join(HANDLERS))?;
    let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    let mut command = Command::new(savia);
    project.undisturbed(&mut command);
    command
        .args(["run", "--watch"])
        .env("PORT", port.to_string());
    let watch = Watch(command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?);
    wait_for(port, "Hello, Ada!")?;
    let seconds = (0..times)
        .map(|time| {
            settle();
            let words = format!("answered {time}");
            let started = Instant::now();
            file.edit(&words)?;
            wait_for(port, &words)?;
            Ok(started.elapsed().as_secs_f64())
        })
        .collect();
    drop(watch);
    file.restore()?;
    seconds
}

/// File times are looked at in seconds by some; and the machine calms down.
fn settle() {
    std::thread::sleep(Duration::from_millis(1_500));
}

/// A file of handlers, as it was.
struct Handlers {
    path: PathBuf,
    text: String,
}

impl Handlers {
    fn read(path: PathBuf) -> io::Result<Self> {
        let text = fs::read_to_string(&path)?;
        Ok(Self { path, text })
    }

    fn edit(&self, words: &str) -> io::Result<()> {
        let edited = format!("Greeting {{ message: message + \" {words}\" }})");
        let text = self.text.replacen(ANCHOR, &edited, 1);
        if text == self.text {
            return Err(io::Error::other(format!(
                "{} has no handler to edit",
                self.path.display()
            )));
        }
        fs::write(&self.path, text)
    }

    fn restore(&self) -> io::Result<()> {
        fs::write(&self.path, &self.text)
    }
}

fn wait_for(port: u16, words: &str) -> io::Result<()> {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(120) {
        if ask(port).is_ok_and(|answer| answer.contains(words)) {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Err(io::Error::other(format!("no answer with {words:?}")))
}

fn ask(port: u16) -> io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let request = b"GET /greetings/Ada HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    stream.write_all(request)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// The watching command, ended when dropped.
struct Watch(Child);

impl Drop for Watch {
    fn drop(&mut self) {
        let pid = i32::try_from(self.0.id())
            .ok()
            .and_then(rustix::process::Pid::from_raw);
        if let Some(pid) = pid {
            // It stops the application before it ends.
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
        let _ = self.0.wait();
    }
}
