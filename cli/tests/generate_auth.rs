//! `savia generate auth`, and what a project that is secured begins with.

#![allow(clippy::unwrap_used, reason = "a test ends where it is surprised")]

mod support;

use std::fs;
use std::path::PathBuf;

use support::{difference, formatted, refused, savia, stdout};
use tempfile::{TempDir, tempdir};

fn project(starters: &str) -> (TempDir, PathBuf) {
    let folder = tempdir().unwrap();
    savia(folder.path(), &["new", "blog", "--starters", starters]).success();
    let project = folder.path().join("blog");
    (folder, project)
}

#[test]
fn it_makes_an_app_that_sends_the_mails_and_tests_of_logging_in() {
    let (_folder, project) = project("web,security");
    let mut said = String::new();
    let made = difference(&project, || {
        said = stdout(&savia(&project, &["generate", "auth"]).success());
    });
    assert!(said.contains("savia create-admin"), "{said}");
    for file in [
        "src/apps/accounts/mod.rs",
        "src/apps/accounts/messenger.rs",
        "tests/accounts.rs",
    ] {
        assert!(made.contains(file), "{made}");
    }
    let configuration = fs::read_to_string(project.join("application.yaml")).unwrap();
    assert!(
        configuration.contains("installed_apps: [home, accounts]"),
        "{configuration}"
    );
    formatted(&project);
    // Nothing is written over.
    refused(
        &project,
        &["generate", "auth"],
        2,
        &["accounts", "--app NAME"],
    );
    savia(&project, &["generate", "auth", "--app", "members"]).success();
}

#[test]
fn it_needs_the_starter() {
    let (_folder, project) = project("web");
    refused(
        &project,
        &["generate", "auth"],
        2,
        &["needs the starter `security`"],
    );
}

#[test]
fn a_secured_project_opens_its_first_page_alone() {
    let (_folder, project) = project("web,data,security");
    formatted(&project);
    let read = |path: &str| fs::read_to_string(project.join(path)).unwrap();
    assert!(read("src/apps/home/controllers.rs").contains("#[public]"));
    assert!(read("application.yaml").contains("security:"));
    savia(&project, &["new-app", "shop"]).success();
    assert!(!read("src/apps/shop/controllers.rs").contains("#[public]"));
    assert!(read("tests/shop.rs").contains("app.sign_in();"));
    let resource = [
        "generate",
        "resource",
        "author",
        "name:string",
        "--no-migration",
    ];
    savia(&project, &resource).success();
    assert!(read("tests/authors.rs").contains("app.sign_in();"));
    formatted(&project);
}
