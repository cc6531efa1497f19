//! `savia generate`: what it makes, what it adds to, and what it leaves alone.

#![allow(clippy::unwrap_used, reason = "a test ends where it is surprised")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::{command, difference, files, formatted, golden, savia, stderr, stdout};
use tempfile::{TempDir, tempdir};

/// A new project with a database, and the folder that keeps it.
fn project() -> (TempDir, PathBuf) {
    let folder = tempdir().unwrap();
    savia(folder.path(), &["new", "shop", "--starters", "web,data"]).success();
    let project = folder.path().join("shop");
    (folder, project)
}

/// Generates without a migration, and gives what was said.
#[track_caller]
fn generate(project: &Path, words: &str) -> String {
    let mut args = vec!["generate"];
    args.extend(words.split(' '));
    args.push("--no-migration");
    stdout(&savia(project, &args).success())
}

fn read(project: &Path, path: &str) -> String {
    fs::read_to_string(project.join(path)).unwrap()
}

/// Changes a file as its author would.
fn edit(project: &Path, path: &str, from: &str, to: &str) {
    let text = read(project, path);
    assert!(text.contains(from), "{from:?} is not in {path}");
    fs::write(project.join(path), text.replace(from, to)).unwrap();
}

const AUTHOR: &str = "resource author name:string born:date? bio:text?";
const BOOK: &str = "resource book title:string price:decimal pages:int in_print:bool \
                    published:date? meta:json? author:references:Author";

#[test]
fn a_resource_is_code_tests_and_an_app_of_its_own() {
    let (_folder, project) = project();
    let mut said = String::new();
    let author = difference(&project, || said = generate(&project, AUTHOR));
    insta::assert_snapshot!("generate_output", said);
    insta::assert_snapshot!("generate_resource", author);
    let book = difference(&project, || {
        generate(&project, BOOK);
    });
    insta::assert_snapshot!("generate_resource_with_reference", book);
}

#[test]
fn every_type_has_a_column_a_rule_and_a_value() {
    let (_folder, project) = project();
    generate(
        &project,
        "resource person email:string! code:uuid notes:text age:int views:bigint? weight:float? \
         balance:decimal? active:bool born:date seen:datetime? rank:int! extra:json",
    );
    insta::assert_snapshot!(
        "generate_every_type",
        format!(
            "{}\n{}",
            read(&project, "src/apps/people/entities.rs"),
            read(&project, "tests/people.rs")
        )
    );
}

#[test]
fn the_same_again_changes_nothing() {
    let (_folder, project) = project();
    generate(&project, AUTHOR);
    generate(&project, BOOK);
    let before = golden(&project);
    for words in [
        AUTHOR,
        BOOK,
        "resource book",
        "entity author name:string born:date? bio:text?",
        "repository book",
        "service book",
        "controller book",
    ] {
        let said = generate(&project, words);
        assert_eq!(
            said, "Everything is there already: nothing was changed.\n\n",
            "{words}"
        );
    }
    assert_eq!(golden(&project), before);
}

#[test]
fn the_layers_one_by_one_are_the_resource() {
    let (_folder, whole) = project();
    generate(&whole, AUTHOR);
    let (_other, project) = project();
    generate(&project, "entity author name:string born:date? bio:text?");
    for layer in ["repository", "service", "controller"] {
        generate(&project, &format!("{layer} author"));
    }
    let mut expected = files(&whole);
    expected.remove("tests/authors.rs");
    assert_eq!(files(&project), expected);
    // What is left to make is the test.
    generate(&project, "resource author");
    assert_eq!(files(&project), files(&whole));
}

#[test]
fn a_second_resource_of_an_app_is_added_to_its_files() {
    let (_folder, project) = project();
    generate(&project, "resource author name:string --app library");
    edit(
        &project,
        "src/apps/library/services.rs",
        "use savia::prelude::*;\n",
        "use savia::prelude::*;\nuse savia::tracing;\n",
    );
    edit(
        &project,
        "src/apps/library/entities.rs",
        "/// An author.",
        "// People who write.\n\n/// Somebody who writes.",
    );
    let said = generate(
        &project,
        "resource book title:string author:references:Author --app library",
    );
    assert!(
        said.contains("Edited: src/apps/library/entities.rs"),
        "{said}"
    );
    insta::assert_snapshot!(
        "generate_second_resource",
        golden(&project.join("src/apps/library"))
    );
    formatted(&project);
    // The first one was not touched, and the second is there: again, nothing is to be done.
    let before = golden(&project);
    generate(
        &project,
        "resource book title:string author:references:Author",
    );
    assert_eq!(golden(&project), before);
}

