//! What is looked at: the metadata, the manifests and the sources of the workspace.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{Metadata, MetadataCommand, Package};

/// The workspace on disk.
pub(crate) struct Workspace {
    pub(crate) metadata: Metadata,
    root: PathBuf,
}

/// A source file of one of the framework's own crates.
pub(crate) struct Source {
    /// Relative to the workspace, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A manifest of a member.
pub(crate) struct Manifest {
    /// Relative to the workspace, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
    /// Beside the manifest.
    pub(crate) has_readme: bool,
}

/// A starter and the files in its `src`.
pub(crate) struct Starter {
    pub(crate) name: String,
    pub(crate) files: BTreeSet<String>,
}

impl Workspace {
    /// Reads the workspace this test belongs to.
    pub(crate) fn load() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("a parent")
            .to_path_buf();
        // What members declare is enough, and needs neither the network nor a lock.
        let metadata = MetadataCommand::new()
            .manifest_path(root.join("Cargo.toml"))
            .no_deps()
            .exec()
            .expect("cargo metadata");
        Self { metadata, root }
    }

    /// The names of all packages that `package` is compiled with on this machine.
    pub(crate) fn dependency_tree(&self, package: &str) -> BTreeSet<String> {
        let output = Command::new(env!("CARGO"))
            .current_dir(&self.root)
            .args([
                "tree",
                "--all-features",
                "--prefix",
                "none",
                "--format",
                "{p}",
            ])
            .args(["--edges", "normal,build", "--package", package])
            .output()
            .expect("cargo tree");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .filter_map(|line| line.split_whitespace().next())
            .map(str::to_owned)
            .collect()
    }

    /// The Rust sources below `src` of the framework's own crates, sorted by path.
    pub(crate) fn sources(&self) -> Vec<Source> {
        let mut sources = Vec::new();
        for package in self
            .packages()
            .filter(|package| is_framework(&package.name))
        {
            self.collect(&directory(package).join("src"), &mut sources);
        }
        sources.sort_by(|a, b| a.path.cmp(&b.path));
        sources
    }

    /// The manifest of every member.
    pub(crate) fn manifests(&self) -> Vec<Manifest> {
        self.packages()
            .map(|package| Manifest {
                path: self.relative(package.manifest_path.as_std_path()),
                text: fs::read_to_string(&package.manifest_path).expect("a manifest"),
                has_readme: directory(package).join("README.md").is_file(),
            })
            .collect()
    }

    /// Every starter of the workspace.
    pub(crate) fn starters(&self) -> Vec<Starter> {
        self.packages()
            .filter(|package| package.name.starts_with("savia-starter-"))
            .map(|package| Starter {
                name: package.name.to_string(),
                files: fs::read_dir(directory(package).join("src"))
                    .expect("src")
                    .map(|entry| {
                        entry
                            .expect("an entry")
                            .file_name()
                            .to_string_lossy()
                            .into_owned()
                    })
                    .collect(),
            })
            .collect()
    }

    fn packages(&self) -> impl Iterator<Item = &Package> {
        self.metadata.packages.iter()
    }

    fn relative(&self, path: &Path) -> String {
        let inside = path.strip_prefix(&self.root).expect("inside the workspace");
        inside.to_string_lossy().replace('\\', "/")
    }

    fn collect(&self, folder: &Path, into: &mut Vec<Source>) {
        for entry in fs::read_dir(folder).expect("a source folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                self.collect(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a source file");
                into.push(Source {
                    path: self.relative(&path),
                    text,
                });
            }
        }
    }
}

/// Whether the package is part of what users compile, and not an example or a test of it.
fn is_framework(name: &str) -> bool {
    name == "savia" || (name.starts_with("savia-") && name != "savia-integration-tests")
}

fn directory(package: &Package) -> PathBuf {
    package
        .manifest_path
        .parent()
        .expect("a folder")
        .as_std_path()
        .to_path_buf()
}
