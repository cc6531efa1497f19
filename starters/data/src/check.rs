//! What `savia check` finds out about migrations and statements, beside what a start would.
//!
//! Every migration is applied to an empty database, and every `#[query]` is then read by it. SQLite
//! is always at hand, in memory. Where `data.url` names a PostgreSQL server, the same is done there
//! inside one transaction that is rolled back: nothing of it stays, and nothing of what is there is
//! touched.

mod rows;

use std::path::Path;
use std::sync::Arc;

use savia_core::app::AppHandle;
use savia_core::check::{Findings, InspectionRegistration};
use savia_core::error::Diagnosis;
use savia_core::{Error, Result};

use crate::Database;
use crate::autoconfig;
use crate::config::DataConfig;
use crate::connection::Connection;
use crate::engine::Location;
use crate::make;
use crate::metadata::{EntityMetadata, entities};
use crate::migrations::Rehearsal;
use crate::raw_query::{QueryRegistration, queries};
use crate::schema::{Catalogue, Schema};
use crate::statement::Dialect;

savia_core::__private::inventory::submit! {
    InspectionRegistration {
        name: "migrations and statements",
        module_path: module_path!(),
        inspect: |app, _| Box::pin(inspect(app)),
    }
}

async fn inspect(app: AppHandle) -> Findings {
    let mut findings = Findings::default();
    let config = app.config();
    let Ok(section) = config.section::<DataConfig>() else {
        return findings;
    };
    let queries: Arc<[_]> = queries()
        .into_iter()
        .filter(|query| app.apps().is_live(query.module_path))
        .collect();
    let rehearsal = Rehearsal::of(app.apps());
    let entities: Arc<[_]> = entities()
        .into_iter()
        .filter(|entity| app.apps().is_live(entity.module_path))
        .map(|entity| (entity.metadata)())
        .collect();
    if rehearsal.is_empty() && queries.is_empty() && entities.is_empty() {
        return findings;
    }
    let (unwritten, managed) = models(&app);
    findings.errors.extend(unwritten);
    let url = autoconfig::url(&section, &autoconfig::name(config));
    let is_server = matches!(Location::of(&url, config.dir()), Ok(Location::Server));
    let mut urls = vec!["sqlite::memory:"];
    if is_server {
        urls.push(&url);
    } else if !rehearsal.serves(Dialect::Sqlite) {
        return findings;
    }
    for url in urls {
        // Migrations for PostgreSQL alone are no fault where that is what there is.
        if url.starts_with("sqlite") && is_server && !rehearsal.serves(Dialect::Sqlite) {
            continue;
        }
        let wanted = Wanted {
            rehearsal: rehearsal.clone(),
            queries: Arc::clone(&queries),
            entities: Arc::clone(&entities),
            managed: managed.clone(),
        };
        match rehearse(url, wanted).await {
            Ok(errors) => findings.errors.extend(errors),
            Err(error) => findings.warnings.push(
                Diagnosis::new(
                    "data::not_rehearsed",
                    format!("migrations and statements were not tried on PostgreSQL: {error}"),
                )
                .at_key(config, "data.url")
                .help("let the server be reached from here, and its user make a schema"),
            ),
        }
    }
    findings
}

/// What the entities want and no migration does, where the migrations say what the tables are; and
/// the schemas of the apps in which both agree, so that the SQL can be held against them.
fn models(app: &AppHandle) -> (Vec<Diagnosis>, Vec<Schema>) {
    let told = |what: String| Diagnosis::new("data::models", what);
    let models = match make::models(app.apps()) {
        Ok(models) => models,
        Err(error) => return (vec![told(error.to_string())], Vec::new()),
    };
    let (mut faults, mut agreeing) = (Vec::new(), Vec::new());
    for models in models {
        let (name, folder) = (models.app, models.folder.clone());
        // A binary that was deployed is away from its sources.
        if !folder.parent().is_some_and(Path::is_dir) {
            continue;
        }
        match make::Draft::of(models, false) {
            Ok(draft) if draft.is_by_hand() => {}
            Ok(draft) if draft.is_empty() => agreeing.push(draft.models.schema),
            Ok(draft) => {
                let what = format!("the entities of `{name}` want what no migration does");
                let mut fault = told(what);
                for step in draft.changes.steps() {
                    fault = fault.because(step);
                }
                faults.push(
                    fault
                        .at(folder.display())
                        .help("`savia db make-migration` writes it"),
                );
            }
            Err(error) => faults.push(told(error.to_string()).at(folder.display())),
        }
    }
    (faults, agreeing)
}

/// Everything that the database of this URL finds wrong.
///
/// # Errors
///
/// Where it cannot be asked.
async fn rehearse(url: &str, wanted: Wanted) -> Result<Vec<Diagnosis>> {
    let config = DataConfig::default();
    let database = Database::connect(url, Path::new(""), "savia-check", &config, 0)
        .await
        .map_err(|error| Error::unavailable(error.to_string()))?;
    let (tell, told) = std::sync::mpsc::channel();
    let ended = database
        .with(move |tx| {
            Box::pin(async move {
                if tx.dialect() == Dialect::Postgres {
                    let schema = format!("savia_check_{}", uuid::Uuid::new_v4().simple());
                    tx.script(&format!(
                        "create schema {schema}; set local search_path to {schema}"
                    ))
                    .await?;
                }
                // The receiver waits below; it cannot be gone.
                let _ = tell.send(faults(tx, &wanted).await);
                // Nothing of it is to stay.
                Err::<(), _>(Error::internal(ROLLED_BACK))
            })
        })
        .await;
    database.close().await?;
    match (told.try_recv(), ended) {
        (Ok(faults), _) => Ok(faults),
        (Err(_), Err(error)) => Err(error),
        (Err(_), Ok(())) => Ok(Vec::new()),
    }
}

