//! One run of the command: each layer in its turn, then everything at once to the disk.

use std::collections::BTreeSet;

use super::apps;
use super::declaration;
use super::demo::Demo;
use super::entity_name::EntityName;
use super::field::Field;
use super::files::{Files, Outcome};
use super::known_entity::KnownEntity;
use super::layer::{self, Layer};
use super::place::{self, Place};
use super::source::Source;
use super::{Asked, Kind, Made, targets, test_file};
use crate::error::{CliError, Result};
use crate::ops::project::Project;
use crate::ops::{new_app, templates};

/// One run of the command.
pub(super) struct Work<'a> {
    asked: &'a Asked,
    project: &'a Project,
    name: EntityName,
    fields: Vec<Field>,
    place: Place,
    files: Files<'a>,
    /// The apps that are to be installed with this one.
    requires: BTreeSet<String>,
    notes: Vec<String>,
}

impl<'a> Work<'a> {
    /// A run that has planned nothing yet.
    pub(super) fn new(
        asked: &'a Asked,
        project: &'a Project,
        name: EntityName,
        fields: Vec<Field>,
        place: Place,
    ) -> Self {
        Self {
            asked,
            project,
            name,
            fields,
            place,
            files: Files::new(project, asked.force),
            requires: BTreeSet::new(),
            notes: Vec::new(),
        }
    }

    /// Does it.
    ///
    /// # Errors
    ///
    /// As [`make`](super::make).
    pub(super) fn done(mut self) -> Result<Made> {
        let kind = self.asked.kind;
        let is_new = self.place.known.is_none();
        let entity = match kind.has(Layer::Entity) {
            true => self.entity()?,
            false => self.known()?,
        };
        self.declare()?;
        self.layers_above(&entity)?;
        self.files.apply()?;
        if let (Some(app), true) = (&self.place.new, !self.files.changes().is_empty()) {
            new_app::mention_other_lists(self.project, app.as_str());
        }
        let changes = self.files.changes();
        let migration = format!("create_{}", self.name.many);
        Ok(Made {
            created: changes.created().map(str::to_owned).collect(),
            edited: changes
                .edited()
                .map(|it| it.display().to_string())
                .collect(),
            left: self.files.left(),
            notes: self.notes,
            has_routes: kind.has(Layer::Controller),
            tests: (kind == Kind::Resource).then(|| self.name.many.clone()),
            pending: (is_new && kind.has(Layer::Entity)).then_some(migration),
            migrated: false,
            app: self.place.app.name.clone(),
            project: Project::clone(self.project),
            path: self.name.many.clone(),
        })
    }

    /// The entity, made or as it is.
    fn entity(&mut self) -> Result<KnownEntity> {
        let Place { app, known, .. } = &self.place;
        if self.fields.is_empty() {
            return known.clone().ok_or_else(|| CliError::NoFields {
                name: self.name.ty.clone(),
                command: format!("{} title:string", self.command(self.asked.kind)),
            });
        }
        let targets = targets::find(self.project, &self.name, app, &self.fields, &self.place)?;
        let code = layer::entity(self.project, app, &self.name, &self.fields, &targets)?;
        let path = app.module(self.project, Layer::Entity.module());
        let outcome = self.files.add(&path, &code, None)?;
        if outcome == Outcome::Left {
            // Its author's is what the rest stands on.
            return known.clone().ok_or_else(|| self.no_entity());
        }
        self.requires = targets::declare(self.project, app, &targets, &mut self.files)?;
        let source = Source::parse(code).map_err(|it| apps::beyond(self.project, &path, &it))?;
        let mut made = KnownEntity::all(&source);
        made.pop().ok_or_else(|| self.no_entity())
    }

    /// The entity that a layer is asked for, with the layer below it.
    fn known(&self) -> Result<KnownEntity> {
        let Some(entity) = &self.place.known else {
            return Err(self.no_entity());
        };
        for layer in self.asked.kind.layers() {
            if let Some(below) = layer.below().filter(|it| *it != Layer::Entity) {
                self.require(*layer, below)?;
            }
        }
        Ok(entity.clone())
    }

