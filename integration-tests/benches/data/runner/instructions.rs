//! Instructions per request, in user space, counted by valgrind's callgrind.
//!
//! A server is run twice, for few requests and for many. The difference holds neither its start
//! nor its end.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::database::Database;
use crate::load::{self, Until};
use crate::process::{Processors, Running};
use crate::subject::{CONNECTIONS, Scenario, Subject};

/// Few, for each connection: what is lazily set up, and the warm-up, is in both runs.
const FEW: u64 = 25;
const MANY: u64 = 150;

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
    server: &'static str,
    scenario: &Scenario,
    database: Database,
    processors: Processors,
    folder: &Path,
) -> io::Result<f64> {
    let total = |answers| {
        let subject = Subject::new(server, database, folder)?;
        total(&subject, scenario, processors, folder, answers)
    };
    let (few, many) = (total(FEW)?, total(MANY)?);
    let requests = (MANY - FEW) * CONNECTIONS.unsigned_abs();
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
    load::run(server.port, scenario, Until::Answers(answers))?;
    server.stop()?;
    let text = fs::read_to_string(&file)?;
    let line = text.lines().find_map(|line| line.strip_prefix("totals: "));
    let total = line.and_then(|line| line.trim().parse().ok());
    total.ok_or_else(|| io::Error::other("callgrind wrote no total"))
}