const ROLLED_BACK: &str = "a rehearsal is rolled back";

/// What a database is held against.
struct Wanted {
    rehearsal: Rehearsal,
    queries: Arc<[&'static QueryRegistration]>,
    entities: Arc<[&'static EntityMetadata]>,
    managed: Vec<Schema>,
}

async fn faults(tx: Connection<'_>, wanted: &Wanted) -> Vec<Diagnosis> {
    if let Err(fault) = wanted.rehearsal.run(tx).await {
        // Statements would only fail for want of its tables.
        return vec![fault];
    }
    let mut faults = match Catalogue::read(tx).await {
        Ok(is) => {
            let mut faults = unknown_columns(tx, &is, &wanted.entities);
            if faults.is_empty() {
                faults = differences(tx, &is, &wanted.managed);
            }
            faults
        }
        Err(error) => {
            let what = format!("the tables cannot be read: {error}");
            vec![Diagnosis::new("data::catalogue", what).at(name(tx))]
        }
    };
    // A table that lacks columns of its entity would be told of again for each statement.
    let is_made = faults.is_empty();
    for query in wanted.queries.iter() {
        let read = reads(tx, query).await;
        if read.is_ok()
            && is_made
            && let Some(unfit) = rows::unfit(tx, query).await
        {
            let what = format!(
                "{}, the #[query] of {}: {unfit}",
                name(tx),
                query.query.name
            );
            faults.push(Diagnosis::new("data::query", what).at(query.location).help(
                "select what the method's type has, under its names, or let the method return something else",
            ));
        }
        if let Err(error) = read {
            faults.push(
                Diagnosis::new(
                    "data::query",
                    format!("{} refuses the #[query] of {}: {error}", name(tx), query.query.name),
                )
                .at(query.location)
                .help("hold it against what the migrations make; each database can have a text of its own: `#[query(sqlite = \"…\", postgres = \"…\")]`"),
            );
        }
    }
    faults
}

/// Where the SQL of migrations makes something else than their snapshots say.
fn differences(tx: Connection<'_>, is: &Catalogue, managed: &[Schema]) -> Vec<Diagnosis> {
    let told = |what: String| {
        let what = format!("{}, after all migrations: {what}", name(tx));
        Diagnosis::new("data::schema", what)
            .at("schema.json")
            .help("the SQL was edited: give it back what it said, and write what is to change as a new migration")
    };
    managed
        .iter()
        .flat_map(|schema| {
            let expected = Catalogue::expected(schema, tx.dialect());
            is.clone().of_tables(schema).lacks(&expected)
        })
        .map(told)
        .collect()
}

/// Entities whose tables the migrations do not make, or not with all their columns.
fn unknown_columns(
    tx: Connection<'_>,
    is: &Catalogue,
    entities: &[&'static EntityMetadata],
) -> Vec<Diagnosis> {
    let mut faults = Vec::new();
    for entity in entities {
        let table = is.tables.get(entity.table);
        let missing: Vec<_> = entity
            .columns
            .iter()
            .map(|column| column.name)
            .filter(|name| table.is_none_or(|table| table.column(name).is_none()))
            .collect();
        let what = match table {
            None => format!("no migration makes the table `{}`", entity.table),
            Some(_) if missing.is_empty() => continue,
            Some(_) => format!(
                "no migration makes the columns {} of `{}`",
                missing.join(", "),
                entity.table
            ),
        };
        faults.push(
            Diagnosis::new(
                "data::entity",
                format!("{what}, which `{}` has ({})", entity.name, name(tx)),
            )
            .at(entity.location)
            .help("`savia db make-migration` writes one"),
        );
    }
    faults
}

fn name(tx: Connection<'_>) -> &'static str {
    match tx.dialect() {
        Dialect::Sqlite => "SQLite",
        Dialect::Postgres => "PostgreSQL",
    }
}

/// Lets the database read a statement without running it.
async fn reads(tx: Connection<'_>, query: &QueryRegistration) -> Result<(), String> {
    let sql = query.query.sql(tx.dialect());
    let done = match tx.dialect() {
        Dialect::Sqlite => tx.script(&format!("explain {}", sql.text())).await,
        Dialect::Postgres => {
            // A statement that fails would end the transaction.
            if let Err(error) = tx.script("savepoint savia_check").await {
                return Err(cause(&error));
            }
            let text = format!("prepare savia_check as {}", sql.text());
            let read = tx.script(&text).await;
            let back = match &read {
                Ok(()) => "deallocate savia_check; release savepoint savia_check",
                Err(_) => "rollback to savepoint savia_check; release savepoint savia_check",
            };
            tx.script(back).await.and(read)
        }
    };
    match done {
        Ok(()) => Ok(()),
        // The application says of what type each parameter is; here nobody does.
        Err(error) if cause(&error).contains("could not determine data type") => Ok(()),
        Err(error) => Err(cause(&error)),
    }
}

/// The database's own words.
fn cause(error: &Error) -> String {
    error
        .downcast_ref::<diesel::result::Error>()
        .map_or_else(|| error.to_string(), ToString::to_string)
}