#[test]
fn an_app_can_be_a_crate_and_refer_to_another() {
    let (_folder, project) = project();
    for name in ["people", "texts"] {
        savia(&project, &["new-app", name, "--crate"]).success();
    }
    generate(&project, "resource author name:string --app people");
    let book = "resource book title:string author:references:Author --app texts";
    let different = difference(&project, || {
        generate(&project, book);
    });
    insta::assert_snapshot!("generate_into_crates", different);
    formatted(&project);
    // An app of the project's crate sees it too.
    generate(
        &project,
        "entity letter subject:string author:references:author",
    );
    let letter = read(&project, "src/apps/letters/entities.rs");
    assert!(
        letter.contains("use people::entities::Author;\n"),
        "{letter}"
    );
}

#[test]
fn what_stood_there_to_begin_with_gives_way() {
    let (_folder, project) = project();
    savia(&project, &["new-app", "books"]).success();
    let said = generate(&project, "resource book title:string");
    assert!(!said.contains("Note"), "{said}");
    let controllers = read(&project, "src/apps/books/controllers.rs");
    assert!(!controllers.contains("BooksController"), "{controllers}");
    assert!(!read(&project, "tests/books.rs").contains("the_app_answers"));

    savia(&project, &["new-app", "tags"]).success();
    edit(
        &project,
        "src/apps/tags/controllers.rs",
        "async fn index",
        "async fn mine",
    );
    let said = generate(&project, "resource tag name:string");
    let note = "`TagsController` in src/apps/tags/controllers.rs answers below /tags too";
    assert!(said.contains(note), "{said}");
    for path in [
        "src/apps/tags/controllers.rs",
        "src/apps/tags/services.rs",
        "tests/tags.rs",
    ] {
        let text = read(&project, path);
        let [theirs, ours] = match path {
            "tests/tags.rs" => ["the_app_answers", "a_tag_is_removed"],
            _ => ["pub struct Tags", "pub struct Tag"],
        };
        assert!(
            text.contains(theirs) && text.contains(ours),
            "{path}: {text}"
        );
    }
    formatted(&project);
}

#[test]
fn what_was_edited_is_left_as_it_is() {
    let (_folder, project) = project();
    generate(&project, AUTHOR);
    let path = "src/apps/authors/services.rs";
    edit(&project, path, "/// One author.", "/// Somebody.");
    edit(
        &project,
        "src/apps/authors/entities.rs",
        "pub name: String,",
        "pub name: String,\n    /// Twitter.\n    pub handle: Option<String>,",
    );
    let before = golden(&project);
    let said = generate(&project, AUTHOR);
    let told = [
        "Nothing was changed.",
        "Exists, left as it is:",
        "src/apps/authors/entities.rs: `Author` there says something else",
        "src/apps/authors/services.rs: `AuthorService` there says something else",
        // It knows the new field, which the test does not.
        "tests/authors.rs: ",
        "`--force` replaces",
    ];
    for words in told {
        assert!(said.contains(words), "{words:?} is not in:\n{said}");
    }
    assert_eq!(golden(&project), before);

    // A file with something of its author's own is not replaced.
    edit(
        &project,
        path,
        "#[service]",
        "pub struct Mine;\n\n#[service]",
    );
    generate(&project, &format!("{AUTHOR} --force"));
    assert!(read(&project, path).contains("/// Somebody."));
    let entity = read(&project, "src/apps/authors/entities.rs");
    assert!(!entity.contains("handle"), "{entity}");
}

