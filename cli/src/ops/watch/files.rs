//! Which files make a new version.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::time::Duration;

use notify_debouncer_full::notify::event::ModifyKind;
use notify_debouncer_full::notify::{EventKind, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{
    DebounceEventResult, DebouncedEvent, Debouncer, RecommendedCache, new_debouncer,
};

use super::session::Event;
use crate::error::Result;
use crate::ops::project::Project;

/// How long an editor may take between the writes that make one change.
const DEBOUNCE: Duration = Duration::from_millis(20);

/// What has changed since the last version.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    /// The configuration, which the compiler knows nothing of.
    pub(super) configuration: bool,
    /// A manifest: there may be other folders to watch.
    pub(super) manifest: bool,
    /// A source.
    pub(super) source: bool,
}

impl Change {
    /// Both.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            configuration: self.configuration || other.configuration,
            manifest: self.manifest || other.manifest,
            source: self.source || other.source,
        }
    }

    /// What a path means for a project.
    fn of(path: &Path, root: &Path) -> Self {
        let name = path.file_name().unwrap_or_default();
        let mut change = Self::default();
        if is_scratch(name) {
            return change;
        }
        let below_root = path.parent() == Some(root);
        change.configuration = below_root && is_configuration(name);
        change.manifest = name == "Cargo.toml";
        // Beside its folders, a package is its manifest and its build script.
        let inside = |folder: &OsStr| folder == "src" || folder == "apps";
        change.source = name == "build.rs"
            || path
                .strip_prefix(root)
                .unwrap_or(path)
                .parent()
                .is_some_and(|folders| {
                    folders.iter().any(inside) && !folders.iter().any(|folder| folder == "target")
                });
        change
    }

    fn is_any(self) -> bool {
        self != Self::default()
    }
}

fn is_configuration(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name == ".env"
        || (name.starts_with("application") && (name.ends_with(".yaml") || name.ends_with(".yml")))
}

/// What editors leave lying about while they write.
fn is_scratch(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.ends_with('~')
        || name.ends_with(".swp")
        || name.ends_with(".tmp")
        || name.starts_with(".#")
        || name == "4913"
}

/// A watch over a project, which ends with its value.
pub(super) struct Files {
    debouncer: Debouncer<RecommendedWatcher, RecommendedCache>,
}

impl Files {
    /// Watches, and sends an event for what makes a new version.
    pub(super) fn watch(project: &Project, events: Sender<Event>) -> Result<Self> {
        let root = project.root.clone();
        let debouncer = new_debouncer(DEBOUNCE, None, move |result: DebounceEventResult| {
            let change = match result {
                Ok(occurred) => of_events(&occurred, &root),
                // Something was lost on the way; a build finds out whether it mattered.
                Err(_) => Change {
                    source: true,
                    ..Change::default()
                },
            };
            if change.is_any() {
                let _ = events.send(Event::Changed(change));
            }
        })?;
        let mut files = Self { debouncer };
        files.refresh(project)?;
        Ok(files)
    }

    /// Watches folders that have come since.
    pub(super) fn refresh(&mut self, project: &Project) -> Result<()> {
        self.debouncer
            .watch(&project.root, RecursiveMode::NonRecursive)?;
        for folder in source_folders(project) {
            self.debouncer.watch(folder, RecursiveMode::Recursive)?;
        }
        Ok(())
    }
}

/// The folders with the sources of every crate of the workspace.
fn source_folders(project: &Project) -> Vec<PathBuf> {
    let mut folders = vec![project.root.join("src"), project.root.join("apps")];
    // A manifest that is being edited may be at fault for a moment; the build will say so.
    for package in project
        .workspace()
        .into_iter()
        .flat_map(|workspace| workspace.packages)
    {
        let folder = package
            .manifest_path
            .parent()
            .map(|parent| parent.join("src"));
        folders.extend(folder.map(PathBuf::from));
    }
    folders.retain(|folder| folder.is_dir());
    folders.sort_unstable();
    // What lies below another is watched with it.
    folders.dedup_by(|below, above| below.starts_with(above));
    folders
}

fn of_events(events: &[DebouncedEvent], root: &Path) -> Change {
    let written = |event: &&DebouncedEvent| match event.kind {
        EventKind::Modify(kind) => !matches!(kind, ModifyKind::Metadata(_)),
        kind => kind.is_create() || kind.is_remove(),
    };
    let paths = events.iter().filter(written).flat_map(|event| &event.paths);
    paths
        .map(|path| Change::of(path, root))
        .fold(Change::default(), Change::and)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, configuration: bool, manifest: bool, source: bool) {
        let change = Change::of(Path::new(path), Path::new("/blog"));
        assert_eq!(
            change,
            Change {
                configuration,
                manifest,
                source
            },
            "{path}"
        );
    }

    #[test]
    fn only_what_makes_a_new_version_counts() {
        check("/blog/application.yaml", true, false, false);
        check("/blog/application-dev.yaml", true, false, false);
        check("/blog/.env", true, false, false);
        check("/blog/Cargo.toml", false, true, false);
        check("/blog/src/apps/home/mod.rs", false, false, true);
        check("/blog/apps/mail/Cargo.toml", false, true, true);
        check("/blog/apps/mail/src/lib.rs", false, false, true);
        check("/blog/build.rs", false, false, true);
        for path in [
            "/blog/blog.db",
            "/blog/Cargo.lock",
            "/blog/target/debug/blog",
            "/blog/apps/mail/target/debug/src/x",
            "/blog/src/.#lib.rs",
            "/blog/src/lib.rs~",
            "/blog/README.md",
        ] {
            check(path, false, false, false);
        }
    }
}
