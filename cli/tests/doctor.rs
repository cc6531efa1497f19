//! `savia doctor`.

#![allow(clippy::unwrap_used, reason = "a test ends where it is surprised")]

mod support;

use std::fs;
use std::net::TcpListener;

use serde_json::Value;
use support::{command, savia, stdout};
use tempfile::tempdir;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn check<'a>(diagnosis: &'a Value, name: &str) -> &'a Value {
    let checks = diagnosis["checks"].as_array().unwrap();
    checks
        .iter()
        .find(|check| check["name"] == name)
        .unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn outside_a_project_the_machine_is_looked_at() {
    let folder = tempdir().unwrap();
    let said = json(&stdout(
        &savia(folder.path(), &["doctor", "--format", "json"]).success(),
    ));
    assert_eq!(said["healthy"], true);
    for name in ["rustc", "cargo", "C compiler"] {
        assert_eq!(check(&said, name)["status"], "ok", "{said}");
    }
    assert_eq!(check(&said, "project")["status"], "warn");
}

#[test]
fn what_is_missing_fails_with_what_to_do() {
    let folder = tempdir().unwrap();
    let mut command = command(folder.path());
    command
        .env("PATH", folder.path())
        .env_remove("CARGO")
        .env_remove("CC")
        .env_remove("RUSTC");
    let said = stdout(&command.arg("doctor").assert().code(1));
    for word in [
        "fail  rustc",
        "fail  cargo",
        "https://rustup.rs",
        "fail  C compiler",
    ] {
        assert!(said.contains(word), "{word:?} is not in:\n{said}");
    }
}

#[test]
fn a_project_is_looked_at_from_below() {
    let folder = tempdir().unwrap();
    savia(folder.path(), &["new", "blog"]).success();
    let project = folder.path().join("blog");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    fs::write(
        project.join("application.yaml"),
        format!("server:\n  port: {port}\n"),
    )
    .unwrap();
    let lock = |garde: &str| {
        format!(
            "version = 4\n\n[[package]]\nname = \"blog\"\nversion = \"0.1.0\"\ndependencies = [\n \
             \"garde\",\n]\n\n[[package]]\nname = \"garde\"\nversion = \"{garde}\"\n\
             source = \"registry\"\n"
        )
    };
    let look = || {
        let mut command = command(&project.join("src/apps"));
        command.env_remove("PORT").env_remove("SAVIA_SERVER__PORT");
        json(&stdout(
            &command
                .args(["doctor", "--format", "json"])
                .assert()
                .success(),
        ))
    };

    let said = look();
    assert_eq!(check(&said, "versions")["status"], "warn", "{said}");
    assert!(
        check(&said, "versions")["message"]
            .as_str()
            .unwrap()
            .contains("no Cargo.lock")
    );
    assert_eq!(check(&said, "port")["status"], "warn", "{said}");
    drop(taken);

    fs::write(project.join("Cargo.lock"), lock("0.23.5")).unwrap();
    let said = look();
    assert_eq!(check(&said, "versions")["status"], "ok", "{said}");
    assert_eq!(check(&said, "port")["status"], "ok", "{said}");

    fs::write(project.join("Cargo.lock"), lock("0.22.0")).unwrap();
    let said = look();
    let message = check(&said, "versions")["message"].as_str().unwrap();
    assert!(
        message.contains("blog uses garde 0.22.0, tested is ^0.23.0"),
        "{message}"
    );
}
