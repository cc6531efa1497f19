//! What the references of a new entity refer to, and what an app needs in order to.

use std::collections::BTreeSet;

use super::apps::{self, App, Placed};
use super::declaration;
use super::entity_name::EntityName;
use super::field::Field;
use super::field_type::FieldType;
use super::files::Files;
use super::place::{self, Place};
use crate::error::{CliError, Result};
use crate::ops::new_app::crate_lines;
use crate::ops::project::Project;
use crate::ops::suggest;

/// The entity of each reference; none for the entity itself.
///
/// # Errors
///
/// When there is no such entity, or its app cannot be seen from this one.
pub(super) fn find(
    project: &Project,
    name: &EntityName,
    app: &App,
    fields: &[Field],
    place: &Place,
) -> Result<Vec<Option<Placed>>> {
    let references = fields.iter().filter_map(|field| match &field.ty {
        FieldType::References(target) => Some((field, target)),
        _ => None,
    });
    references
        .map(|(field, target)| {
            let found = one(name, field, target, &place.all)?;
            if let Some(found) = found.as_ref().filter(|it| it.app != *app) {
                visible(project, app, field, found)?;
            }
            Ok(found)
        })
        .collect()
}

fn refused(field: &Field, target: &str, reason: &str, help: String) -> CliError {
    CliError::Reference {
        field: field.name.clone(),
        target: target.to_owned(),
        reason: reason.to_owned(),
        help,
    }
}

fn one(name: &EntityName, field: &Field, target: &str, all: &[Placed]) -> Result<Option<Placed>> {
    let meant = EntityName::of(target).ty;
    if meant == name.ty {
        let help = format!(
            "let it be missing: `{}:references:{meant}?`",
            field.association()
        );
        return match field.nullable {
            true => Ok(None),
            false => {
                let reason = "the first one would have nothing to refer to";
                Err(refused(field, target, reason, help))
            }
        };
    }
    let is_meant = |it: &&Placed| it.entity.name.ty == target || it.entity.name.ty == meant;
    let Some(found) = all.iter().find(is_meant) else {
        let names = all.iter().map(|it| it.entity.name.ty.as_str());
        return Err(CliError::NoEntity {
            suggestion: suggest::closest(&meant, names).map(str::to_owned),
            known: place::listed(all),
            command: format!(
                "savia generate entity {} name:string",
                EntityName::of(target).one
            ),
            name: meant,
        });
    };
    Ok(Some(found.clone()))
}

/// Whether an app's code can name an entity of another's.
fn visible(project: &Project, app: &App, field: &Field, found: &Placed) -> Result<()> {
    let Placed { app: other, entity } = found;
    if app.krate.is_none() {
        return Ok(());
    }
    let refused =
        |reason: &str, help: &str| Err(refused(field, &entity.name.ty, reason, help.to_owned()));
    if other.krate.is_none() {
        return refused(
            "an app that is a crate of its own cannot see those in the project's",
            "put the new entity into an app of the project's crate: `--app NAME`",
        );
    }
    if reaches(project, other, app, &mut BTreeSet::new())? {
        return refused(
            "its crate depends on this one already, and crates cannot depend on each other",
            "put both into one app",
        );
    }
    Ok(())
}

/// Says in the manifest of an app's crate that it needs those it refers to. Gives the names of the
/// apps that are to be installed with it.
///
/// # Errors
///
/// When one of the files is beyond us.
pub(super) fn declare(
    project: &Project,
    app: &App,
    targets: &[Option<Placed>],
    files: &mut Files<'_>,
) -> Result<BTreeSet<String>> {
    let others: Vec<&App> = targets
        .iter()
        .flatten()
        .map(|it| &it.app)
        .filter(|other| *other != app)
        .collect();
    if app.krate.is_some() {
        dependencies(project, app, &others, files)?;
    }
    let mut needed = BTreeSet::new();
    for other in others {
        let text = files.changes().text(&other.root)?.unwrap_or_default();
        let (name, requires) = declaration::declared(&text).unwrap_or_default();
        // Two apps that need one another are installed together anyway.
        if !name.is_empty() && !requires.contains(&app.name) {
            needed.insert(name);
        }
    }
    Ok(needed)
}

/// The dependencies of an app's crate.
fn dependencies(
    project: &Project,
    app: &App,
    others: &[&App],
    files: &mut Files<'_>,
) -> Result<()> {
    let path = format!("apps/{}/Cargo.toml", app.name);
    let mut packages = Vec::new();
    for other in others {
        packages.push((package(project, other)?, other.name.clone()));
    }
    let text = files.changes().text(&path)?.unwrap_or_default();
    let after = crate_lines::completed(project, &text, &packages).map_err(|problem| {
        CliError::BeyondEdit {
            path: project.root.join(&path),
            problem,
            by_hand: "add the crates of the apps that it refers to".to_owned(),
        }
    })?;
    files.changes_mut().put(&path, after)
}

fn package(project: &Project, app: &App) -> Result<String> {
    let manifest = apps::manifest(project, app)?;
    let name = manifest
        .get("package")
        .and_then(|package| package.get("name")?.as_str());
    Ok(name.unwrap_or(&app.name).to_owned())
}

/// Whether an app's crate depends on another's, through whichever others.
fn reaches(project: &Project, from: &App, to: &App, seen: &mut BTreeSet<String>) -> Result<bool> {
    let manifest = apps::manifest(project, from)?;
    let paths = manifest
        .get("dependencies")
        .and_then(toml_edit::Item::as_table_like)
        .into_iter()
        .flat_map(|table| table.iter())
        .filter_map(|(_, it)| it.get("path")?.as_str()?.strip_prefix("../"))
        .map(str::to_owned)
        .collect::<Vec<_>>();
    for name in paths {
        if name == to.name {
            return Ok(true);
        }
        let next = App::all(project)?.into_iter().find(|app| app.name == name);
        if let Some(next) = next.filter(|_| seen.insert(name))
            && reaches(project, &next, to, seen)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}
