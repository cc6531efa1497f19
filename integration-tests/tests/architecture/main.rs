//! The architecture, held: who may depend on whom, through which door a third-party crate
//! enters, and the habits every crate of the workspace keeps.
//!
//! The rules are data (`arrows::RULES`, `doors::DOORS`, …) and every checker is a function
//! of what it checks, so that each is also tried on a workspace with a fault added.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    missing_docs,
    reason = "a test says what it expects by failing"
)]

mod arrows;
mod doors;
mod manifests;
mod sources;
mod workspace;

use workspace::Workspace;

/// Fails with every fault there is, not the first one only.
#[track_caller]
fn assert_clean(what: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{what}:\n  {}", faults.join("\n  "));
}

#[test]
fn every_arrow_is_allowed() {
    assert_clean(
        "forbidden dependencies",
        &arrows::check(&Workspace::load().metadata),
    );
}

#[test]
fn there_is_no_circle() {
    assert_clean(
        "circular dependencies",
        &arrows::circles(&Workspace::load().metadata),
    );
}

#[test]
fn core_knows_no_http_and_no_sql() {
    let workspace = Workspace::load();
    let tree = workspace.dependency_tree("savia-core");
    assert_clean(
        "what the core must not stand on",
        &doors::foreign_to_core(&tree),
    );
}

#[test]
fn third_party_crates_enter_by_their_door() {
    let workspace = Workspace::load();
    assert_clean(
        "declared past the door",
        &doors::declared(&workspace.metadata),
    );
    assert_clean("named past the door", &doors::named(&workspace.sources()));
}

#[test]
fn no_exception_has_outlived_its_reason() {
    assert_clean(
        "exceptions nobody needs",
        &doors::idle_exceptions(&Workspace::load().sources()),
    );
}

#[test]
fn every_manifest_keeps_the_habits() {
    assert_clean(
        "manifests",
        &manifests::check(&Workspace::load().manifests()),
    );
}

#[test]
fn every_starter_has_the_role_files() {
    let workspace = Workspace::load();
    assert_clean(
        "missing role files",
        &manifests::missing_roles(&workspace.starters()),
    );
}

#[test]
fn no_file_holds_two_ideas() {
    assert_clean(
        "files over 400 lines",
        &sources::too_long(&Workspace::load().sources()),
    );
}

#[test]
fn modules_are_files_beside_their_folder() {
    assert_clean(
        "mod.rs files",
        &sources::mod_files(&Workspace::load().sources()),
    );
}
