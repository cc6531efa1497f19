//! The same routes over the same table by diesel as people write it, by diesel as well as it can be
//! written, by Savia's data starter, by sqlx and by sea-orm, interleaved in one run. See
//! `README.md`.

// A benchmark talks on the terminal, and one that cannot go on had better stop.
#![allow(clippy::print_stdout, clippy::print_stderr, clippy::expect_used)]

mod database;
mod instructions;
mod load;
mod options;
// The benchmark of HTTP starts its servers the same way.
#[allow(
    dead_code,
    reason = "that benchmark measures starts and memory as well"
)]
#[path = "../../http/process.rs"]
mod process;
mod promises;
mod report;
mod subject;

use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use database::Database;
use load::Until;
use options::Options;
use process::{Processors, Running};
use report::{Measurements, Sample};
use subject::{SUBJECTS, Scenario, Subject};

/// How long a server is under load before it is the next one's turn.
const SLICE: Duration = Duration::from_millis(500);
/// How long before the first turn, which is not measured.
const WARM_UP: Duration = Duration::from_millis(200);

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
    let mut scenarios = subject::scenarios();
    scenarios.retain(|scenario| options.wants(scenario.name));
    let processors = Processors::pick()?;
    processors.take_load()?;
    let folder = tempfile::tempdir()?;
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::copy(
        here.join("servers/savia/application.yaml"),
        folder.path().join("application.yaml"),
    )?;

    let mut json = serde_json::Map::new();
    for database in [Database::Sqlite, Database::Postgres] {
        if !options.wants_on(database) {
            continue;
        }
        let name = database.name();
        if !database.answers() {
            eprintln!("SKIPPED: {name}, which does not answer");
            continue;
        }
        let measured = measure(database, &scenarios, processors, folder.path(), options);
        database.clear(SUBJECTS.iter().copied())?;
        let measurements = measured?;
        println!("\n## {name}\n\n{}", measurements.table());
        println!("{}", promises::table(&measurements, database));
        json.insert(name.to_owned(), measurements.json());
    }
    let target = here.join("../../../target/bench-data.json");
    fs::write(&target, serde_json::to_vec_pretty(&json)?)?;
    println!("written to {}", target.canonicalize()?.display());
    Ok(())
}

fn measure(
    database: Database,
    scenarios: &[Scenario],
    processors: Processors,
    folder: &Path,
    options: &Options,
) -> io::Result<Measurements> {
    let name = database.name();
    let mut measurements = Measurements::new(scenarios);
    for round in 1..=options.rounds {
        eprintln!("{name}: round {round} of {}", options.rounds);
        one_round(
            database,
            scenarios,
            processors,
            folder,
            options,
            &mut measurements,
        )?;
    }
    if options.instructions && !instructions::available() {
        eprintln!("SKIPPED: instructions per request; valgrind is not installed");
    } else if options.instructions {
        for scenario in scenarios {
            eprintln!("{name}: instructions of {}", scenario.name);
            for server in SUBJECTS {
                let count =
                    instructions::per_request(server, scenario, database, processors, folder)?;
                measurements.counted(server, scenario.name, count);
            }
        }
    }
    Ok(measurements)
}

/// All servers run at once, those that are not asked asleep, and take turns of a slice each, back
/// and forth: what a comparison is made of was measured within a few seconds.
fn one_round(
    database: Database,
    scenarios: &[Scenario],
    processors: Processors,
    folder: &Path,
    options: &Options,
    into: &mut Measurements,
) -> io::Result<()> {
    let mut servers = Vec::new();
    for name in SUBJECTS {
        let subject = Subject::new(name, database, folder)?;
        servers.push((*name, Running::start(&subject, processors, folder, &[])?));
    }
    for scenario in scenarios {
        let failed = |name: &str, error: io::Error| {
            io::Error::other(format!("{name}, {}: {error}", scenario.name))
        };
        for (name, server) in &servers {
            let until = Until::Elapsed(WARM_UP);
            load::run(server.port, scenario, until).map_err(|error| failed(name, error))?;
        }
        let slices = (options.seconds.as_millis() / SLICE.as_millis()).max(1);
        for slice in 0..slices {
            let mut order: Vec<_> = servers.iter().collect();
            if slice % 2 == 1 {
                order.reverse();
            }
            for (name, server) in order {
                let before = server.processor_time()?;
                let until = Until::Elapsed(SLICE);
                let outcome =
                    load::run(server.port, scenario, until).map_err(|error| failed(name, error))?;
                let busy = server.processor_time()?.saturating_sub(before);
                into.loaded(name, scenario.name, Sample::new(&outcome, busy));
            }
        }
    }
    for (_, server) in servers {
        server.stop()?;
    }
    Ok(())
}
