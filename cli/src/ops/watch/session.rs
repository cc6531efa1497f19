//! A session of `savia run --watch`: what happens, and what follows from it.

use std::process::{ExitCode, ExitStatus};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::Options;
use super::files::{Change, Files};
use super::instance::Instance;
use super::signals;
use super::socket::{Address, Socket};
use crate::error::{CliError, Result};
use crate::ops::build::{self, Built, Progress};
use crate::ops::project::Project;
use crate::terminal;

/// How long versions may take to stop at the end, before they are stopped at once.
const FAREWELL: Duration = Duration::from_secs(35);

/// What happens in a session.
pub(super) enum Event {
    /// Files that make a new version have changed.
    Changed(Change),
    /// A build is done.
    Built(Result<Build>),
    /// A version is ready for traffic.
    Ready(u64),
    /// A version's process has ended.
    Ended(u64, Option<ExitStatus>),
    /// We are to stop.
    Stop,
}

/// A build, and what was asked of what it built.
pub(super) struct Build {
    built: Built,
    /// Where to listen, if that may have changed.
    address: Option<Option<Address>>,
}

/// A session, from its begin until it is told to stop.
pub(super) struct Session<'a> {
    project: &'a Project,
    options: Options,
    events: Receiver<Event>,
    sender: Sender<Event>,
    files: Files,
    /// Where versions say that they are ready.
    words: tempfile::TempDir,
    /// The sockets of the versions there are; one, but for the moment in which the address changes.
    sockets: Vec<Socket>,
    /// Where the configuration says to listen, as it was last asked.
    address: Option<Address>,
    count: u64,
    /// The version that serves.
    current: Option<Instance>,
    /// The version that has been started and is not ready yet.
    coming: Option<Instance>,
    /// Versions that have been told to stop.
    leaving: Vec<Instance>,
    /// What the build under way is for.
    building: Option<Change>,
    /// What has changed since that build began.
    waiting: Option<Change>,
    /// What has changed since the version that was started last.
    pending: Change,
}

impl<'a> Session<'a> {
    /// Begins to watch.
    pub(super) fn begin(project: &'a Project, options: Options) -> Result<Self> {
        let (sender, events) = mpsc::channel();
        signals::listen(sender.clone())?;
        let files = Files::watch(project, sender.clone())?;
        let words = tempfile::Builder::new()
            .prefix("savia-")
            .tempdir()
            .map_err(CliError::io("make a folder for sockets"))?;
        Ok(Self {
            project,
            options,
            events,
            sender,
            files,
            words,
            sockets: Vec::new(),
            address: None,
            count: 0,
            current: None,
            coming: None,
            leaving: Vec::new(),
            building: None,
            waiting: None,
            pending: Change::default(),
        })
    }

    /// Builds, runs and replaces until told to stop.
    ///
    /// # Errors
    ///
    /// When it cannot go on; what was running has been stopped by then.
    pub(super) fn run(mut self) -> Result<ExitCode> {
        let outcome = self.follow();
        let code = self.stop();
        outcome.map(|()| code)
    }

    fn follow(&mut self) -> Result<()> {
        self.build(Change {
            configuration: true,
            manifest: true,
            source: true,
        });
        while let Ok(event) = self.events.recv() {
            match event {
                Event::Changed(change) => self.changed(change)?,
                Event::Built(outcome) => self.built(outcome)?,
                Event::Ready(number) => self.ready(number),
                Event::Ended(number, status) => self.ended(number, status),
                Event::Stop => break,
            }
        }
        Ok(())
    }

    fn changed(&mut self, change: Change) -> Result<()> {
        if change.manifest {
            self.files.refresh(self.project)?;
        }
        match self.building {
            Some(_) => self.waiting = Some(self.waiting.unwrap_or_default().and(change)),
            None => self.build(change),
        }
        Ok(())
    }

