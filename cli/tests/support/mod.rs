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
