//! What `savia new-app` gave an app to begin with, which a resource of the same path takes the place
//! of.

use super::Kind;
use super::apps::App;
use super::entity_name::EntityName;
use super::layer::Layer;
use crate::error::Result;
use crate::ops::new_app;
use crate::ops::project::Project;

/// The files of the demonstration that nobody has touched, each with its text.
#[derive(Debug, Default)]
pub(super) struct Demo(Vec<(String, String)>);

impl Demo {
    /// What gives way to a resource: nothing where it was edited, or answers elsewhere.
    ///
    /// # Errors
    ///
    /// When a manifest cannot be read.
    pub(super) fn of(project: &Project, app: &App, name: &EntityName, kind: Kind) -> Result<Self> {
        if app.name != name.many || !kind.has(Layer::Controller) {
            return Ok(Self::default());
        }
        let made = new_app::demo(project, &app.name, app.krate.is_some())?;
        let is_untouched = |path: &str, text: &str| {
            std::fs::read_to_string(project.root.join(path)).is_ok_and(|it| it == text)
        };
        let services = app.module(project, Layer::Service.module());
        let (services, others): (Vec<_>, Vec<_>) = made
            .into_iter()
            .filter(|(path, _)| path.ends_with(".rs") && *path != app.root)
            .partition(|(path, _)| *path == services);
        // The test speaks to the controller: both go, or neither.
        if !others.iter().all(|(path, text)| is_untouched(path, text)) {
            return Ok(Self::default());
        }
        let replaces_service =
            |(path, text): &(String, String)| kind.has(Layer::Service) && is_untouched(path, text);
        let services = services.into_iter().filter(replaces_service);
        Ok(Self(others.into_iter().chain(services).collect()))
    }

    /// The text of a file that gives way.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        let file = self.0.iter().find(|(own, _)| own == path)?;
        Some(&file.1)
    }

    /// Whether nothing gives way.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
