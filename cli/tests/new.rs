//! `savia new`: what it makes, and what it refuses without leaving anything behind.

#![allow(clippy::unwrap_used, reason = "a test ends where it is surprised")]

mod support;

use std::fs;
use std::process::Command;

use support::{command, files, formatted, golden, savia, stderr, stdout};
use tempfile::tempdir;

/// Asks wrongly, and expects exit code 2, these words and nothing written.
#[track_caller]
fn refused(args: &[&str], words: &[&str]) {
    let folder = tempdir().unwrap();
    let assert = savia(folder.path(), args).code(2);
    let said = stderr(&assert);
    for word in words {
        assert!(said.contains(word), "{word:?} is not in:\n{said}");
    }
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert!(left.is_empty(), "left behind: {left:?}");
}

#[test]
fn a_project_is_made_with_its_tests_and_its_papers() {
    let folder = tempdir().unwrap();
    let assert = savia(folder.path(), &["new", "my-blog"]).success();
    insta::assert_snapshot!("new_output", stdout(&assert));
    insta::assert_snapshot!("new_project", golden(&folder.path().join("my-blog")));
}

#[test]
fn a_project_with_a_database_says_which_one() {
    let folder = tempdir().unwrap();
    let make = |name, more: &[&str]| {
        let args = [&["new", name, "--starters", "web,data"], more].concat();
        savia(folder.path(), &args).success();
        golden(&folder.path().join(name))
    };
    insta::assert_snapshot!("new_project_sqlite", make("blog", &[]));
    // Nothing but the address and what is said of it differs.
    let (sqlite, postgres) = (
        make("blog-lite", &["--db", "sqlite"]),
        make("blog-post", &["--db", "postgres"]).replace("blog-post", "blog-lite"),
    );
    let differing = sqlite.lines().filter(|line| !postgres.contains(line));
    let differing: Vec<_> = differing.map(str::trim).collect();
    assert!(
        differing.contains(&"url: sqlite:blog_lite.db"),
        "{differing:?}"
    );
    assert!(differing.len() < 8, "{differing:?}");
}

#[test]
fn a_checkout_takes_the_place_of_the_registry() {
    let folder = tempdir().unwrap();
    let checkout = folder.path().join("framework");
    fs::create_dir_all(checkout.join("bom")).unwrap();
    fs::write(
        checkout.join("bom/Cargo.toml"),
        "[package]\nname = \"savia\"\n",
    )
    .unwrap();

    savia(folder.path(), &["new", "blog", "--framework", "framework"]).success();

    let manifest = fs::read_to_string(folder.path().join("blog/Cargo.toml")).unwrap();
    let manifest: toml_edit::DocumentMut = manifest.parse().unwrap();
    let expected = checkout.canonicalize().unwrap().join("bom");
    for table in ["dependencies", "dev-dependencies"] {
        let path = manifest[table]["savia"]["path"].as_str().unwrap();
        assert_eq!(std::path::Path::new(path), expected, "{table}");
    }
}

#[test]
fn the_code_is_formatted() {
    let folder = tempdir().unwrap();
    savia(folder.path(), &["new", "blog"]).success();
    let project = folder.path().join("blog");
    savia(&project, &["new-app", "user_profiles"]).success();
    savia(&project, &["new-app", "about"]).success();
    savia(&project, &["new-app", "mail", "--crate"]).success();
    savia(&project, &["new-app", "chat", "--crate"]).success();
    formatted(&project);
}

#[test]
fn a_repository_is_made_unless_there_is_one() {
    let folder = tempdir().unwrap();
    if Command::new("git").arg("--version").output().is_err() {
        eprintln!("skipped: there is no git here");
        return;
    }
    savia(folder.path(), &["new", "outer"]).success();
    assert!(folder.path().join("outer/.git").is_dir());
    savia(&folder.path().join("outer"), &["new", "inner"]).success();
    assert!(!folder.path().join("outer/inner/.git").exists());
}

#[cfg(unix)]
#[test]
fn the_folder_is_one_like_any_other() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempdir().unwrap();
    savia(folder.path(), &["new", "blog"]).success();
    fs::create_dir(folder.path().join("other")).unwrap();
    let mode = |name| {
        fs::metadata(folder.path().join(name))
            .unwrap()
            .permissions()
            .mode()
    };
    assert_eq!(mode("blog"), mode("other"));
}

