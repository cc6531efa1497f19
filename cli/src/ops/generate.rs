//! Generates the code of a resource: entity, repository, service, controller, tests, migration.
//!
//! What is generated is added to what is there. A file of somebody else's, or one of ours that was
//! edited, is read and never overwritten unasked.

mod apps;
pub(crate) mod auth;
mod declaration;
mod demo;
mod entity_name;
mod field;
mod field_type;
mod files;
mod inflection;
mod known_entity;
mod layer;
mod migration;
mod place;
mod report;
mod reserved;
mod rustfmt;
mod sample;
mod source;
mod targets;
pub(crate) mod task;
mod test_file;
mod work;

use std::path::Path;

use self::entity_name::EntityName;
use self::layer::Layer;
use self::place::Place;
pub(crate) use self::report::Made;
use self::work::Work;
use super::new_app;
use super::project::Project;
use crate::error::{CliError, Result};

/// What is generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Entity,
    Repository,
    Service,
    Controller,
    /// All of them, and tests.
    Resource,
}

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) kind: Kind,
    /// The entity, as it was written.
    pub(crate) name: String,
    /// The fields, as they were written.
    pub(crate) fields: Vec<String>,
    /// The app, where it was said.
    pub(crate) app: Option<String>,
    /// Whether files that were edited may be overwritten.
    pub(crate) force: bool,
}

impl Kind {
    fn layers(self) -> &'static [Layer] {
        match self {
            Self::Entity => &[Layer::Entity],
            Self::Repository => &[Layer::Repository],
            Self::Service => &[Layer::Service],
            Self::Controller => &[Layer::Controller],
            Self::Resource => &Layer::ALL,
        }
    }

    fn has(self, layer: Layer) -> bool {
        self.layers().contains(&layer)
    }

    fn word(self) -> &'static str {
        match self.layers() {
            [layer] => layer.word(),
            _ => "resource",
        }
    }
}

/// Generates it, all or nothing. The migration is a step of its own: [`Made::migrate`].
///
/// # Errors
///
/// When what was asked for cannot be, when a file is beyond us, when something cannot be written.
pub(crate) fn make(asked: &Asked, here: &Path) -> Result<Made> {
    // What is wrong wherever we stand comes first.
    let name = EntityName::parse(&asked.name)?;
    let fields = field::parse(&asked.fields, &name.many).map_err(|faults| CliError::Fields {
        faults,
        types: field::help(),
    })?;
    let app = asked
        .app
        .as_deref()
        .map(new_app::checked_name)
        .transpose()?;
    let project = Project::find(here)?;
    require_starters(&project, asked.kind)?;
    let place = Place::find(&project, &name, app)?;
    Work::new(asked, &project, name, fields, place).done()
}

fn require_starters(project: &Project, kind: Kind) -> Result<()> {
    let starters = match kind.has(Layer::Controller) {
        true => &["data", "web"][..],
        false => &["data"],
    };
    for starter in starters {
        if !project.has_feature(starter)? {
            return Err(CliError::WithoutStarter { starter });
        }
    }
    Ok(())
}
