//! From models to folders of migrations, without a database.

use std::fs;
use std::path::Path;

use savia_core::config::Sources;
use savia_core::container::Overrides;
use savia_core::lifecycle::Application;
use tempfile::TempDir;

use super::models::{AppModels, models};
use super::{Draft, Planned, catalogue, prove, write_all};
use crate::metadata::entities;
use crate::migrations::order::Needs;
use crate::schema::{Answers, Schema};

/// What an app wants: tables, each with an id and columns.
fn schema(tables: &[(&str, &[(&str, &str)])]) -> Schema {
    let tables: Vec<_> = tables
        .iter()
        .map(|(name, columns)| {
            let id = serde_json::json!({ "name": "id", "type": "bigint", "identity": true });
            let others = columns.iter().map(
                |(name, of)| serde_json::json!({ "name": name, "type": of, "nullable": true }),
            );
            let columns: Vec<_> = std::iter::once(id).chain(others).collect();
            serde_json::json!({ "name": name, "columns": columns, "primary_key": ["id"] })
        })
        .collect();
    Schema::from_json(&serde_json::json!({ "tables": tables }).to_string()).unwrap()
}

fn draft(folder: &Path, wants: &Schema, merging: bool) -> savia_core::Result<Draft> {
    let models = AppModels {
        app: "posts",
        schema: wants.clone(),
        folder: folder.to_owned(),
    };
    Draft::of(models, merging)
}

fn write_one(planned: Planned) -> std::path::PathBuf {
    write_all(&[planned]).unwrap().remove(0)
}

