//! What `savia check` finds out about migrations and statements.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

extern crate savia_starter_data as savia;

/// Not beside the entity, whose table is a module `posts` too.
#[path = "migrations/apps"]
mod apps {
    pub(super) mod posts;
}
mod support;

use savia_core::check::{Findings, InspectionRegistration};
use savia_core::config::Sources;
use savia_core::container::Overrides;
use savia_core::lifecycle::Application;
use savia_core::repository::BaseRepository;
use savia_core::{__private::inventory, Result};
use savia_starter_data::{entity, repository};
use serde_json::json;
use support::Schema;

/// A post, of the table that the migrations make.
#[entity]
struct Post {
    #[id]
    id: i64,
    slug: Option<String>,
}

#[allow(dead_code, reason = "only looked at")]
#[repository]
trait PostRepository: BaseRepository<Post> {
    #[query("select * from posts where slug = :slug and (:id is null or id > :id)")]
    async fn like_this(&self, slug: &str, id: Option<i64>) -> Result<Vec<Post>>;

    #[query("select * from posts where slag = :slug")]
    async fn misspelt(&self, slug: &str) -> Result<Vec<Post>>;

    #[query("update pots set slug = null where id in (:ids)")]
    async fn elsewhere(&self, ids: &[i64]) -> Result<u64>;
}

/// What the inspection of an application with this address finds.
async fn found(url: &str) -> Findings {
    let folder = tempfile::tempdir().unwrap();
    let sources = Sources::in_dir(folder.path())
        .over("data.url", url)
        .over("installed_apps", json!(["posts"]));
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

fn lines(findings: &Findings) -> Vec<String> {
    findings.errors.iter().map(|it| it.line()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_does_not_fit_the_schema_is_told() {
    let found = found("sqlite:nothing-is-made.db").await;
    let lines = lines(&found);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains("SQLite refuses the #[query] of PostRepository::elsewhere"));
    assert!(lines[0].contains("no such table: pots"), "{lines:?}");
    assert!(lines[1].contains("PostRepository::misspelt"), "{lines:?}");
    assert!(lines[1].contains("no such column: slag"), "{lines:?}");
    assert!(lines[1].contains("tests/check.rs"), "{lines:?}");
    assert!(found.warnings.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_asked_too_and_keeps_nothing() {
    let Some(schema) = Schema::make().await else {
        return;
    };
    let found = found(&schema.url()).await;
    let lines = lines(&found);
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(lines[2].contains("PostgreSQL refuses the #[query] of PostRepository::elsewhere"));
    assert!(
        lines[3].contains("column \"slag\" does not exist"),
        "{lines:?}"
    );
    // Of that schema nothing is left, and in this one nothing was made.
    assert_eq!(schema.tables().await, Vec::<String>::new());
    schema.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_is_a_warning() {
    let found = found("postgres://127.0.0.1:1/x").await;
    assert_eq!(lines(&found).len(), 2, "SQLite is at hand in any case");
    let warning = found.warnings[0].line();
    assert!(
        warning.contains("were not tried on PostgreSQL"),
        "{warning}"
    );
}