    fn require(&self, layer: Layer, below: Layer) -> Result<()> {
        let path = self.place.app.module(self.project, below.module());
        let text = self.files.changes().text(&path)?.unwrap_or_default();
        let source = Source::parse(text).map_err(|it| apps::beyond(self.project, &path, &it))?;
        let needs = below.type_name(&self.name);
        if source.names().contains(&needs) {
            return Ok(());
        }
        let kind = match below {
            Layer::Repository => Kind::Repository,
            _ => Kind::Service,
        };
        Err(CliError::LayerBelow {
            what: format!("`{}`", layer.type_name(&self.name)),
            needs: format!("`{needs}`"),
            app: self.place.app.name.clone(),
            command: self.command(kind),
        })
    }

    /// Everything but the entity.
    fn layers_above(&mut self, entity: &KnownEntity) -> Result<()> {
        let Place { app, all, .. } = &self.place;
        let kind = self.asked.kind;
        let id = entity.id_type();
        if kind != Kind::Entity && !test_file::IDS.contains(&id) {
            return Err(CliError::IdType {
                entity: entity.name.ty.clone(),
                ty: id.to_owned(),
            });
        }
        let demo = Demo::of(self.project, app, &self.name, kind)?;
        for layer in kind.layers().iter().filter(|it| **it != Layer::Entity) {
            let code = layer::above(self.project, app, *layer, entity)?;
            let path = app.module(self.project, layer.module());
            self.files.add(&path, &code, demo.text(&path))?;
        }
        if kind.has(Layer::Controller) {
            let clash = place::same_path(self.project, &self.place.apps, &self.name);
            let clash = clash.filter(|_| demo.is_empty());
            self.notes.extend(clash);
        }
        let path = format!("tests/{}.rs", self.name.many);
        if kind != Kind::Resource && demo.text(&path).is_none() {
            return Ok(());
        }
        match test_file::render(self.project, app, entity, all)? {
            Some(code) => {
                self.files.add(&path, &code, demo.text(&path))?;
            }
            None => self.notes.push(format!(
                "{path} is not made: `{}` has fields whose valid values cannot be guessed",
                entity.name.ty
            )),
        }
        Ok(())
    }

    /// The app, its modules, and what compiles its migrations in.
    fn declare(&mut self) -> Result<()> {
        let Place { app, new, .. } = &self.place;
        let mut modules: Vec<_> = self
            .asked
            .kind
            .layers()
            .iter()
            .map(|it| it.module())
            .collect();
        modules.sort_unstable();
        if let Some(new) = new {
            new_app::plan(self.project, new, &modules, self.files.changes_mut())?;
        }
        let text = self.files.changes().text(&app.root)?.unwrap_or_default();
        let mut text = declaration::with_modules(&text, &modules);
        if self.asked.kind.has(Layer::Entity) {
            let beyond = |it: String| apps::beyond(self.project, &app.root, &it);
            text = declaration::with_migrations(&text).map_err(beyond)?;
            for other in &self.requires {
                text = declaration::with_required(&text, other).map_err(beyond)?;
            }
            let script = app.build_script();
            if self.files.changes().text(&script)?.is_none() {
                self.files.changes_mut().create(script, templates::BUILD);
            }
        }
        self.files.changes_mut().put(&app.root, text)
    }

    fn no_entity(&self) -> CliError {
        CliError::NoEntity {
            name: self.name.ty.clone(),
            suggestion: None,
            known: place::listed(&self.place.all),
            command: format!("{} title:string", self.command(Kind::Entity)),
        }
    }

    fn command(&self, kind: Kind) -> String {
        let app = match self.place.app.name == self.name.many {
            true => String::new(),
            false => format!(" --app {}", self.place.app.name),
        };
        format!("savia generate {} {}{app}", kind.word(), self.name.one)
    }
}