#[test]
fn a_name_that_is_no_crate_name_is_refused() {
    refused(&["new", "Blog"], &["capital letters", "`blog` would do"]);
    refused(
        &["new", "2blog"],
        &["starts with a digit", "`blog` would do"],
    );
    refused(&["new", "my blog"], &["' '", "`my-blog` would do"]);
    refused(&["new", "blog!"], &["'!'"]);
    refused(&["new", "größe"], &["'ö'"]);
    refused(&["new", ""], &["empty"]);
    refused(&["new", "../blog"], &["it is a path"]);
    refused(&["new", "/srv/blog"], &["it is a path"]);
    refused(&["new", &"x".repeat(65)], &["longer than 64"]);
    for keyword in ["match", "async", "gen", "self"] {
        refused(&["new", keyword], &["word of the Rust language"]);
    }
    for name in ["test", "core", "std", "alloc", "savia", "serde", "garde"] {
        refused(&["new", name], &["in the way of the crate"]);
    }
    for name in ["deps", "build"] {
        refused(&["new", name], &["cargo keeps"]);
    }
    refused(&["new", "nul"], &["Windows"]);
    refused(&["new", "home"], &["first app"]);
}

#[test]
fn a_name_is_needed() {
    refused(&["new"], &["<NAME>"]);
    refused(&["new", "--blog"], &["--blog"]);
}

#[test]
fn a_folder_that_exists_is_left_as_it_is() {
    let folder = tempdir().unwrap();
    fs::create_dir(folder.path().join("blog")).unwrap();
    fs::write(folder.path().join("shop"), "mine").unwrap();
    for name in ["blog", "shop"] {
        let assert = savia(folder.path(), &["new", name]).code(2);
        assert!(
            stderr(&assert).contains("exists already"),
            "{}",
            stderr(&assert)
        );
    }
    assert_eq!(files(folder.path()).len(), 1);
    assert_eq!(
        fs::read_to_string(folder.path().join("shop")).unwrap(),
        "mine"
    );
}

#[test]
fn a_starter_is_one_of_this_version() {
    refused(
        &["new", "blog", "--starters", "wbe"],
        &["no starter called `wbe`", "did you mean `web`"],
    );
    refused(
        &["new", "blog", "--starters", "web,xyzzy"],
        &["`xyzzy`", "available are: web"],
    );
    let name = "observability";
    let starters = format!("web,{name}");
    let words = [
        &*format!("`{name}` is not available in this version"),
        "available are: web, data, cache, tasks, security",
    ];
    refused(&["new", "blog", "--starters", &starters], &words);
}

#[test]
fn a_project_begins_with_web() {
    refused(
        &["new", "blog", "--starters", "data"],
        &["begins with the starter `web`", "--starters web,data"],
    );
}

#[test]
fn a_database_needs_the_data_starter() {
    refused(
        &["new", "blog", "--db", "sqlite"],
        &["`--db sqlite` needs the starter `data`"],
    );
    refused(
        &["new", "blog", "--db", "oracle"],
        &["oracle", "sqlite", "postgres"],
    );
}

#[test]
fn a_checkout_is_one() {
    refused(
        &["new", "blog", "--framework", "nowhere"],
        &["nowhere", "no such folder"],
    );
    refused(&["new", "blog", "--framework", "."], &["no bom/Cargo.toml"]);
}

#[test]
fn without_a_toolchain_nothing_is_begun() {
    let folder = tempdir().unwrap();
    let assert = command(folder.path())
        .args(["new", "blog"])
        .env("PATH", folder.path())
        .env_remove("CARGO")
        .assert()
        .code(2);
    assert!(
        stderr(&assert).contains("https://rustup.rs"),
        "{}",
        stderr(&assert)
    );
    assert!(files(folder.path()).is_empty());
}

#[cfg(unix)]
#[test]
fn what_cannot_be_written_leaves_nothing_behind() {
    let folder = tempdir().unwrap();
    // A file where the folder should be: not writable for anybody, root included.
    let place = folder.path().join("place");
    fs::write(&place, "").unwrap();
    let gone = folder.path().join("gone");
    fs::create_dir(&gone).unwrap();
    let mut command = command(folder.path());
    command.current_dir(&gone).args(["new", "blog"]);
    fs::set_permissions(&gone, std::os::unix::fs::PermissionsExt::from_mode(0o555)).unwrap();
    let assert = command.assert();
    if assert.get_output().status.success() {
        // Root writes everywhere; the refusal is only to be seen by others.
        assert!(gone.join("blog/Cargo.toml").is_file());
    } else {
        let assert = assert.code(1);
        assert!(
            stderr(&assert).contains("cannot write in"),
            "{}",
            stderr(&assert)
        );
        assert!(files(&gone).is_empty());
    }
}
