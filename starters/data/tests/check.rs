//! What `savia check` finds out about migrations, entities and statements.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

extern crate savia_starter_data as savia;

/// Not beside the entity, whose table is a module `notes` too.
#[path = "check"]
mod apps {
    pub(super) mod notes;
    pub(super) mod shapes;
}
mod support;

use savia_core::__private::inventory;
use savia_core::check::{Findings, InspectionRegistration};
use savia_core::config::Sources;
use savia_core::container::Overrides;
use savia_core::lifecycle::Application;
use serde_json::json;
use support::{Db, Schema};

/// What the inspection of an application with this address finds.
async fn found(url: &str) -> Findings {
    found_in("notes", url).await
}

async fn found_in(app: &str, url: &str) -> Findings {
    let folder = tempfile::tempdir().unwrap();
    let sources = Sources::in_dir(folder.path())
        .over("data.url", url)
        .over("installed_apps", json!([app]));
    let app = Application::configure(sources)
        .unwrap()
        .discover(Overrides::default())
        .into_handle();
    let mut findings = Findings::default();
    for inspection in inventory::iter::<InspectionRegistration> {
        let found = (inspection.inspect)(app.clone(), false).await;
        findings.errors.extend(found.errors);
        findings.warnings.extend(found.warnings);
    }
    findings
}

/// Each finding has all of its parts, in this order.
#[track_caller]
fn check(findings: &Findings, expected: &[&[&str]]) {
    let lines: Vec<_> = findings.errors.iter().map(|it| it.line()).collect();
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    for (line, parts) in lines.iter().zip(expected) {
        for part in *parts {
            assert!(line.contains(part), "`{part}` is not in {line}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_the_schema_is_told() {
    let found = found("sqlite:nothing-is-made.db").await;
    let expected: [&[&str]; 3] = [
        &[
            "no migration makes the columns title of `notes`",
            "`Note`",
            "notes/mod.rs",
        ],
        &[
            "SQLite refuses the #[query] of NoteRepository::elsewhere",
            "no such table: nots",
        ],
        &[
            "NoteRepository::misspelt",
            "no such column: slag",
            "notes/mod.rs",
        ],
    ];
    check(&found, &expected);
    assert!(found.warnings.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_asked_too_and_keeps_nothing() {
    let Some(schema) = Schema::make().await else {
        return;
    };
    let found = found(&schema.url()).await;
    let expected: [&[&str]; 6] = [
        &["title"],
        &["SQLite refuses", "nots"],
        &["SQLite refuses", "slag"],
        &["no migration makes the columns title", "PostgreSQL"],
        &["PostgreSQL refuses the #[query] of NoteRepository::elsewhere"],
        &["NoteRepository::misspelt", "column \"slag\" does not exist"],
    ];
    check(&found, &expected);
    // Of the schema it was tried in nothing is left, and in this one nothing was made.
    assert_eq!(schema.tables().await, Vec::<String>::new());
    schema.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_is_a_warning() {
    let found = found("postgres://127.0.0.1:1/x").await;
    assert_eq!(found.errors.len(), 3, "SQLite is at hand in any case");
    let warning = found.warnings[0].line();
    assert!(
        warning.contains("were not tried on PostgreSQL"),
        "{warning}"
    );
}

/// SQLite would answer the name of a column that there is not, as a text.
#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_is_not_there_is_an_error_and_no_text() {
    let db = Db::sqlite(&[("installed_apps", json!(["notes"]))]).await;
    db.exec("insert into notes values (1, 'a')").await;
    let notes = savia::Repository::<apps::notes::Note>::new(db.database.clone());
    let refused = notes.find_by_id(1).await.map(drop).unwrap_err();
    assert!(refused.to_string().contains("no such column"), "{refused}");
    db.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_held_against_what_they_are_read_as() {
    let unnamed: [&[&str]; 2] = [
        &["ShapeRepository::unnamed", "no column `shapes`", "`Sides`"],
        &[
            "SQLite, the #[query] of ShapeRepository::without_sides",
            "its rows have no column `sides`, which `Shape` has",
            "shapes/mod.rs",
        ],
    ];
    check(
        &found_in("shapes", "sqlite:nothing-is-made.db").await,
        &unnamed,
    );
    let Some(schema) = Schema::make().await else {
        return;
    };
    let found = found_in("shapes", &schema.url()).await;
    let expected: [&[&str]; 6] = [
        unnamed[0],
        unnamed[1],
        &[
            "PostgreSQL",
            "ShapeRepository::too_wide",
            "`sides`",
            "bigint",
            "read as integer",
        ],
        &[
            "PostgreSQL",
            "ShapeRepository::total",
            "`sum`",
            "is of type numeric, and is read as bigint",
        ],
        &["PostgreSQL", "ShapeRepository::unnamed"],
        &["PostgreSQL", "ShapeRepository::without_sides"],
    ];
    check(&found, &expected);
    assert_eq!(schema.tables().await, Vec::<String>::new());
    schema.drop().await;
}
