//! `savia new-app`: what it makes and edits, and what it refuses without touching anything.

#![allow(clippy::unwrap_used, reason = "a test ends where it is surprised")]

mod support;

use std::fs;
use std::path::PathBuf;

use support::{difference, refused, savia, stderr, stdout};
use tempfile::{TempDir, tempdir};

/// A new project, and the folder that keeps it.
fn project() -> (TempDir, PathBuf) {
    let folder = tempdir().unwrap();
    savia(folder.path(), &["new", "blog"]).success();
    let project = folder.path().join("blog");
    (folder, project)
}

#[test]
fn an_app_is_made_declared_and_installed() {
    let (_folder, project) = project();
    let mut said = String::new();
    let different = difference(&project, || {
        said = stdout(&savia(&project.join("src/apps"), &["new-app", "user_profiles"]).success());
    });
    insta::assert_snapshot!("new_app_output", said);
    insta::assert_snapshot!("new_app", different);
}

#[test]
fn an_app_can_be_a_crate_of_its_own() {
    let (_folder, project) = project();
    let different = difference(&project, || {
        savia(&project, &["new-app", "mail", "--crate"]).success();
    });
    insta::assert_snapshot!("new_app_crate", different);
    savia(&project, &["new-app", "orders", "--crate"]).success();
    let library = fs::read_to_string(project.join("src/lib.rs")).unwrap();
    assert!(
        library.ends_with("use mail as _;\nuse orders as _;\n"),
        "{library}"
    );
}

#[test]
fn from_inside_an_app_crate_the_project_is_meant() {
    let (_folder, project) = project();
    savia(&project, &["new-app", "mail", "--crate"]).success();
    savia(&project.join("apps/mail/src"), &["new-app", "posts"]).success();
    assert!(project.join("src/apps/posts/mod.rs").is_file());
}

#[test]
fn a_relative_checkout_is_seen_from_the_app_crate() {
    let (_folder, project) = project();
    let manifest = project.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    let text = text.replace(
        "version = \"0.1\", features = [\"web\"]",
        "path = \"../savia/bom\"",
    );
    fs::write(&manifest, text).unwrap();
    savia(&project, &["new-app", "mail", "--crate"]).success();
    let app = fs::read_to_string(project.join("apps/mail/Cargo.toml")).unwrap();
    assert!(
        app.contains("savia = { path = \"../../../savia/bom\" }"),
        "{app}"
    );
}

#[test]
fn a_name_that_is_no_module_name_is_refused() {
    let (_folder, project) = project();
    let check = |name, words: &[&str]| refused(&project, &["new-app", name], 2, words);
    check("my-app", &["'-'", "`my_app` would do"]);
    check("Posts", &["capital letters", "`posts` would do"]);
    check("fn", &["word of the Rust language"]);
    check("9lives", &["starts with a digit"]);
    check("server", &["the framework's own"]);
    check("test", &["in the way of the crate"]);
    check("", &["empty"]);
}

#[test]
fn an_app_that_exists_is_left_as_it_is() {
    let (_folder, project) = project();
    refused(&project, &["new-app", "home"], 2, &["exists already"]);
    refused(
        &project,
        &["new-app", "home", "--crate"],
        2,
        &["exists already"],
    );
    refused(
        &project,
        &["new-app", "blog", "--crate"],
        1,
        &["the project itself is called `blog`"],
    );
    fs::write(project.join("tests/posts.rs"), "// mine\n").unwrap();
    refused(
        &project,
        &["new-app", "posts"],
        2,
        &["tests/posts.rs exists already"],
    );
}

#[test]
fn outside_a_project_it_says_so() {
    let folder = tempdir().unwrap();
    refused(
        folder.path(),
        &["new-app", "posts"],
        2,
        &["no Savia project", "savia new NAME"],
    );
}

#[test]
fn a_list_beyond_a_safe_edit_is_the_persons_to_edit() {
    let (_folder, project) = project();
    for text in [
        "installed_apps: home\n",
        "installed_apps: [home\n",
        "installed_apps: {a: b}\n",
    ] {
        fs::write(project.join("application.yaml"), text).unwrap();
        let words = ["nothing was written", "installed_apps: [home, posts]"];
        refused(&project, &["new-app", "posts"], 1, &words);
    }
}

#[test]
fn without_a_list_every_app_is_live_and_none_is_begun() {
    let (_folder, project) = project();
    fs::write(project.join("application.yaml"), "name: blog\n").unwrap();
    savia(&project, &["new-app", "posts"]).success();
    assert_eq!(
        fs::read_to_string(project.join("application.yaml")).unwrap(),
        "name: blog\n"
    );
    fs::remove_file(project.join("application.yaml")).unwrap();
    savia(&project, &["new-app", "shop"]).success();
    assert!(!project.join("application.yaml").exists());
}

#[test]
fn a_list_that_would_win_is_pointed_out() {
    let (_folder, project) = project();
    fs::write(
        project.join("application-dev.yaml"),
        "installed_apps: [home]\n",
    )
    .unwrap();
    let said = stderr(&savia(&project, &["new-app", "posts"]).success());
    assert!(
        said.contains("application-dev.yaml has a list of apps of its own"),
        "{said}"
    );
}
