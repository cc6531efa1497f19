//! `savia generate`: what it refuses, with exit code 2 and nothing written.

#![allow(clippy::unwrap_used, reason = "a test ends where it is surprised")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::{refused, savia};
use tempfile::{TempDir, tempdir};

/// A project with the app `authors`, its entity and nothing else in it.
fn project() -> (TempDir, PathBuf) {
    let folder = tempdir().unwrap();
    savia(folder.path(), &["new", "shop", "--starters", "web,data"]).success();
    let project = folder.path().join("shop");
    let args = [
        "generate",
        "entity",
        "author",
        "name:string",
        "--no-migration",
    ];
    savia(&project, &args).success();
    (folder, project)
}

#[track_caller]
fn check(project: &Path, words: &str, told: &[&str]) {
    let mut args = vec!["generate"];
    args.extend(words.split(' '));
    refused(project, &args, 2, told);
}

#[test]
fn a_name_that_is_none() {
    let (_folder, project) = project();
    for (name, told) in [
        ("my-post", "`my_post` would do"),
        ("2fast", "does not start with a letter"),
        ("type", "word of the Rust language"),
        ("select", "word of SQL"),
        ("value", "its table would be `values`, a word of SQL"),
        ("page", "the generated code uses `Page`"),
        ("products", "looks like a plural"),
    ] {
        let words = format!("resource {name} title:string");
        check(&project, &words, &[name, "cannot name an entity", told]);
    }
    // The app bears the plural, which the configuration has a use for, or migrations no room.
    check(
        &project,
        "resource Task title:string",
        &[
            "cannot be called `tasks`",
            "the framework's own",
            "`--app NAME`",
        ],
    );
    check(
        &project,
        "resource InternationalShippingAddressCorrection title:string",
        &["longer than 35 letters", "`--app NAME`"],
    );
    check(&project, "resource", &["<NAME>"]);
}

#[test]
fn fields_that_are_none() {
    let (_folder, project) = project();
    check(
        &project,
        "resource book title:strng pages price:decimal price:int type:string order:int id:int",
        &[
            "`title:strng`: there is no type `strng`; did you mean `string`?",
            "`pages`: it has no type",
            "`price:int`: there are two fields called `price`",
            "`type` is a word of the Rust language; `kind` would do",
            "`order` is a word of SQL; `position` would do",
            "every entity has `id` by itself",
            "the types are: string, text, int,",
        ],
    );
    check(
        &project,
        "resource book",
        &[
            "`Book` is new: say which fields it has",
            "savia generate resource book title:string",
        ],
    );
}

#[test]
fn what_refers_to_nothing() {
    let (_folder, project) = project();
    check(
        &project,
        "resource book author:references:Autor",
        &["there is no entity `Autor`", "did you mean `Author`?"],
    );
    check(
        &project,
        "resource book by:references:publisher",
        &[
            "there is no entity `Publisher`",
            "there are: Author (app authors)",
            "savia generate entity publisher name:string",
        ],
    );
    check(
        &project,
        "resource book previous:references:Book",
        &[
            "the first one would have nothing to refer to",
            "`previous:references:Book?`",
        ],
    );
    savia(&project, &["new-app", "texts", "--crate"]).success();
    check(
        &project,
        "resource book author:references:Author --app texts",
        &[
            "`author_id` cannot refer to `Author`",
            "a crate of its own cannot see",
        ],
    );
}

#[test]
fn crates_in_a_circle() {
    let (_folder, project) = project();
    for app in ["inner", "middle", "outer"] {
        savia(&project, &["new-app", app, "--crate"]).success();
    }
    let make = |words: &str| {
        let mut args = vec!["generate", "entity"];
        args.extend(words.split(' '));
        args.push("--no-migration");
        savia(&project, &args).success();
    };
    make("thing name:string --app inner");
    make("part thing:references:Thing --app middle");
    make("whole part:references:Part --app outer");
    check(
        &project,
        "entity knot whole:references:Whole --app inner",
        &[
            "`whole_id` cannot refer to `Whole`",
            "crates cannot depend on each other",
        ],
    );
}

#[test]
fn an_app_that_is_none() {
    let (_folder, project) = project();
    let with = |app: &str| format!("resource book title:string --app {app}");
    check(&project, &with("my-app"), &["`my_app` would do"]);
    check(&project, &with("server"), &["the framework's own"]);
    check(
        &project,
        &with("autors"),
        &[
            "there is no app `autors`",
            "did you mean `authors`?",
            "savia new-app autors",
        ],
    );
    check(
        &project,
        "resource author name:string --app home",
        &[
            "the app `authors` has the entity `Author` already",
            "`--app authors`",
        ],
    );
}

#[test]
fn a_layer_with_nothing_below_it() {
    let (_folder, project) = project();
    check(
        &project,
        "service book title:string",
        &[
            "there is no entity `Book`",
            "savia generate entity book title:string",
        ],
    );
    check(
        &project,
        "service author",
        &[
            "`AuthorService` needs `AuthorRepository`, which the app `authors` does not have",
            "`savia generate repository author`",
        ],
    );
    check(
        &project,
        "controller author",
        &[
            "`AuthorController` needs `AuthorService`",
            "`savia generate service author`",
        ],
    );
}

#[test]
fn an_id_that_no_path_has() {
    let (_folder, project) = project();
    let path = project.join("src/apps/authors/entities.rs");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("pub id: i64", "pub id: Vec<u8>")).unwrap();
    check(
        &project,
        "resource author",
        &["the id of `Author` is a `Vec<u8>`", "i64, i32 and Uuid"],
    );
}

#[test]
fn what_comes_later() {
    let folder = tempdir().unwrap();
    check(
        folder.path(),
        "task SendMail",
        &["`SendMail` cannot name a task", "snake_case"],
    );
    check(
        folder.path(),
        "resorce book",
        &["unrecognized subcommand", "resource"],
    );
}

#[test]
fn where_there_is_no_project_or_no_database() {
    let folder = tempdir().unwrap();
    check(
        folder.path(),
        "resource book title:string",
        &["no Savia project"],
    );
    savia(folder.path(), &["new", "blog"]).success();
    check(
        &folder.path().join("blog"),
        "resource book title:string",
        &["this needs the starter `data`"],
    );
}

#[test]
fn a_file_that_is_no_rust() {
    let (_folder, project) = project();
    fs::write(
        project.join("src/apps/authors/services.rs"),
        "fn a() {}\nfn b(\n",
    )
    .unwrap();
    refused(
        &project,
        &["generate", "resource", "author"],
        1,
        &[
            "services.rs",
            "cannot be read as Rust: line",
            "nothing was written",
        ],
    );
}
