//! The embedded list of tested versions is that of the workspace.

use std::fmt::Write;
use std::path::Path;

/// Renews the file where it is behind, and fails, so that it is looked at and committed.
#[test]
fn the_list_is_that_of_the_workspace() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = std::fs::read_to_string(here.join("../Cargo.toml")).unwrap();
    let manifest: toml_edit::DocumentMut = manifest.parse().unwrap();
    let dependencies = manifest["workspace"]["dependencies"].as_table().unwrap();
    let mut expected = String::from(
        "# The crates of the workspace's Cargo.toml and the versions they were tested in.\n\
         # Written by the test `tested_crates`; a change there renews it.\n",
    );
    let mut crates: Vec<_> = dependencies
        .iter()
        .filter(|(_, dependency)| dependency.get("path").is_none())
        .filter_map(|(name, d)| Some((name, d.as_str().or_else(|| d.get("version")?.as_str())?)))
        .collect();
    crates.sort_unstable();
    for (name, version) in crates {
        writeln!(expected, "{name} {version}").unwrap();
    }
    let path = here.join("data/tested-crates.txt");
    if std::fs::read_to_string(&path).unwrap_or_default() != expected {
        std::fs::write(&path, expected).unwrap();
        panic!("data/tested-crates.txt was behind the workspace's Cargo.toml and has been renewed");
    }
}
