//! Instructions per request, in user space, counted by valgrind's callgrind.
//!
//! A server is run twice, for few requests and for many. The difference holds neither its start
//! nor its end, and the count hardly varies between runs, so that one run of each says it.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::load::{self, Until};
use crate::process::{Processors, Running};
use crate::subject::{Scenario, Subject};

/// Few: what is lazily set up, and the warm-up, is in both runs.
const FEW: u64 = 200;
const MANY: u64 = 1_200;
/// Fewer than under load, where several answers leave with one wake-up, as many as it may be.
const CONNECTIONS: u16 = 8;

/// Whether valgrind is there.
pub(crate) fn available() -> bool {
    let mut command = Command::new("valgrind");
    command
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Instructions per request.
///
/// # Errors
///
/// When the server does not run under valgrind.
pub(crate) fn per_request(
    subject: &Subject,
    scenario: &Scenario,
    processors: Processors,
    folder: &Path,
) -> io::Result<f64> {
    let few = total(subject, scenario, processors, folder, FEW)?;
    let many = total(subject, scenario, processors, folder, MANY)?;
    let requests = (MANY - FEW) * u64::from(CONNECTIONS);
    Ok((many as f64 - few as f64) / requests as f64)
}

fn total(
    subject: &Subject,
    scenario: &Scenario,
    processors: Processors,
    folder: &Path,
    answers: u64,
) -> io::Result<u64> {
    let file = folder.join("callgrind.out");
    let wrapper = [
        "valgrind".to_owned(),
        "--tool=callgrind".to_owned(),
        format!("--callgrind-out-file={}", file.display()),
    ];
    let server = Running::start(subject, processors, folder, &wrapper)?;
    load::run(
        server.port,
        &scenario.request,
        CONNECTIONS,
        Until::Answers(answers),
    )?;
    server.stop()?;
    let text = fs::read_to_string(&file)?;
    let line = text.lines().find_map(|line| line.strip_prefix("totals: "));
    let total = line.and_then(|line| line.trim().parse().ok());
    total.ok_or_else(|| io::Error::other("callgrind wrote no total"))
}
