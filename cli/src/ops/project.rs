//! The project a command is about, found from any folder inside it.

use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand};
use toml_edit::{DocumentMut, Item, TableLike};

use super::toolchain;
use crate::error::{CliError, Result};

/// A package with a binary that depends on `savia`.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    /// The folder of its `Cargo.toml` and `application.yaml`.
    pub(crate) root: PathBuf,
    /// The package.
    pub(crate) name: String,
    /// The binary that is the application.
    pub(crate) binary: String,
}

impl Project {
    /// The project around a folder: the nearest package above it that is one, or the only one
    /// among the members of the nearest workspace.
    ///
    /// An app that is a crate of its own depends on `savia` but has no binary; its project is the
    /// one above it.
    ///
    /// # Errors
    ///
    /// When there is none, when there are several to choose from, when a `Cargo.toml` on the way
    /// cannot be read.
    pub(crate) fn find(from: &Path) -> Result<Self> {
        for folder in from.ancestors() {
            let path = folder.join("Cargo.toml");
            if !path.is_file() {
                continue;
            }
            let manifest = read_manifest(&path)?;
            if let Some(project) = Self::from_manifest(folder, &manifest)? {
                return Ok(project);
            }
            if manifest.contains_key("workspace")
                && let Some(project) = Self::among_members(folder)?
            {
                return Ok(project);
            }
        }
        Err(CliError::NoProject {
            from: from.to_owned(),
        })
    }

    /// The file of the configuration.
    pub(crate) fn configuration(&self) -> PathBuf {
        self.root.join("application.yaml")
    }

    /// Its manifest.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub(crate) fn manifest(&self) -> Result<DocumentMut> {
        read_manifest(&self.root.join("Cargo.toml"))
    }

    /// The workspace without its dependencies: quick, and needs no network.
    ///
    /// # Errors
    ///
    /// When cargo is not there or does not like a manifest.
    pub(crate) fn workspace(&self) -> Result<Metadata> {
        members(&self.root)
    }

    /// Whether it turns a starter on.
    ///
    /// # Errors
    ///
    /// When its manifest cannot be read.
    pub(crate) fn has_feature(&self, starter: &str) -> Result<bool> {
        let manifest = self.manifest()?;
        let savia = manifest
            .get("dependencies")
            .and_then(|dependencies| dependencies.get("savia"));
        let features = savia
            .and_then(|savia| savia.get("features"))
            .and_then(Item::as_array);
        Ok(features.is_some_and(|features| {
            features
                .iter()
                .any(|feature| feature.as_str() == Some(starter))
        }))
    }

    fn from_manifest(root: &Path, manifest: &DocumentMut) -> Result<Option<Self>> {
        let Some(name) = manifest
            .get("package")
            .and_then(|package| package.get("name"))
        else {
            return Ok(None);
        };
        let Some(name) = name.as_str().filter(|_| depends_on_savia(manifest)) else {
            return Ok(None);
        };
        let binaries = binaries(root, name, manifest);
        if binaries.is_empty() {
            return Ok(None);
        }
        let chosen = manifest["package"]
            .get("default-run")
            .and_then(Item::as_str);
        let binary = chosen
            .or_else(|| {
                binaries
                    .iter()
                    .map(String::as_str)
                    .find(|binary| *binary == name)
            })
            .or_else(|| (binaries.len() == 1).then(|| binaries[0].as_str()))
            .ok_or_else(|| CliError::NoBinary {
                name: name.to_owned(),
            })?;
        Ok(Some(Self {
            root: root.to_owned(),
            name: name.to_owned(),
            binary: binary.to_owned(),
        }))
    }

    fn among_members(workspace: &Path) -> Result<Option<Self>> {
        let mut projects = Vec::new();
        for package in members(workspace)?.packages {
            let manifest = package.manifest_path.as_std_path();
            let root = manifest.parent().unwrap_or(workspace);
            projects.extend(Self::from_manifest(root, &read_manifest(manifest)?)?);
        }
        if projects.len() > 1 {
            let mut names: Vec<_> = projects.into_iter().map(|project| project.name).collect();
            names.sort_unstable();
            return Err(CliError::ManyProjects {
                root: workspace.to_owned(),
                names,
            });
        }
        Ok(projects.pop())
    }
}

