//! A server as a process: started on its own processor, asked, weighed, stopped.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::subject::Subject;

/// The processor of the servers and that of the load.
#[derive(Clone, Copy)]
pub(crate) struct Processors {
    server: usize,
    load: usize,
}

impl Processors {
    /// The first two that this process may run on.
    ///
    /// # Errors
    ///
    /// When there is only one: server and load would take turns.
    pub(crate) fn pick() -> io::Result<Self> {
        let allowed = sched_getaffinity(None)?;
        let mut processors = (0..CpuSet::MAX_CPU).filter(|number| allowed.is_set(*number));
        match (processors.next(), processors.next()) {
            (Some(server), Some(load)) => Ok(Self { server, load }),
            _ => Err(io::Error::other(
                "two processors are needed, one for the server",
            )),
        }
    }

    /// Puts this thread where the load is made.
    ///
    /// # Errors
    ///
    /// The system's.
    pub(crate) fn take_load(self) -> io::Result<()> {
        pin(self.load)
    }

    /// Starts a process on the server's processor: a child stands where its parent stood.
    fn start(self, command: &mut Command) -> io::Result<Child> {
        pin(self.server)?;
        let child = command.spawn();
        pin(self.load)?;
        child
    }
}

fn pin(processor: usize) -> io::Result<()> {
    let mut set = CpuSet::new();
    set.set(processor);
    Ok(sched_setaffinity(None, &set)?)
}

/// A server that runs; it is killed when dropped.
pub(crate) struct Running {
    child: Child,
    pub(crate) port: u16,
    /// From exec to the last byte of the first answer.
    pub(crate) first_answer: Duration,
}

impl Running {
    /// Starts a server in `folder` and waits for its first answer. `wrapper` stands before its
    /// executable on the command line.
    ///
    /// # Errors
    ///
    /// When it does not start, ends at once, or does not answer within a minute.
    pub(crate) fn start(
        subject: &Subject,
        processors: Processors,
        folder: &Path,
        wrapper: &[String],
    ) -> io::Result<Self> {
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut words = wrapper
            .iter()
            .map(AsRef::as_ref)
            .chain([subject.executable.as_os_str()]);
        let mut command = Command::new(words.next().unwrap_or_default());
        command
            .args(words)
            .current_dir(folder)
            .envs(subject.environment.iter().copied())
            .env("PORT", port.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let started = Instant::now();
        let child = processors.start(&mut command)?;
        let mut server = Self {
            child,
            port,
            first_answer: Duration::ZERO,
        };
        while server.ask().is_err() {
            if let Some(status) = server.child.try_wait()? {
                let text = format!("{} ended at once: {status}", subject.name);
                return Err(io::Error::other(text));
            }
            if started.elapsed() > Duration::from_secs(60) {
                return Err(io::Error::other(format!(
                    "{} does not answer",
                    subject.name
                )));
            }
            std::thread::sleep(Duration::from_micros(100));
        }
        server.first_answer = started.elapsed();
        Ok(server)
    }

    fn ask(&self) -> io::Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.write_all(b"GET /json HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let ok = answer.starts_with(b"HTTP/1.1 200");
        if ok {
            Ok(())
        } else {
            Err(io::Error::other("not 200"))
        }
    }

    /// Resident memory in bytes.
    ///
    /// # Errors
    ///
    /// When the system does not tell.
    pub(crate) fn resident(&self) -> io::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        Ok(kibibytes.ok_or_else(|| io::Error::other("no VmRSS"))? * 1024)
    }

    /// Time on the processor so far, user and system, of all threads.
    ///
    /// # Errors
    ///
    /// When the system does not tell.
    pub(crate) fn processor_time(&self) -> io::Result<Duration> {
        let mut sum = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let text = fs::read_to_string(task?.path().join("schedstat"))?;
            sum += text
                .split_whitespace()
                .next()
                .and_then(|n| n.parse::<u64>().ok())
                .unwrap_or(0);
        }
        Ok(Duration::from_nanos(sum))
    }

    /// Asks it to end and waits until it has.
    ///
    /// # Errors
    ///
    /// When it does not end within a minute.
    pub(crate) fn stop(mut self) -> io::Result<()> {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        kill_process(
            pid.ok_or_else(|| io::Error::other("no process id"))?,
            Signal::TERM,
        )?;
        let asked = Instant::now();
        while self.child.try_wait()?.is_none() {
            if asked.elapsed() > Duration::from_secs(60) {
                return Err(io::Error::other("it does not end on SIGTERM"));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
