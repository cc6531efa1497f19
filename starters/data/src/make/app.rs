//! An app's entities, and the folder of its migrations.

use std::collections::BTreeMap;
use std::path::PathBuf;

use savia_core::app::{Apps, Owner};
use savia_core::{Error, Result};

use super::refused;
use crate::metadata::{EntityMetadata, entities};
use crate::migrations::MigrationSet;
use crate::migrations::plan::owner;
use crate::schema::Schema;

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
    let mut found: BTreeMap<&'static str, (Vec<&'static EntityMetadata>, Option<PathBuf>)> =
        BTreeMap::new();
    let mut homeless = Vec::new();
    for set in savia_core::__private::inventory::iter::<MigrationSet> {
        if is_starters(apps, set.module_path) {
            continue;
        }
        if let Some(app) = owner(apps, set.module_path) {
            found.entry(app).or_default().1 = Some(PathBuf::from(set.folder));
        }
    }
    for entity in entities() {
        if is_starters(apps, entity.module_path) {
            continue;
        }
        if let Some(app) = owner(apps, entity.module_path) {
            let metadata = (entity.metadata)();
            let entry = found.entry(app).or_default();
            if entry.1.is_none() {
                homeless.push(format!("{app}: `{}` at {}", metadata.name, metadata.location));
            }
            entry.0.push(metadata);
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
    for (app, (entities, folder)) in found {
        let Some(folder) = folder else { continue };
        models.push(AppModels {
            app,
            schema: Schema::of_entities(&entities).map_err(|error| refused(&error))?,
            folder,
        });
    }
    let ranks = crate::migrations::order::app_ranks(apps);
    models.sort_by_key(|it| (ranks.get(it.app).copied().unwrap_or_default(), it.app));
    Ok(models)
}

/// Whether it belongs to a starter, whose migrations are compiled in and written nowhere here.
fn is_starters(apps: &Apps, module_path: &str) -> bool {
    matches!(apps.owner_of(module_path), Owner::Starter(_))
}