/// Reads a `Cargo.toml` so that it can be written back with its comments.
///
/// # Errors
///
/// When it cannot be read or is no TOML.
pub(crate) fn read_manifest(path: &Path) -> Result<DocumentMut> {
    let text =
        std::fs::read_to_string(path).map_err(CliError::io(format!("read {}", path.display())))?;
    text.parse()
        .map_err(|error: toml_edit::TomlError| CliError::Manifest {
            path: path.to_owned(),
            message: error.to_string().trim_end().to_owned(),
        })
}

/// The members of the workspace a folder is in.
fn members(folder: &Path) -> Result<Metadata> {
    toolchain::require_cargo()?;
    let mut command = MetadataCommand::new();
    command
        .cargo_path(toolchain::cargo())
        .current_dir(folder)
        .no_deps();
    command.exec().map_err(|error| CliError::Manifest {
        path: folder.join("Cargo.toml"),
        message: match error {
            cargo_metadata::Error::CargoMetadata { stderr } => stderr.trim_end().to_owned(),
            error => error.to_string(),
        },
    })
}

fn depends_on_savia(manifest: &DocumentMut) -> bool {
    let Some(dependencies) = manifest.get("dependencies").and_then(Item::as_table_like) else {
        return false;
    };
    dependencies.iter().any(|(name, dependency)| {
        let renamed = dependency
            .as_table_like()
            .and_then(|d| d.get("package")?.as_str());
        renamed.unwrap_or(name) == "savia"
    })
}

/// The binaries cargo would find.
fn binaries(root: &Path, package: &str, manifest: &DocumentMut) -> Vec<String> {
    let declared = manifest.get("bin").and_then(Item::as_array_of_tables);
    let mut names: Vec<String> = declared
        .into_iter()
        .flatten()
        .filter_map(|binary| Some((binary as &dyn TableLike).get("name")?.as_str()?.to_owned()))
        .collect();
    if names.is_empty() && root.join("src/main.rs").is_file() {
        names.push(package.to_owned());
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(root: &Path, path: &str, text: &str) {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    const BLOG: &str = "[package]\nname = \"blog\"\n[dependencies]\nsavia = \"0.1\"\n";

    #[test]
    fn a_project_is_found_from_below_and_an_app_crate_is_none() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "Cargo.toml", BLOG);
        write(folder.path(), "src/main.rs", "");
        write(
            folder.path(),
            "apps/mail/Cargo.toml",
            &BLOG.replace("blog", "mail"),
        );
        write(folder.path(), "apps/mail/src/lib.rs", "");
        for from in ["", "src", "apps/mail/src"] {
            let project = Project::find(&folder.path().join(from)).unwrap();
            assert_eq!(
                (project.name.as_str(), project.root.as_path()),
                ("blog", folder.path())
            );
        }
    }

    #[test]
    fn the_binary_is_the_default_or_the_package_or_the_only_one() {
        for (bins, expected) in [
            ("[[bin]]\nname = \"serve\"\n", Some("serve")),
            (
                "[[bin]]\nname = \"a\"\n[[bin]]\nname = \"blog\"\n",
                Some("blog"),
            ),
            ("[[bin]]\nname = \"a\"\n[[bin]]\nname = \"b\"\n", None),
        ] {
            let manifest: DocumentMut = format!("{BLOG}{bins}").parse().unwrap();
            let found = Project::from_manifest(Path::new("/none"), &manifest);
            assert_eq!(found.ok().flatten().map(|p| p.binary).as_deref(), expected);
        }
    }

    #[test]
    fn a_package_without_savia_is_no_project() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "Cargo.toml", "[package]\nname = \"other\"\n");
        write(folder.path(), "src/main.rs", "");
        assert!(matches!(
            Project::find(folder.path()),
            Err(CliError::NoProject { .. })
        ));
    }
}
