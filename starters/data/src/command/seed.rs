//! `savia db seed`.

use std::process::ExitCode;

use savia_core::app::Apps;
use savia_core::command::{Call, clap};
use savia_core::{Error, Result};

use super::database;
use crate::Database;
use crate::fixture;
use crate::migrations::MigrationSet;
use crate::migrations::order::app_ranks;
use crate::migrations::plan::owner;

pub(super) const NAME: &str = "seed";

pub(super) fn arguments() -> clap::Command {
    clap::Command::new(NAME)
        .about("Insert the rows that the apps begin with: `seeds/*.yaml` in each app's folder")
        .arg(
            clap::Arg::new("file")
                .value_name("FILE")
                .num_args(0..)
                .help("These fixtures instead"),
        )
}

pub(super) async fn run(call: Call<'_>) -> Result<ExitCode> {
    let database = database(&call)?;
    let files = call.arguments::<String>("file")?;
    if files.is_empty() {
        seed(&call, &database).await?;
        return Ok(ExitCode::SUCCESS);
    }
    for file in files {
        let text = std::fs::read_to_string(&file)
            .map_err(|error| Error::bad_request(format!("{file} cannot be read: {error}")))?;
        insert(&call, &database, &file, &text).await?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Inserts the seeds of the installed apps, those first that others refer to.
pub(super) async fn seed(call: &Call<'_>, database: &Database) -> Result<()> {
    let sets = sets(call.app.apps());
    if sets.iter().all(|(_, set)| set.seeds.is_empty()) {
        call.print("no app has seeds: they are fixtures, `seeds/*.yaml` beside its `migrations`");
    }
    for (app, set) in sets {
        for seed in set.seeds {
            let name = format!("{app}/{}", seed.name);
            insert(call, database, &name, seed.text).await?;
        }
    }
    Ok(())
}

async fn insert(call: &Call<'_>, database: &Database, name: &str, text: &str) -> Result<()> {
    let count = fixture::load_missing(database, text)
        .await
        .map_err(|error| Error::new(error.kind(), format!("{name}: {error}")))?;
    call.print(format!("{name}: {count} rows"));
    Ok(())
}

fn sets(apps: &Apps) -> Vec<(&'static str, &'static MigrationSet)> {
    let ranks = app_ranks(apps);
    let mut sets: Vec<_> = savia_core::__private::inventory::iter::<MigrationSet>
        .into_iter()
        .filter_map(|set| Some((owner(apps, set.module_path)?, set)))
        .collect();
    sets.sort_by_key(|(app, _)| (ranks.get(app).copied().unwrap_or_default(), *app));
    sets
}
