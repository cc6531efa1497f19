//! The feature table of README.md says what Cargo.toml says.
//!
//! `UPDATE_README=1 cargo test -p savia --test features` writes it anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

use std::fmt::Write;
use std::path::Path;

use toml_edit::{DocumentMut, Key, Table};

const BEGIN: &str = "<!-- features: begin -->\n";
const END: &str = "<!-- features: end -->";

fn read(file: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

/// The comment above a feature, in one line.
fn comment(key: &Key) -> String {
    let above = key
        .leaf_decor()
        .prefix()
        .and_then(|prefix| prefix.as_str())
        .unwrap_or_default();
    let lines = above
        .lines()
        .filter_map(|line| line.trim().strip_prefix('#'))
        .map(str::trim);
    lines.collect::<Vec<_>>().join(" ")
}

/// The starters a feature turns on: its dependencies of our own.
fn starters(features: &Table, feature: &str) -> String {
    let Some(items) = features[feature].as_array() else {
        return String::new();
    };
    items
        .iter()
        .filter_map(|item| item.as_str()?.strip_prefix("dep:"))
        .filter(|name| name.starts_with("savia-"))
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn table() -> String {
    let manifest: DocumentMut = read("Cargo.toml").parse().unwrap();
    let features = manifest["features"].as_table().unwrap();
    let mut out = String::from("| feature | what it gives | starter |\n| --- | --- | --- |\n");
    for (name, _) in features {
        let says = comment(features.key(name).unwrap());
        assert!(
            !says.is_empty(),
            "feature `{name}` has no comment above it in bom/Cargo.toml"
        );
        let shown = if name == "default" {
            "(none)".to_owned()
        } else {
            format!("`{name}`")
        };
        writeln!(out, "| {shown} | {says} | {} |", starters(features, name)).unwrap();
    }
    out
}

#[test]
fn the_readme_has_the_features_of_cargo_toml() {
    let readme = read("README.md");
    let (before, rest) = readme
        .split_once(BEGIN)
        .expect("README.md marks its table's begin");
    let (written, after) = rest
        .split_once(END)
        .expect("README.md marks its table's end");
    let table = table();
    if std::env::var_os("UPDATE_README").is_some() {
        let updated = format!("{before}{BEGIN}{table}{END}{after}");
        std::fs::write(
            Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"),
            updated,
        )
        .unwrap();
        return;
    }
    assert_eq!(
        written, table,
        "run `UPDATE_README=1 cargo test -p savia --test features` and commit README.md"
    );
}

#[test]
fn only_our_own_crates_are_asked_for_exactly() {
    let workspace: DocumentMut = read("../Cargo.toml").parse().unwrap();
    let versions = workspace["workspace"]["dependencies"]
        .as_table_like()
        .unwrap();
    let manifest: DocumentMut = read("Cargo.toml").parse().unwrap();
    for (name, asked) in manifest["dependencies"].as_table().unwrap() {
        assert!(
            asked["workspace"].as_bool() == Some(true),
            "`{name}` takes its version from the workspace"
        );
        let version = &versions.get(name).unwrap();
        let version = version
            .as_str()
            .or_else(|| version["version"].as_str())
            .unwrap();
        let exact = version.starts_with('=');
        assert_eq!(
            exact,
            name.starts_with("savia-"),
            "`{name} = \"{version}\"`: an exact version of somebody else's crate makes projects \
             unresolvable the day another crate needs a newer patch"
        );
    }
}