    /// Builds in a thread of its own: signals and the running version go on being heard.
    fn build(&mut self, change: Change) {
        self.building = Some(change);
        self.pending = self.pending.and(change);
        let (root, name) = (self.project.root.clone(), self.project.name.clone());
        let project = Project {
            root,
            name,
            binary: self.project.binary.clone(),
        };
        let ask = self.pending.configuration || self.pending.manifest;
        let (release, settings) = (self.options.release, self.options.settings.clone());
        let sender = self.sender.clone();
        thread::spawn(move || {
            let built = build::build(&project, release, Progress::for_terminal());
            let outcome = built.map(|built| Build {
                address: ask.then(|| Address::ask(&project, &built.executable, &settings)),
                built,
            });
            let _ = sender.send(Event::Built(outcome));
        });
    }

    fn built(&mut self, outcome: Result<Build>) -> Result<()> {
        self.building = None;
        match outcome {
            Ok(Build { built, address }) => {
                let unchanged = built.fresh && !self.pending.configuration;
                if !(unchanged && (self.current.is_some() || self.coming.is_some())) {
                    self.address = address.unwrap_or_else(|| self.address.take());
                    self.replace(&built)?;
                }
                self.pending = Change::default();
            }
            Err(CliError::Build) => terminal::status(
                "watch",
                match self.current {
                    Some(_) => "it does not build; the version before goes on",
                    None => "it does not build; waiting for a change",
                },
            ),
            Err(error) => return Err(error),
        }
        if let Some(change) = self.waiting.take() {
            self.build(change);
        }
        Ok(())
    }

    /// Starts the next version beside the one that runs.
    fn replace(&mut self, built: &Built) -> Result<()> {
        if let Some(overtaken) = self.coming.take() {
            overtaken.terminate();
            self.leaving.push(overtaken);
        }
        self.count += 1;
        let (number, run) = (self.count, &self.options.run);
        let socket = self
            .address
            .as_ref()
            .and_then(|at| Socket::at(at, &mut self.sockets));
        let ears = (self.words.path(), &self.sender);
        let executable = &built.executable;
        let next = Instance::start(number, self.project, executable, run, socket, ears)?;
        self.coming = Some(next);
        Ok(())
    }

    fn ready(&mut self, number: u64) {
        let Some(next) = self.coming.take_if(|coming| coming.number == number) else {
            return;
        };
        self.sockets
            .retain(|socket| Some(&socket.address) == self.address.as_ref());
        let took = next.started.elapsed().as_millis();
        if let Some(before) = self.current.replace(next) {
            terminal::status(
                "watch",
                format_args!("the new version serves, after {took} ms"),
            );
            before.terminate();
            self.leaving.push(before);
        }
    }

    fn ended(&mut self, number: u64, status: Option<ExitStatus>) {
        let how = status.map_or_else(|| "ended".to_owned(), |status| status.to_string());
        if self
            .coming
            .take_if(|coming| coming.number == number)
            .is_some()
        {
            terminal::status(
                "watch",
                match self.current {
                    Some(_) => {
                        format!("the new version did not start ({how}); the one before goes on")
                    }
                    None => format!("it did not start ({how}); waiting for a change"),
                },
            );
        } else if self
            .current
            .take_if(|current| current.number == number)
            .is_some()
        {
            terminal::status(
                "watch",
                format_args!("it ended ({how}); waiting for a change"),
            );
        } else {
            self.leaving.retain(|leaving| leaving.number != number);
        }
    }

    /// Tells every version to stop and waits for it; told again, or after a while, stops at once.
    fn stop(mut self) -> ExitCode {
        let serving = self.current.take().or(self.coming.take());
        let last = serving.as_ref().map(|instance| instance.number);
        let mut remaining: Vec<Instance> = serving.into_iter().chain(self.coming.take()).collect();
        remaining.iter().for_each(Instance::terminate);
        remaining.append(&mut self.leaving);
        let deadline = Instant::now() + FAREWELL;
        let mut code = ExitCode::SUCCESS;
        while !remaining.is_empty() {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left) {
                Ok(Event::Ended(number, status)) => {
                    remaining.retain(|instance| instance.number != number);
                    if Some(number) == last && !status.is_some_and(|status| status.success()) {
                        code = ExitCode::FAILURE;
                    }
                }
                Ok(Event::Stop) | Err(RecvTimeoutError::Timeout) => {
                    remaining.iter().for_each(Instance::kill);
                    return ExitCode::FAILURE;
                }
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => return code,
            }
        }
        code
    }
}
