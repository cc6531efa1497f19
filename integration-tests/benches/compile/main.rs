//! What Savia costs at compile time: a project made by `savia new` against one written by hand on
//! actix-web with the same third-party crates. See `benches/README.md`.

// A benchmark talks on the terminal.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod by_hand;
mod cargo;
mod edit;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const CLEAN_BUILDS: usize = 1;
const EDITS: usize = 5;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .canonicalize()?;
    let savia = command_line(&root)?;
    let folder = tempfile::tempdir()?;
    let made = cargo::Project::new(folder.path().join("blog"));
    let status = Command::new(&savia)
        .current_dir(folder.path())
        .args(["new", "blog", "--framework"])
        .arg(&root)
        .status()?;
    if !status.success() {
        return Err(io::Error::other("`savia new` failed"));
    }
    let by_hand = cargo::Project::new(folder.path().join("by-hand"));
    by_hand::write(&root, &made, &by_hand)?;
    for project in [&made, &by_hand] {
        // The same versions as were tested; cargo drops from the lock what is not used.
        fs::copy(root.join("Cargo.lock"), project.root.join("Cargo.lock"))?;
        project.fetch()?;
    }

    let (mut clean_made, mut clean_by_hand) = (Vec::new(), Vec::new());
    for _ in 0..CLEAN_BUILDS {
        clean_by_hand.push(by_hand.clean_build()?);
        clean_made.push(made.clean_build()?);
    }
    let (clean_made, clean_by_hand) = (median(clean_made), median(clean_by_hand));

    let by_hand_build = median(edit::builds(&by_hand, by_hand::HANDLERS, EDITS)?);
    let made_build = median(edit::builds(&made, edit::HANDLERS, EDITS)?);
    let made_answer = median(edit::answers(&savia, &made, EDITS)?);

    println!("\n| | by hand | Savia | ratio |\n| --- | ---: | ---: | ---: |");
    row("clean build, CPU s (user + sys)", clean_by_hand, clean_made);
    row("edit, `cargo build`, s", by_hand_build, made_build);
    println!(
        "\n`savia run --watch`: edit to new answer {made_answer:.2} s, {:.2} times the bare \
         `cargo build` of that edit",
        made_answer / made_build
    );
    Ok(())
}

fn row(what: &str, by_hand: f64, savia: f64) {
    println!(
        "| {what} | {by_hand:.2} | {savia:.2} | {:.3} |",
        savia / by_hand
    );
}

/// Builds the command line as users have it.
fn command_line(root: &Path) -> io::Result<PathBuf> {
    let status = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["build", "--release", "--package", "savia-cli"])
        .status()?;
    if !status.success() {
        return Err(io::Error::other("the command line does not build"));
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    Ok(target
        .unwrap_or_else(|| root.join("target"))
        .join("release/savia"))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