#[test]
fn what_an_entity_has_is_read_from_its_file() {
    let (_folder, project) = project();
    savia(&project, &["new-app", "library"]).success();
    fs::write(
        project.join("src/apps/library/entities.rs"),
        "use savia::prelude::*;\n\n#[entity(table = \"tomes\")]\n#[derive(Default)]\n\
         pub struct Tome {\n    #[id]\n    pub id: Uuid,\n    #[garde(email)]\n    \
         pub contact: String,\n    #[read_only]\n    pub views: i64,\n}\n",
    )
    .unwrap();
    generate(&project, "resource tome");
    let controller = read(&project, "src/apps/library/controllers.rs");
    assert!(controller.contains("id: Path<Uuid>"), "{controller}");
    let test = read(&project, "tests/tomes.rs");
    for words in [
        "somebody-{number}@example.org",
        "is_replaced_whole",
        "&[\"contact\"]",
    ] {
        assert!(test.contains(words), "{words:?} is not in:\n{test}");
    }
    edit(
        &project,
        "src/apps/library/entities.rs",
        "pub views: i64",
        "pub views: i64,\n    pub mood: Mood",
    );
    fs::remove_file(project.join("tests/tomes.rs")).unwrap();
    let said = generate(&project, "resource tome");
    assert!(said.contains("tests/tomes.rs is not made"), "{said}");
}

#[test]
fn whatever_its_name_the_code_is_formatted() {
    let (_folder, project) = project();
    generate(&project, AUTHOR);
    generate(&project, BOOK);
    generate(
        &project,
        "resource InternationalShippingAddressCorrection name_of_the_person_who_asked_for_it:string! \
         approved_by:references:Author second_author:references:Author? parent:references:\
         InternationalShippingAddressCorrection? a:bool --app shipping",
    );
    generate(&project, "resource sheep name:string");
    generate(&project, "resource flag a:json?");
    generate(&project, "resource profile author:references:Author!");
    formatted(&project);
    let sheep = read(&project, "src/apps/sheep/entities.rs");
    assert!(sheep.contains("#[entity(table = \"sheep\")]"), "{sheep}");
}

#[test]
fn the_lines_are_as_long_as_the_project_wants_them() {
    let (_folder, project) = project();
    fs::write(project.join("rustfmt.toml"), "max_width = 60\n").unwrap();
    generate(
        &project,
        BOOK.replace(" author:references:Author", "").as_str(),
    );
    let text = read(&project, "src/apps/books/controllers.rs");
    let code = text.lines().filter(|line| !line.contains("///"));
    let longest = code.map(str::len).max();
    assert!(longest <= Some(60), "{longest:?} in:\n{text}");
}

/// A project whose `savia` is an empty crate and whose binary tells what it is asked.
fn telling_project(main: &str) -> (TempDir, PathBuf) {
    let (folder, project) = project();
    let package = |name: &str, more: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{more}")
    };
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "savia/Cargo.toml",
        &package("savia", "[features]\nweb = []\ndata = []\n"),
    );
    write("savia/src/lib.rs", "");
    let dependency = "[dependencies]\nsavia = { path = \"../savia\", features = [\"web\", \"data\"] }\n\
                      [workspace]\n";
    write("shop/Cargo.toml", &package("shop", dependency));
    write("shop/src/lib.rs", "");
    write("shop/src/main.rs", main);
    (folder, project)
}

#[test]
fn the_projects_own_binary_writes_the_migration() {
    let main = r#"fn main() {
        let args: Vec<String> = std::env::args().skip(1).collect();
        println!("asked: {}", args.join(" "));
    }"#;
    let (_folder, project) = telling_project(main);
    let run = || {
        let mut command = command(&project);
        command.env_remove("CARGO_TARGET_DIR");
        let args = ["generate", "resource", "author", "name:string"];
        stdout(&command.args(args).assert().success())
    };
    let said = run();
    assert!(
        said.contains("asked: db make-migration create_authors --app authors\n"),
        "{said}"
    );
    assert!(!said.contains("savia db make-migration"), "{said}");
    // The entity is not new any more.
    assert_eq!(
        run(),
        "Everything is there already: nothing was changed.\n\n"
    );
}

#[test]
fn where_the_migration_fails_the_code_stays() {
    for main in ["fn main() { std::process::exit(1) }", "fn main() {"] {
        let (_folder, project) = telling_project(main);
        let mut command = command(&project);
        command.env_remove("CARGO_TARGET_DIR");
        let args = ["generate", "entity", "author", "name:string"];
        let said = stderr(&command.args(args).assert().code(1));
        for words in [
            "the code is written, and its migration is not",
            "`savia db make-migration create_authors --app authors`",
        ] {
            assert!(said.contains(words), "{words:?} is not in:\n{said}");
        }
        assert!(project.join("src/apps/authors/entities.rs").is_file());
    }
}
