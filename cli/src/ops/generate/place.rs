//! Which app something goes into, and what is there already.

use super::apps::{self, App, Placed};
use super::entity_name::EntityName;
use super::known_entity::KnownEntity;
use super::source::Source;
use crate::error::{CliError, Result};
use crate::ops::new_app::{self, AppName};
use crate::ops::project::Project;
use crate::ops::suggest;

/// Where an entity's code goes.
pub(super) struct Place {
    pub(super) app: App,
    /// The app's name, where it is to be made.
    pub(super) new: Option<AppName>,
    /// The entity, where it is there.
    pub(super) known: Option<KnownEntity>,
    /// All apps that are there.
    pub(super) apps: Vec<App>,
    /// All entities that are there.
    pub(super) all: Vec<Placed>,
}

impl Place {
    /// The app that was asked for, else the one that has the entity, else that of its plural.
    ///
    /// # Errors
    ///
    /// When there is no such app and one that is called nearly so; when it cannot have the name;
    /// when another app has the entity or its table.
    pub(super) fn find(
        project: &Project,
        name: &EntityName,
        asked: Option<AppName>,
    ) -> Result<Self> {
        let apps = App::all(project)?;
        let all = apps::entities(project, &apps);
        let same: Vec<_> = all
            .iter()
            .filter(|it| it.entity.name.ty == name.ty)
            .collect();
        let (app, new) = match (asked, &same[..]) {
            (Some(asked), _) => among(&apps, asked)?,
            (None, [only]) => (only.app.clone(), None),
            (None, _) => match apps.iter().find(|app| app.name == name.many) {
                Some(app) => (app.clone(), None),
                None => {
                    let new = new_app::checked_name(&name.many).map_err(of_default)?;
                    (App::new(new.as_str()), Some(new))
                }
            },
        };
        let known = same.iter().find(|it| it.app == app);
        let known = known.map(|it| it.entity.clone());
        let in_the_way = all.iter().find(|it| {
            it.entity.name.ty == name.ty || (known.is_none() && it.entity.table == name.many)
        });
        if let (None, Some(other)) = (&known, in_the_way) {
            return Err(CliError::Elsewhere {
                app: other.app.name.clone(),
                entity: other.entity.name.ty.clone(),
                table: other.entity.table.clone(),
            });
        }
        Ok(Self {
            app,
            new,
            known,
            apps,
            all,
        })
    }
}

/// A name that nobody wrote cannot be written otherwise.
fn of_default(error: CliError) -> CliError {
    match error {
        CliError::Name { name, reason, .. } => CliError::DefaultApp { name, reason },
        other => other,
    }
}

/// The app of this name, or a new one.
fn among(apps: &[App], asked: AppName) -> Result<(App, Option<AppName>)> {
    let name = asked.as_str();
    if let Some(app) = apps.iter().find(|app| app.name == name) {
        return Ok((app.clone(), None));
    }
    // A slip would make an app that nobody wanted.
    let names = apps.iter().map(|app| app.name.as_str());
    if let Some(near) = suggest::closest(name, names) {
        return Err(CliError::UnknownApp {
            name: name.to_owned(),
            suggestion: near.to_owned(),
        });
    }
    Ok((App::new(name), Some(asked)))
}

/// Entities and their apps, for a message.
pub(super) fn listed(all: &[Placed]) -> String {
    let one = |it: &Placed| format!("{} (app {})", it.entity.name.ty, it.app.name);
    all.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// That a controller of another name answers below the same path, if one does.
pub(super) fn same_path(project: &Project, apps: &[App], name: &EntityName) -> Option<String> {
    let path = format!("/{}", name.many);
    let ours = format!("{}Controller", name.ty);
    apps.iter().find_map(|app| {
        let file = app.module(project, "controllers");
        let text = std::fs::read_to_string(project.root.join(&file)).ok()?;
        let source = Source::parse(text).ok()?;
        let controllers = source.items().iter().filter_map(|item| match item {
            syn::Item::Struct(item) => Some(item),
            _ => None,
        });
        let other = controllers.into_iter().find(|item| {
            let at = item
                .attrs
                .iter()
                .find(|it| it.path().is_ident("controller"));
            let given = at.and_then(|it| it.parse_args::<syn::LitStr>().ok());
            item.ident != ours && given.is_some_and(|given| given.value() == path)
        })?;
        Some(format!(
            "`{}` in {file} answers below {path} too: two routes of one method and path stop the \
             start",
            other.ident
        ))
    })
}
