//! What the tests of the command line share.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test file uses a part of it, and a test ends where it is surprised"
)]

use std::collections::BTreeMap;
use std::path::Path;

use assert_cmd::Command;
use assert_cmd::assert::Assert;

/// `savia`, in a folder, away from the settings of whoever runs the tests.
pub fn savia(folder: &Path, args: &[&str]) -> Assert {
    command(folder).args(args).assert()
}

/// The same, before it is run.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_savia"));
    command
        .current_dir(folder)
        .env_remove("SAVIA_INSTALLED_APPS")
        .env("NO_COLOR", "1");
    // A checkout around the temporary folder must not decide whether a repository is made.
    command.env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap());
    command
}

/// What it wrote to standard output.
pub fn stdout(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

/// What it wrote to standard error.
pub fn stderr(assert: &Assert) -> String {
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

/// Every file below a folder with its text, git's own left out.
pub fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    collect(folder, folder, &mut found);
    found
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|name| name == ".git") {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .replace('\\', "/");
            found.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// Every file as one text, for a golden file.
pub fn golden(folder: &Path) -> String {
    let file = |(path, text): (&String, &String)| format!("──── {path}\n{text}");
    files(folder)
        .iter()
        .map(file)
        .collect::<Vec<_>>()
        .join("\n")
}

/// What is different in a folder after something was done in it.
pub fn difference(before: &Path, doing: impl FnOnce()) -> String {
    let old = files(before);
    doing();
    let mut told = String::new();
    for (path, text) in files(before) {
        match old.get(&path) {
            None => told += &format!("──── new: {path}\n{text}\n"),
            Some(old) if *old != text => {
                let added = text.lines().filter(|line| !old.lines().any(|o| o == *line));
                let gone = old.lines().filter(|line| !text.lines().any(|t| t == *line));
                let added: String = added.map(|line| format!("+{line}\n")).collect();
                let gone: String = gone.map(|line| format!("-{line}\n")).collect();
                told += &format!("──── edited: {path}\n{gone}{added}\n");
            }
            Some(_) => {}
        }
    }
    told
}

/// Asks wrongly, and expects this exit code, these words and nothing changed.
#[track_caller]
pub fn refused(project: &Path, args: &[&str], code: i32, words: &[&str]) {
    let before = golden(project);
    let said = stderr(&savia(project, args).code(code));
    for word in words {
        assert!(said.contains(word), "{word:?} is not in:\n{said}");
    }
    assert_eq!(golden(project), before);
}

/// Checks that every Rust file below a folder is as rustfmt has it.
#[track_caller]
pub fn formatted(folder: &Path) {
    let sources = files(folder);
    let sources = sources.keys().filter(|path| path.ends_with(".rs"));
    let output = std::process::Command::new("rustfmt")
        .args(["--check", "--edition", "2024"])
        .args(sources)
        .current_dir(folder)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}");
}
