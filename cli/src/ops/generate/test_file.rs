//! The tests of a resource.

use std::collections::BTreeSet;

use minijinja::context;

use super::apps::{self, App, Placed};
use super::known_entity::{KnownEntity, KnownField};
use super::layer::{self, Layer};
use super::rustfmt;
use super::sample::{self, Init};
use crate::error::Result;
use crate::ops::project::Project;
use crate::ops::templates;

/// The types of ids that can be copied, as the tests want it.
pub(super) const IDS: [&str; 3] = ["i64", "i32", "Uuid"];

/// An entity that the resource refers to, which the tests make first.
struct Other<'a> {
    placed: &'a Placed,
    inits: Vec<Init>,
}

/// The file of the tests; none where they would need values that we cannot know. `all` are the
/// entities that references are looked for among.
///
/// # Errors
///
/// When a template is at fault, or the manifest cannot be read.
pub(super) fn render(
    project: &Project,
    app: &App,
    entity: &KnownEntity,
    all: &[Placed],
) -> Result<Option<String>> {
    let Some(plan) = Plan::of(entity, all) else {
        return Ok(None);
    };
    let library = apps::library(project)?;
    let name = &entity.name;
    let own = app.path_in_tests(&library);
    let mut imports = vec![
        "savia::prelude::*".to_owned(),
        "savia::test::TestApp".to_owned(),
        format!("{own}::entities::{}", name.ty),
    ];
    imports.extend(plan.others.iter().map(|other| {
        let Placed { app, entity } = other.placed;
        format!(
            "{}::entities::{}",
            app.path_in_tests(&library),
            entity.name.ty
        )
    }));
    if !plan.found_by.is_empty() {
        let repository = Layer::Repository.type_name(name);
        imports.push(format!("{own}::repositories::{repository}"));
    }
    let others: Vec<_> = plan
        .others
        .iter()
        .map(|other| {
            let name = &other.placed.entity.name;
            context! {
                one => &name.one,
                number => parameter(&other.inits),
                value => literal(&name.ty, &other.inits),
            }
        })
        .collect();
    let factory = match others.is_empty() {
        true => String::new(),
        false => format!("    let {} = {}(&app).await;\n", name.one, name.many),
    };
    let fields: Vec<&str> = entity.input().map(|it| it.name.as_str()).collect();
    let values = context! {
        others,
        factory,
        imports => layer::import_lines(imports),
        number => parameter(&plan.inits),
        value => literal(&name.ty, &plan.inits),
        fields => format!("{fields:?}"),
        unchanged => fields.len() > 1,
        changed => plan.changed,
        version => entity.version(),
        nullable => entity
            .input()
            .find(|it| it.nullable && it.belongs_to.is_none())
            .map(|it| &it.name),
        wrong => sample::wrong(entity).map(|it| context! {
            field => it.field, code => it.code, rust => it.rust, json => it.json,
        }),
        found_by => plan.found_by,
        only_one => entity.references().any(|(it, _)| it.unique && !it.nullable),
        ..layer::vocabulary(name)
    };
    let text = include_str!("../../../templates/resource/test.rs.j2");
    let mut code = templates::text("test.rs", text, &values)?;
    if project.has_feature("security")? {
        // Closed to who is not known.
        let begins = "(app: TestApp) {\n";
        code = code.replace(begins, &format!("{begins}    app.sign_in();\n"));
    }
    Ok(Some(rustfmt::formatted(code, &project.root)))
}

/// What the tests are made of.
struct Plan<'a> {
    /// Each before those that refer to it.
    others: Vec<Other<'a>>,
    inits: Vec<Init>,
    /// The field that is changed alone.
    changed: &'a str,
    /// The references that the repository finds by.
    found_by: Vec<String>,
}

impl<'a> Plan<'a> {
    fn of(entity: &'a KnownEntity, all: &'a [Placed]) -> Option<Self> {
        let mut others = Vec::new();
        let mut above = BTreeSet::from([entity.name.ty.as_str()]);
        let inits = inits(entity, all, &mut others, &mut above)?;
        let best = |it: &&KnownField| match it.ty.as_str() {
            _ if it.belongs_to.is_some() => 3,
            "String" => 0,
            _ if it.unique || it.ty == "Uuid" => 1,
            _ => 2,
        };
        let is_needed = |name: &str| inits.iter().any(|init| init.name == name);
        let found_by = layer::finders(entity).map(|it| it.name.clone());
        let known_id = IDS.contains(&entity.id_type()) && entity.has_default;
        known_id.then_some(())?;
        Some(Self {
            found_by: found_by.filter(|name| is_needed(name)).collect(),
            changed: &entity.input().min_by_key(best)?.name,
            others,
            inits,
        })
    }
}

/// Values of all fields that must have one, with what they refer to among the others.
fn inits<'a>(
    entity: &'a KnownEntity,
    all: &'a [Placed],
    others: &mut Vec<Other<'a>>,
    above: &mut BTreeSet<&'a str>,
) -> Option<Vec<Init>> {
    let mut inits = sample::inits(entity)?;
    for (field, target) in entity.references().filter(|(field, _)| !field.nullable) {
        let placed = all.iter().find(|it| it.entity.name.ty == target)?;
        let to = &placed.entity;
        (IDS.contains(&to.id_type()) && to.has_default).then_some(())?;
        let is_made = |it: &Other<'_>| it.placed.entity.name == to.name;
        if !others.iter().any(is_made) {
            // Entities that need one another cannot be made one after the other.
            above.insert(&to.name.ty).then_some(())?;
            let inits = self::inits(to, all, others, above)?;
            others.push(Other { placed, inits });
        }
        inits.push(Init {
            name: field.name.clone(),
            value: format!("{}.id", to.name.one),
        });
    }
    Some(inits)
}

/// The parameter of a factory.
fn parameter(inits: &[Init]) -> &'static str {
    match inits.iter().any(|init| init.value.contains("number")) {
        true => "number",
        false => "_",
    }
}

/// A struct with these fields.
fn literal(ty: &str, inits: &[Init]) -> String {
    if inits.is_empty() {
        return format!("{ty}::default()");
    }
    let fields: String = inits
        .iter()
        .map(|Init { name, value }| format!("{name}: {value}, "))
        .collect();
    format!("{ty} {{ {fields}..{ty}::default() }}")
}
