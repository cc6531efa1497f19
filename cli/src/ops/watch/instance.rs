//! One running version of the application.

use std::ffi::OsString;
use std::os::unix::net::UnixDatagram;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::session::Event;
use super::socket::Socket;
use crate::error::{CliError, Result};
use crate::ops::binary;
use crate::ops::project::Project;

/// Gives the socket its place by the `LISTEN_FDS` convention, then becomes the application.
///
/// `LISTEN_PID` must be the application's own process, which is the shell's.
const HAND_DOWN: &str = r#"export LISTEN_FDS=1 LISTEN_PID=$$; exec "$0" "$@" 3<&0 </dev/null"#;

/// How often the wait for a version's word looks whether the version is still there.
const PATIENCE: Duration = Duration::from_millis(500);

/// A version, from its start until its process has ended.
#[derive(Debug)]
pub(super) struct Instance {
    /// Its number in this session.
    pub(super) number: u64,
    /// When it was started.
    pub(super) started: Instant,
    pid: Option<Pid>,
}

impl Instance {
    /// Starts a version. Events tell when it is ready and when it has ended.
    ///
    /// # Errors
    ///
    /// When it cannot be started at all.
    pub(super) fn start(
        number: u64,
        project: &Project,
        executable: &Path,
        args: &[OsString],
        socket: Option<&Socket>,
        (folder, events): (&Path, &Sender<Event>),
    ) -> Result<Self> {
        let mut command = match socket {
            Some(socket) => {
                let mut command = Command::new("/bin/sh");
                command
                    .current_dir(&project.root)
                    .args(["-c", HAND_DOWN])
                    .arg(executable);
                command.stdin(
                    socket
                        .to_stdin()
                        .map_err(CliError::io("hand down the socket"))?,
                );
                command
            }
            None => {
                let mut command = binary::command(project, executable);
                command.stdin(Stdio::null());
                command
            }
        };
        let words = folder.join(number.to_string());
        let ready = UnixDatagram::bind(&words).map_err(CliError::io("make a socket"))?;
        command.args(args).env("NOTIFY_SOCKET", &words);
        // Of its own group: Ctrl-C comes to us alone, and we say when it is to stop.
        command.process_group(0);
        let child = command
            .spawn()
            .map_err(CliError::io(format!("run {}", executable.display())))?;
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        await_both(number, child, ready, events)?;
        Ok(Self {
            number,
            started: Instant::now(),
            pid,
        })
    }

    /// Tells it to finish what it has begun and stop.
    pub(super) fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Stops it at once.
    pub(super) fn kill(&self) {
        self.signal(Signal::KILL);
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = self.pid {
            // It may have ended by itself in the meantime.
            let _ = kill_process(pid, signal);
        }
    }
}

/// Waits, in a thread each, for the word that it is ready and for its end.
fn await_both(
    number: u64,
    mut child: Child,
    ready: UnixDatagram,
    events: &Sender<Event>,
) -> Result<()> {
    let ended = Arc::new(AtomicBool::new(false));
    ready
        .set_read_timeout(Some(PATIENCE))
        .map_err(CliError::io("wait on a socket"))?;
    let (sender, alive) = (events.clone(), Arc::clone(&ended));
    thread::spawn(move || {
        let mut word = [0; 1024];
        while !alive.load(Ordering::Relaxed) {
            let Ok(length) = ready.recv(&mut word) else {
                continue;
            };
            if word[..length]
                .split(|byte| *byte == b'\n')
                .any(|line| line == b"READY=1")
            {
                let _ = sender.send(Event::Ready(number));
                return;
            }
        }
    });
    let sender = events.clone();
    thread::spawn(move || {
        let status: Option<ExitStatus> = child.wait().ok();
        ended.store(true, Ordering::Relaxed);
        let _ = sender.send(Event::Ended(number, status));
    });
    Ok(())
}
