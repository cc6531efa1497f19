//! The same routes served by raw actix-web, by actix-web with middleware wired by hand, and by
//! Savia without and with its filters, interleaved in one run. See `benches/README.md`.

// A benchmark talks on the terminal, and one that cannot go on had better stop.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::expect_used)]

mod instructions;
mod load;
mod options;
mod process;
mod report;
mod subject;

use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use load::Until;
use options::Options;
use process::{Processors, Running};
use report::{Measurements, Sample};
use subject::{Scenario, Subject};

const CONNECTIONS: u16 = 64;
/// How long a server is under load before it is the next one's turn.
const SLICE: Duration = Duration::from_millis(500);

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(text) => {
            eprintln!("{text}");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> io::Result<()> {
    let subjects = subject::subjects()?;
    let mut scenarios = subject::scenarios();
    scenarios.retain(|scenario| options.wants(scenario.name));
    let processors = Processors::pick()?;
    processors.take_load()?;
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("application.yaml"), "name: bench\n")?;

    let mut measurements = Measurements::new(&subjects, &scenarios);
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        one_round(
            &subjects,
            &scenarios,
            processors,
            folder.path(),
            options,
            &mut measurements,
        )?;
    }
    if options.instructions {
        count(
            &subjects,
            &scenarios,
            processors,
            folder.path(),
            &mut measurements,
        )?;
    }

    println!("{}", measurements.tables());
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench-http.json");
    fs::write(&target, serde_json::to_vec_pretty(&measurements.json())?)?;
    println!("written to {}", target.canonicalize()?.display());
    Ok(())
}

/// All servers run at once, those that are not asked asleep, and take turns of a slice each, back
/// and forth: what a comparison is made of was measured within two seconds.
fn one_round(
    subjects: &[Subject],
    scenarios: &[Scenario],
    processors: Processors,
    folder: &Path,
    options: &Options,
    into: &mut Measurements,
) -> io::Result<()> {
    let mut servers = Vec::new();
    for subject in subjects {
        // The first start of a round is not measured: it may come from a cold disk.
        Running::start(subject, processors, folder, &[])?.stop()?;
        let server = Running::start(subject, processors, folder, &[])?;
        into.started(subject.name, server.first_answer);
        servers.push(server);
    }
    for scenario in scenarios {
        for server in &servers {
            load::run(
                server.port,
                &scenario.request,
                CONNECTIONS,
                Until::Elapsed(SLICE),
            )?;
        }
        let slices = (options.seconds.as_millis() / SLICE.as_millis()).max(1);
        for slice in 0..slices {
            let mut order: Vec<_> = subjects.iter().zip(&servers).collect();
            if slice % 2 == 1 {
                order.reverse();
            }
            for (subject, server) in order {
                let before = server.processor_time()?;
                let until = Until::Elapsed(SLICE);
                let outcome = load::run(server.port, &scenario.request, CONNECTIONS, until)?;
                let busy = server.processor_time()?.saturating_sub(before);
                into.loaded(subject.name, scenario.name, Sample::new(&outcome, busy));
            }
        }
    }
    for (subject, server) in subjects.iter().zip(servers) {
        into.weighed(subject.name, server.resident()?);
        server.stop()?;
    }
    Ok(())
}

fn count(
    subjects: &[Subject],
    scenarios: &[Scenario],
    processors: Processors,
    folder: &Path,
    into: &mut Measurements,
) -> io::Result<()> {
    if !instructions::available() {
        eprintln!("SKIPPED: instructions per request; valgrind is not installed");
        return Ok(());
    }
    for scenario in scenarios {
        eprintln!("instructions: {}", scenario.name);
        for subject in subjects {
            let count = instructions::per_request(subject, scenario, processors, folder)?;
            into.counted(subject.name, scenario.name, count);
        }
    }
    Ok(())
}
