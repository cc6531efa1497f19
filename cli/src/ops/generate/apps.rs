//! The apps of a project, where their code is, and the entities in it.

use std::path::Path;

use super::known_entity::KnownEntity;
use super::source::Source;
use crate::error::{CliError, Result};
use crate::ops::project::{self, Project};

/// An app, there or about to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct App {
    /// Its name: that of its folder.
    pub(super) name: String,
    /// The folder of its modules, below the project's: `src/apps/posts`, `apps/posts/src`.
    pub(super) folder: String,
    /// The file that declares them: `src/apps/posts/mod.rs`, `apps/posts/src/lib.rs`.
    pub(super) root: String,
    /// The name of its crate, where it is one of its own.
    pub(super) krate: Option<String>,
}

/// An entity, and where it is.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) app: App,
    pub(super) entity: KnownEntity,
}

impl App {
    /// One in the project's crate that is not there yet.
    pub(super) fn new(name: &str) -> Self {
        let folder = format!("src/apps/{name}");
        Self {
            name: name.to_owned(),
            root: format!("{folder}/mod.rs"),
            folder,
            krate: None,
        }
    }

    /// All that are there, by name.
    ///
    /// # Errors
    ///
    /// When the manifest of one cannot be read.
    pub(super) fn all(project: &Project) -> Result<Vec<Self>> {
        let mut apps = Vec::new();
        for name in folders(&project.root.join("src/apps")) {
            let app = Self::new(&name);
            if project.root.join(&app.root).is_file() {
                apps.push(app);
            }
        }
        for name in files(&project.root.join("src/apps")) {
            let app = Self::new(&name);
            let root = format!("{}.rs", app.folder);
            apps.push(Self { root, ..app });
        }
        for name in folders(&project.root.join("apps")) {
            let folder = format!("apps/{name}/src");
            let root = format!("{folder}/lib.rs");
            let manifest = project.root.join(format!("apps/{name}/Cargo.toml"));
            if project.root.join(&root).is_file() && manifest.is_file() {
                let manifest = project::read_manifest(&manifest)?;
                let package = manifest
                    .get("package")
                    .and_then(|package| package.get("name")?.as_str())
                    .unwrap_or(&name);
                let krate = Some(package.replace('-', "_"));
                apps.push(Self {
                    name,
                    folder,
                    root,
                    krate,
                });
            }
        }
        apps.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(apps)
    }

    /// The file of a module, below the project's folder: `entities.rs`, or `entities/mod.rs` where
    /// it has grown into a folder.
    pub(super) fn module(&self, project: &Project, module: &str) -> String {
        let grown = format!("{}/{module}/mod.rs", self.folder);
        match project.root.join(&grown).is_file() {
            true => grown,
            false => format!("{}/{module}.rs", self.folder),
        }
    }

    /// The path of its modules, for code of its own.
    pub(super) fn here(&self) -> &'static str {
        match self.krate {
            Some(_) => "crate",
            None => "super",
        }
    }

    /// The path of its modules, for code of the project's crate.
    pub(super) fn path_in_project(&self) -> String {
        match &self.krate {
            Some(krate) => krate.clone(),
            None => format!("crate::apps::{}", self.name),
        }
    }

    /// The path of its modules, for the project's tests.
    pub(super) fn path_in_tests(&self, library: &str) -> String {
        match &self.krate {
            Some(krate) => krate.clone(),
            None => format!("{library}::apps::{}", self.name),
        }
    }

    /// The build script of its crate.
    pub(super) fn build_script(&self) -> String {
        match &self.krate {
            Some(_) => format!("apps/{}/build.rs", self.name),
            None => "build.rs".to_owned(),
        }
    }

    /// Its entities. A file that is no Rust has none to speak of: the compiler tells of it.
    fn entities(&self, project: &Project) -> Vec<KnownEntity> {
        let text = std::fs::read_to_string(project.root.join(self.module(project, "entities")));
        let source = text.ok().and_then(|text| Source::parse(text).ok());
        source.as_ref().map(KnownEntity::all).unwrap_or_default()
    }
}

/// The manifest of an app's crate.
///
/// # Errors
///
/// When it cannot be read.
pub(super) fn manifest(project: &Project, app: &App) -> Result<toml_edit::DocumentMut> {
    project::read_manifest(&project.root.join(format!("apps/{}/Cargo.toml", app.name)))
}

/// The entities of all apps.
pub(super) fn entities(project: &Project, apps: &[App]) -> Vec<Placed> {
    let of = |app: &App| {
        let entities = app.entities(project).into_iter();
        let app = app.clone();
        entities.map(move |entity| Placed {
            app: app.clone(),
            entity,
        })
    };
    apps.iter().flat_map(of).collect()
}

/// The name of the project's library.
///
/// # Errors
///
/// When its manifest cannot be read.
pub(super) fn library(project: &Project) -> Result<String> {
    let manifest = project.manifest()?;
    let named = manifest
        .get("lib")
        .and_then(|library| library.get("name")?.as_str());
    Ok(named.unwrap_or(&project.name).replace('-', "_"))
}

/// Why an app's code cannot be added to, as an error.
pub(super) fn beyond(project: &Project, path: &str, problem: &str) -> CliError {
    CliError::BeyondEdit {
        path: project.root.join(path),
        problem: format!("it cannot be read as Rust: {problem}"),
        by_hand: "mend it, so that it can be added to".to_owned(),
    }
}

/// The folders in a folder.
fn folders(parent: &Path) -> Vec<String> {
    entries(parent)
        .filter(|path| path.is_dir())
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect()
}

/// The modules in a folder that are a file.
fn files(parent: &Path) -> Vec<String> {
    entries(parent)
        .filter(|path| path.extension().is_some_and(|it| it == "rs"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .filter(|name| name != "mod")
        .collect()
}

fn entries(parent: &Path) -> impl Iterator<Item = std::path::PathBuf> {
    let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
    entries.map(|entry| entry.path())
}
