use proc_macro2::TokenStream;
use quote::quote;
use tempfile::TempDir;

use super::{entry, expand};
use crate::shared::golden::{errors, pretty};

fn folder(files: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "select 1;").unwrap();
    }
    folder
}

fn check(files: &[&str], expected: &[&str]) {
    let folder = folder(files);
    let found = errors(expand(TokenStream::new(), Some(folder.path())));
    let lines: Vec<_> = found.iter().flat_map(|text| text.lines()).collect();
    assert_eq!(lines, expected);
}

#[test]
fn migrations_are_registered_by_version_with_their_texts() {
    let folder = folder(&[
        "20261124090000_add_slug/up.postgres.sql",
        "20261124090000_add_slug/up.sqlite.sql",
        "20261124080000_create_posts/up.sql",
        "20261124080000_create_posts/down.sql",
        ".gitkeep",
        "README.md",
    ]);
    let code = pretty(expand(TokenStream::new(), Some(folder.path())));
    let code = code.replace(&*folder.path().to_string_lossy(), "/blog/migrations");
    insta::assert_snapshot!(code);
}

#[test]
fn everything_that_is_no_migration_is_told_at_once() {
    check(
        &[
            "create_posts/up.sql",
            "1_a/up.sql",
            "1_b/up.sql",
            "2_c/down.sql",
            "3_d/up.sql",
            "3_d/up.mysql.sql",
        ],
        &[
            "`1_a` and `1_b` have one version: give one a later time",
            "`2_c` has no `up.sql`",
            "`3_d/up.mysql.sql` is no part of a migration: there are `up.sql` and `down.sql`, and \
             each for one database alone, such as `up.sqlite.sql`",
            "`create_posts` is no name of a migration: write its time and what it does, such as \
             `20261124080000_create_posts`",
        ],
    );
}

#[test]
fn without_a_folder_there_are_none() {
    let file = tempfile::tempdir().unwrap().path().join("mod.rs");
    let code = entry(TokenStream::new(), Some(file)).to_string();
    assert!(code.contains("migrations : & []"), "{code}");
}

#[test]
fn a_folder_that_cannot_be_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("migrations"), "a file").unwrap();
    let text = entry(TokenStream::new(), Some(folder.path().join("mod.rs"))).to_string();
    assert!(text.contains("migrations cannot be read"), "{text}");
}

#[test]
fn it_takes_nothing() {
    let found = errors(expand(quote!("posts"), None));
    assert_eq!(
        found,
        ["`migrations!()` takes nothing: it reads the folder `migrations` beside this file"]
    );
}
