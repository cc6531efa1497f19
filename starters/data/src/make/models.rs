//! Each app's entities, and the folder of its migrations.

use std::collections::BTreeMap;
use std::path::PathBuf;

use savia_core::app::{Apps, Owner};
use savia_core::{Error, Result};

use super::refused;
use crate::metadata::{EntityMetadata, entities};
use crate::migrations::MigrationSet;
use crate::migrations::order::app_ranks;
use crate::migrations::plan::owner;
use crate::schema::Schema;

/// What is left for an app's name in `app:20261124080000`.
const LONGEST_APP: usize = 35;

/// What an app has of models and migrations.
#[derive(Debug)]
pub(crate) struct AppModels {
    pub(crate) app: &'static str,
    /// What its tables are to be.
    pub(crate) schema: Schema,
    /// Where its migrations are.
    pub(crate) folder: PathBuf,
}

/// What each live app has, those first that others refer to.
///
/// # Errors
///
/// `BadRequest` where entities do not go together, or an app has some and no `migrations!()`.
pub(crate) fn models(apps: &Apps) -> Result<Vec<AppModels>> {
    #[derive(Default)]
    struct Found {
        entities: Vec<&'static EntityMetadata>,
        folder: Option<PathBuf>,
    }
    let mut found: BTreeMap<&'static str, Found> = BTreeMap::new();
    for set in savia_core::__private::inventory::iter::<MigrationSet> {
        if let Some(app) = projects(apps, set.module_path) {
            found.entry(app).or_default().folder = Some(PathBuf::from(set.folder));
        }
    }
    let mut homeless = Vec::new();
    for entity in entities() {
        if let Some(app) = projects(apps, entity.module_path) {
            let metadata = (entity.metadata)();
            let found = found.entry(app).or_default();
            if found.folder.is_none() {
                homeless.push(format!(
                    "{app}: `{}` at {}",
                    metadata.name, metadata.location
                ));
            }
            found.entities.push(metadata);
        }
    }
    if !homeless.is_empty() {
        return Err(Error::bad_request(format!(
            "entities without a place for their migrations: write `savia::data::migrations!();` \
             into the file where `savia::app!` stands\n{}",
            homeless.join("\n")
        )));
    }
    let mut models = Vec::new();
    for (app, Found { entities, folder }) in found {
        let Some(folder) = folder else { continue };
        if app.len() > LONGEST_APP {
            return Err(Error::bad_request(format!(
                "the app `{app}` has a name of {} characters: a migration's version, \
                 `app:timestamp`, holds at most 50, so that an app has {LONGEST_APP}",
                app.len()
            )));
        }
        let schema = Schema::of_entities(&entities).map_err(|error| refused(&error))?;
        models.push(AppModels {
            app,
            schema,
            folder,
        });
    }
    let ranks = app_ranks(apps);
    models.sort_by_key(|it| (ranks.get(it.app).copied().unwrap_or_default(), it.app));
    Ok(models)
}

/// The live owner of a module, if it is an app or the project itself: a starter brings its migrations
/// along, and nobody else writes them.
fn projects(apps: &Apps, module_path: &str) -> Option<&'static str> {
    match apps.owner_of(module_path) {
        Owner::Starter(_) => None,
        _ => owner(apps, module_path),
    }
}
