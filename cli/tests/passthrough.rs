//! Commands that the project's own binary answers, with a project that tells what it was asked.

#![allow(clippy::unwrap_used, reason = "a test ends where it is surprised")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::{command, savia, stderr, stdout};
use tempfile::{TempDir, tempdir};

/// A project whose binary tells its arguments and where it stands. Its `savia` is an empty crate:
/// what is tested is the way to the binary.
fn project() -> (TempDir, PathBuf) {
    let folder = tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let package = |name: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n")
    };
    write("savia/Cargo.toml", &package("savia"));
    write("savia/src/lib.rs", "");
    let manifest =
        package("blog") + "[dependencies]\nsavia = { path = \"../savia\" }\n[workspace]\n";
    write("blog/Cargo.toml", &manifest);
    write(
        "blog/src/main.rs",
        r#"fn main() {
            let args: Vec<String> = std::env::args().skip(1).collect();
            let here = std::env::current_dir().unwrap();
            println!("{} {}", here.file_name().unwrap().display(), args.join(" "));
            std::process::exit(if args[0] == "fail" { 7 } else { 0 });
        }"#,
    );
    fs::create_dir_all(folder.path().join("blog/src/apps")).unwrap();
    let project = folder.path().join("blog");
    (folder, project)
}

#[track_caller]
fn asks(project: &Path, args: &[&str], asked: &str) {
    let assert = command(project)
        .args(args)
        .env_remove("CARGO_TARGET_DIR")
        .assert()
        .success();
    assert_eq!(stdout(&assert).trim(), format!("blog {asked}"));
}

#[test]
fn the_binary_is_asked_from_the_projects_root() {
    let (_folder, project) = project();
    let below = project.join("src/apps");
    asks(&below, &["routes"], "routes --format table");
    asks(
        &below,
        &["components", "--format", "json"],
        "components --format json",
    );
    asks(
        &below,
        &["conditions", "-p", "prod"],
        "conditions --format table --profile prod",
    );
    asks(
        &below,
        &["apps", "--set", "a=b"],
        "apps --format table --set a=b",
    );
    asks(&below, &["config"], "config --format table");
    let explain = ["config", "explain", "server.port", "--format", "json"];
    asks(&below, &explain, "config explain server.port --format json");
    asks(
        &below,
        &["check", "--production"],
        "check --production --format table",
    );
    asks(&below, &["schema"], "schema");
    asks(&below, &["openapi"], "openapi");
    asks(
        &below,
        &["routes", "--verbose"],
        "routes --format table --verbose",
    );
    let run = [
        "run",
        "--profile",
        "prod",
        "--set",
        "server.port=0",
        "--only",
        "web",
    ];
    asks(
        &below,
        &run,
        "run --profile prod --set server.port=0 --only web",
    );
    // A path is meant from where it was written.
    let file = below.join("api.json");
    asks(
        &below,
        &["openapi", "-o", "api.json"],
        &format!("openapi --output {}", file.display()),
    );
    // A command of the project's own.
    asks(
        &below,
        &["create-admin", "--email", "a@b.c"],
        "create-admin --email a@b.c",
    );
    // The exit code is the binary's.
    command(&project)
        .args(["fail"])
        .env_remove("CARGO_TARGET_DIR")
        .assert()
        .code(7);

    // A build that fails is the compiler's to explain.
    fs::write(
        project.join("src/main.rs"),
        "fn main() { let x: u8 = \"\"; }",
    )
    .unwrap();
    let said = command(&project)
        .args(["routes"])
        .env_remove("CARGO_TARGET_DIR")
        .assert()
        .code(1);
    let said = stderr(&said);
    assert!(
        said.contains("mismatched types") && said.contains("does not build"),
        "{said}"
    );
}

#[test]
fn without_a_project_it_says_so() {
    let folder = tempdir().unwrap();
    for args in [
        &["routes"][..],
        &["run"],
        &["run", "--watch"],
        &["check"],
        &["config", "explain", "x"],
    ] {
        let said = stderr(&savia(folder.path(), args).code(2));
        assert!(said.contains("no Savia project in"), "{said}");
    }
    let said = stderr(&savia(folder.path(), &["rotues"]).code(2));
    assert!(
        said.contains("no command `rotues`") && said.contains("`savia routes`"),
        "{said}"
    );
}

#[test]
fn without_a_toolchain_it_says_so() {
    let (folder, project) = project();
    let mut command = command(&project);
    command.env("PATH", folder.path()).env_remove("CARGO");
    let said = stderr(&command.arg("routes").assert().code(2));
    assert!(
        said.contains("`cargo` was not found") && said.contains("rustup.rs"),
        "{said}"
    );
}

#[test]
fn what_is_asked_wrongly_is_refused_before_anything_is_built() {
    let (_folder, project) = project();
    for args in [
        &["routes", "--format", "xml"][..],
        &["run", "--set", "nothing"],
        &["config", "explain"],
        &["completions", "tcsh"],
        &[],
    ] {
        savia(&project, args).code(2);
    }
    assert!(!project.join("target").exists());
}

#[test]
fn in_a_workspace_the_only_project_is_meant() {
    let (folder, project) = project();
    let workspace = folder.path().join("Cargo.toml");
    let manifest = fs::read_to_string(project.join("Cargo.toml")).unwrap();
    fs::write(
        project.join("Cargo.toml"),
        manifest.replace("[workspace]\n", ""),
    )
    .unwrap();
    fs::write(
        &workspace,
        "[workspace]\nmembers = [\"blog\", \"savia\"]\nresolver = \"3\"\n",
    )
    .unwrap();
    for from in [folder.path().to_owned(), folder.path().join("savia/src")] {
        asks(&from, &["apps"], "apps --format table");
    }

    let other = folder.path().join("shop");
    fs::create_dir_all(other.join("src")).unwrap();
    let manifest = fs::read_to_string(project.join("Cargo.toml")).unwrap();
    fs::write(
        other.join("Cargo.toml"),
        manifest.replace("\"blog\"", "\"shop\""),
    )
    .unwrap();
    fs::write(other.join("src/main.rs"), "fn main() {}").unwrap();
    fs::write(
        &workspace,
        "[workspace]\nmembers = [\"blog\", \"savia\", \"shop\"]\n",
    )
    .unwrap();
    let said = stderr(&savia(folder.path(), &["apps"]).code(2));
    assert!(
        said.contains("several Savia projects: blog, shop"),
        "{said}"
    );
}

#[test]
fn a_manifest_that_is_no_toml_is_named() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("Cargo.toml"), "[package\n").unwrap();
    let said = stderr(&savia(folder.path(), &["routes"]).code(2));
    assert!(
        said.contains("Cargo.toml") && said.contains("line 1"),
        "{said}"
    );
}