/// Writes the migration for what is wanted, and gives its folder's name.
fn make(folder: &Path, wants: &Schema, merging: bool) -> String {
    let draft = draft(folder, wants, merging).unwrap();
    let planned = draft.planned(None, None, &Answers::default()).unwrap();
    let path = write_one(planned);
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn proved(folder: &Path, wants: &Schema) -> Result<(), String> {
    let drafts = [draft(folder, wants, true).unwrap()];
    let is = catalogue(&drafts, &Needs::new()).map_err(|error| error.to_string())?;
    prove(&is.unwrap(), &drafts).map_err(|error| error.to_string())
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn each_change_is_a_folder_with_its_snapshot() {
    let folder = TempDir::new().unwrap();
    let first = schema(&[("posts", &[("title", "text")])]);
    let name = make(folder.path(), &first, false);
    assert!(name.ends_with("_create_posts"), "{name}");
    let made = folder.path().join(&name);
    let expected = [
        "down.postgres.sql",
        "down.sqlite.sql",
        "schema.json",
        "up.postgres.sql",
        "up.sqlite.sql",
    ];
    assert_eq!(files(&made), expected);
    assert!(draft(folder.path(), &first, false).unwrap().is_empty());

    let second = schema(&[("posts", &[("title", "text"), ("rating", "integer")])]);
    let draft_of_second = draft(folder.path(), &second, false).unwrap();
    assert!(!draft_of_second.is_empty());
    let later = make(folder.path(), &second, false);
    assert!(later > name, "{later} comes after {name}");
    assert_eq!(files(folder.path()).len(), 2, "nothing else is left there");
    proved(folder.path(), &second).unwrap();
}

#[test]
fn a_column_is_renamed_with_its_table() {
    let folder = TempDir::new().unwrap();
    make(
        folder.path(),
        &schema(&[("posts", &[("title", "text")])]),
        false,
    );
    let wants = schema(&[("articles", &[("headline", "text")])]);
    let mut draft = draft(folder.path(), &wants, false).unwrap();
    assert!(!draft.knows(&["posts.title:headline"]));
    let said = ["posts:articles", "articles.title:headline"];
    assert!(draft.knows(&said));
    draft.rename(&said).unwrap();
    assert!(draft.changes.risks().is_empty(), "nothing is lost");
}

#[test]
fn sql_that_does_not_make_the_snapshot_is_told() {
    let folder = TempDir::new().unwrap();
    let wants = schema(&[("posts", &[("title", "text")])]);
    let made = folder.path().join(make(folder.path(), &wants, false));
    proved(folder.path(), &wants).unwrap();
    let path = made.join("up.sqlite.sql");
    let text = fs::read_to_string(&path).unwrap().replace("title", "titel");
    fs::write(&path, text).unwrap();
    let told = proved(folder.path(), &wants).unwrap_err();
    assert!(
        told.contains("does not make what their schema.json says"),
        "{told}"
    );
    assert!(told.contains("`posts.title`"), "{told}");
    // What somebody adds is theirs.
    let text = fs::read_to_string(&path).unwrap().replace("titel", "title");
    fs::write(&path, text + "create index of_ours on posts (title);").unwrap();
    proved(folder.path(), &wants).unwrap();
    fs::write(&path, "create tabel").unwrap();
    assert!(
        proved(folder.path(), &wants)
            .unwrap_err()
            .contains("does not run")
    );
}

#[test]
fn branches_are_told_and_brought_together() {
    let folder = TempDir::new().unwrap();
    let base = schema(&[("posts", &[("title", "text")])]);
    make(folder.path(), &base, false);
    // Two people go on from there, and neither sees what the other does.
    let branch = |wants: &Schema| {
        let other = TempDir::new().unwrap();
        for name in files(folder.path()) {
            let to = other.path().join(&name);
            fs::create_dir(&to).unwrap();
            for file in files(&folder.path().join(&name)) {
                fs::copy(folder.path().join(&name).join(&file), to.join(file)).unwrap();
            }
        }
        let name = make(other.path(), wants, false);
        (other, name)
    };
    let one = schema(&[("posts", &[("title", "text"), ("rating", "integer")])]);
    let two = schema(&[
        ("posts", &[("title", "text")]),
        ("tags", &[("name", "text")]),
    ]);
    let (first, second) = (branch(&one), branch(&two));
    for (at, (branch, name)) in [first, second].into_iter().enumerate() {
        // They were made in different seconds.
        let (version, rest) = name.split_once('_').unwrap();
        let version: u64 = version.parse().unwrap();
        let to = folder
            .path()
            .join(format!("{}_{rest}", version + at as u64 + 1));
        fs::rename(branch.path().join(&name), to).unwrap();
    }
    let both = schema(&[
        ("posts", &[("title", "text"), ("rating", "integer")]),
        ("tags", &[("name", "text")]),
    ]);
    let told = draft(folder.path(), &both, false).unwrap_err().to_string();
    assert!(
        told.contains("2 ends") && told.contains("--merge"),
        "{told}"
    );

    let merged = draft(folder.path(), &both, true).unwrap();
    assert!(merged.merges() && merged.changes.is_empty());
    let name = make(folder.path(), &both, true);
    assert!(name.ends_with("_merge"), "{name}");
    assert!(draft(folder.path(), &both, false).unwrap().is_empty());
    proved(folder.path(), &both).unwrap();
}

#[test]
fn what_was_written_by_hand_is_taken_over() {
    let folder = TempDir::new().unwrap();
    let by_hand = folder.path().join("20260101000000_create_posts");
    fs::create_dir(&by_hand).unwrap();
    let wants = schema(&[("posts", &[("title", "text")])]);
    let sql = "create table posts (id integer primary key autoincrement, title text);";
    fs::write(by_hand.join("up.sql"), sql).unwrap();
    let drafts = [draft(folder.path(), &wants, false).unwrap()];
    assert!(drafts[0].is_by_hand());
    let is = catalogue(&drafts, &Needs::new()).unwrap().unwrap();
    let (path, snapshot) = drafts[0].taken_over(&is).unwrap().unwrap();
    fs::write(path, snapshot.to_json().unwrap()).unwrap();
    assert!(draft(folder.path(), &wants, false).unwrap().is_empty());

    // And so is a later one in the middle of others.
    let later = folder.path().join("20260102000000_add_rating");
    fs::create_dir(&later).unwrap();
    fs::write(
        later.join("up.sql"),
        "alter table posts add column rating integer;",
    )
    .unwrap();
    let wants = schema(&[("posts", &[("title", "text"), ("rating", "integer")])]);
    let drafts = [draft(folder.path(), &wants, false).unwrap()];
    let is = catalogue(&drafts, &Needs::new()).unwrap().unwrap();
    let (path, snapshot) = drafts[0].taken_over(&is).unwrap().unwrap();
    assert!(path.starts_with(&later), "{}", path.display());
    assert_eq!(snapshot.follows, ["20260101000000"]);
}

#[test]
fn what_differs_from_what_was_written_by_hand_is_told() {
    let folder = TempDir::new().unwrap();
    let by_hand = folder.path().join("20260101000000_create_posts");
    fs::create_dir(&by_hand).unwrap();
    fs::write(
        by_hand.join("up.sql"),
        "create table posts (id integer primary key);",
    )
    .unwrap();
    let wants = schema(&[("posts", &[("title", "text")])]);
    let drafts = [draft(folder.path(), &wants, false).unwrap()];
    let is = catalogue(&drafts, &Needs::new()).unwrap().unwrap();
    let told = drafts[0].taken_over(&is).unwrap_err().to_string();
    assert!(
        told.contains("--empty --app posts") && told.contains("title"),
        "{told}"
    );
}

#[test]
fn what_cannot_be_written_leaves_nothing() {
    let folder = TempDir::new().unwrap();
    let place = folder.path().join("migrations");
    fs::write(&place, "a file where the folder should be").unwrap();
    let draft = draft(&place, &schema(&[("posts", &[])]), false).unwrap();
    let planned = draft.planned(None, None, &Answers::default()).unwrap();
    let told = write_all(&[planned]).unwrap_err().to_string();
    assert!(told.contains("cannot be written"), "{told}");
    assert_eq!(files(folder.path()), ["migrations"]);
}

#[test]
fn of_several_apps_all_are_written_or_none() {
    let folder = TempDir::new().unwrap();
    let (good, bad) = (folder.path().join("good"), folder.path().join("bad"));
    fs::write(&bad, "a file where the folder should be").unwrap();
    let planned = [&good, &bad].map(|place| {
        let draft = draft(place, &schema(&[("posts", &[])]), false).unwrap();
        draft.planned(None, None, &Answers::default()).unwrap()
    });
    write_all(&planned).unwrap_err();
    assert_eq!(files(&good), [""; 0]);
}

#[test]
fn two_hundred_tables_are_made_at_once() {
    let folder = TempDir::new().unwrap();
    let names: Vec<String> = (0..200).map(|at| format!("table_{at}")).collect();
    let columns: &[(&str, &str)] = &[("title", "text"), ("price", "decimal(12, 2)")];
    let tables: Vec<_> = names.iter().map(|name| (name.as_str(), columns)).collect();
    let wants = schema(&tables);
    make(folder.path(), &wants, false);
    proved(folder.path(), &wants).unwrap();
}

/// Of a starter, as all that stands in this crate.
#[crate::entity]
struct Brought {
    #[id]
    id: i64,
}

#[test]
fn what_a_starter_brings_is_nothing_to_write() {
    let app = Application::configure(Sources::in_dir("/nowhere"))
        .unwrap()
        .discover(Overrides::default())
        .into_handle();
    let known = entities()
        .iter()
        .any(|it| (it.metadata)().name == "Brought");
    assert!(known);
    assert!(models(app.apps()).unwrap().is_empty());
}
