//! The layers of a resource: which there are, and what their files say.

use minijinja::context;

use super::apps::{App, Placed};
use super::entity_name::EntityName;
use super::field::{self, Field};
use super::inflection::{self, article, sentence, words};
use super::known_entity::{KnownEntity, KnownField};
use super::rustfmt;
use crate::error::Result;
use crate::ops::project::Project;
use crate::ops::templates;

/// A part of a resource, with a file of its own in the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    Entity,
    Repository,
    Service,
    Controller,
}

impl Layer {
    /// All, each before those that stand on it.
    pub(super) const ALL: [Self; 4] = [
        Self::Entity,
        Self::Repository,
        Self::Service,
        Self::Controller,
    ];

    /// What it is called, as the command line has it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Entity => "entity",
            Self::Repository => "repository",
            Self::Service => "service",
            Self::Controller => "controller",
        }
    }

    /// The module that it stands in.
    pub(super) fn module(self) -> &'static str {
        match self {
            Self::Entity => "entities",
            Self::Repository => "repositories",
            Self::Service => "services",
            Self::Controller => "controllers",
        }
    }

    /// The type that it is.
    pub(super) fn type_name(self, entity: &EntityName) -> String {
        let ty = &entity.ty;
        match self {
            Self::Entity => ty.clone(),
            Self::Repository => format!("{ty}Repository"),
            Self::Service => format!("{ty}Service"),
            Self::Controller => format!("{ty}Controller"),
        }
    }

    /// The layer that it stands on.
    pub(super) fn below(self) -> Option<Self> {
        match self {
            Self::Entity => None,
            Self::Repository => Some(Self::Entity),
            Self::Service => Some(Self::Repository),
            Self::Controller => Some(Self::Service),
        }
    }

    fn template(self) -> &'static str {
        match self {
            Self::Entity => include_str!("../../../templates/resource/entities.rs.j2"),
            Self::Repository => include_str!("../../../templates/resource/repositories.rs.j2"),
            Self::Service => include_str!("../../../templates/resource/services.rs.j2"),
            Self::Controller => include_str!("../../../templates/resource/controllers.rs.j2"),
        }
    }
}

/// The file of a new entity. `targets` are those that its references refer to, one for each, and
/// none for one that refers to the entity itself.
///
/// # Errors
///
/// When a template is at fault.
pub(super) fn entity(
    project: &Project,
    app: &App,
    name: &EntityName,
    fields: &[Field],
    targets: &[Option<Placed>],
) -> Result<String> {
    let mut imports = vec!["savia::prelude::*".to_owned()];
    let mut lines = Vec::new();
    let mut targets = targets.iter();
    for field in fields {
        let mut attributes = Vec::new();
        let mut column: Vec<&str> = field.unique.then_some("unique").into_iter().collect();
        column.extend(field.ty.column());
        if !column.is_empty() {
            attributes.push(format!("column({})", column.join(", ")));
        }
        attributes.extend(field.ty.rule().map(|rule| format!("garde({rule})")));
        let ty = match field.ty.rust() {
            Some(ty) => ty.to_owned(),
            None => {
                let target = targets.next().and_then(Option::as_ref);
                let (of, id) = target.map_or((name.ty.as_str(), "i64"), |it| {
                    (it.entity.name.ty.as_str(), it.entity.id_type())
                });
                if let Some(it) = target.filter(|it| it.app != *app) {
                    let import = format!("{}::entities::{of}", it.app.path_in_project());
                    imports.push(import);
                }
                attributes.push(format!("belongs_to({of})"));
                id.to_owned()
            }
        };
        lines.push(context! {
            name => &field.name,
            attributes,
            documentation => field::documentation(field),
            ty => if field.nullable { format!("Option<{ty}>") } else { ty },
        });
    }
    let table = (inflection::entity_macro_plural(&name.one) != name.many).then_some(&name.many);
    let more = context! { table, fields => lines, imports => import_lines(imports) };
    render(project, app, Layer::Entity, name, more)
}

/// The file of a layer that stands on an entity.
///
/// # Errors
///
/// When a template is at fault.
pub(super) fn above(
    project: &Project,
    app: &App,
    layer: Layer,
    entity: &KnownEntity,
) -> Result<String> {
    let name = &entity.name;
    let mut imports = vec!["savia::prelude::*".to_owned()];
    let mut import = |of: Layer| {
        imports.push(format!(
            "{}::{}::{}",
            app.here(),
            of.module(),
            of.type_name(name)
        ));
    };
    import(Layer::Entity);
    if let Some(below) = layer.below().filter(|below| *below != Layer::Entity) {
        import(below);
    }
    let references: Vec<_> = finders(entity)
        .map(|field| context! { name => &field.name, ty => &field.ty })
        .collect();
    let more = context! {
        references,
        id_type => entity.id_type(),
        imports => import_lines(imports),
    };
    render(project, app, layer, name, more)
}

/// The references by which the repository finds: those whose name can be part of a method's.
pub(super) fn finders(entity: &KnownEntity) -> impl Iterator<Item = &KnownField> {
    let is_one = |name: &str| {
        ["_and_", "_or_", "_order_by_"]
            .iter()
            .all(|it| !name.contains(it))
    };
    entity
        .references()
        .map(|(field, _)| field)
        .filter(move |field| is_one(&field.name))
}

/// The words about an entity that templates need.
pub(super) fn vocabulary(name: &EntityName) -> minijinja::Value {
    let one = words(&name.one);
    context! {
        ty => &name.ty,
        one => &name.one,
        many => &name.many,
        article => article(&one),
        words => &one,
        words_many => words(&name.many),
        sentence_one => sentence(&format!("{}_{}", article(&one), name.one)),
        sentence_many => sentence(&name.many),
        path => format!("/{}", name.many),
    }
}

fn render(
    project: &Project,
    app: &App,
    layer: Layer,
    name: &EntityName,
    more: minijinja::Value,
) -> Result<String> {
    let values = context! { ..vocabulary(name), ..more };
    let file = format!("{}.rs", layer.module());
    let code = templates::text(&file, layer.template(), &values)?;
    let folder = project.root.join(&app.folder);
    // The folder of an app that is about to be made is not there.
    let folder = if folder.is_dir() {
        folder
    } else {
        project.root.clone()
    };
    Ok(rustfmt::formatted(code, &folder))
}

/// `use` lines as rustfmt sorts them: what is of other crates, then what is of this.
pub(super) fn import_lines(mut imports: Vec<String>) -> String {
    imports.sort_unstable();
    imports.dedup();
    let (own, others): (Vec<_>, Vec<_>) = imports
        .iter()
        .partition(|it| it.starts_with("crate::") || it.starts_with("super::"));
    let lines = |of: Vec<&String>| -> String {
        of.iter().map(|import| format!("use {import};\n")).collect()
    };
    match own.is_empty() {
        true => lines(others),
        false => format!("{}\n{}", lines(others), lines(own)),
    }
}
