//! Apps: the modules an application is made of, and which of them are installed.

pub(crate) mod discovery;

use std::sync::Arc;

use crate::Config;
use crate::component::Location;
use crate::condition::ConditionReport;
use crate::container::{Container, Registry};
use crate::event::Events;
use crate::lifecycle::{Availability, Shutdown, StartupReport};

/// What `savia::app!` and `savia::starter!` submit: who owns the modules below a path.
#[derive(Debug)]
pub struct OwnerRegistration {
    /// An app or a starter.
    pub kind: OwnerKind,
    /// The name: `posts`.
    pub name: &'static str,
    /// The module it was declared in; everything below is its own.
    pub module_path: &'static str,
    /// Where it was declared.
    pub location: Location,
    /// Names of apps that must be installed with it.
    pub requires: &'static [&'static str],
}

inventory::collect!(OwnerRegistration);

/// What kind of owner a module has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerKind {
    /// An app of the user's, live when installed.
    App,
    /// A starter of Savia's or of another crate; its components yield to the user's.
    Starter,
}

/// Who a component belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// A starter: the user's component for the same interface beats it.
    Starter(&'static str),
    /// An installed app.
    App(&'static str),
    /// The project itself, outside every app.
    Project,
    /// A component a test put in another's place: it beats them all.
    Override,
}

impl std::fmt::Display for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Starter(name) => write!(f, "starter {name}"),
            Self::App(name) => write!(f, "app {name}"),
            Self::Project => f.write_str("project"),
            Self::Override => f.write_str("override"),
        }
    }
}

/// The apps that were compiled in, and which of them are live.
#[derive(Debug, Default)]
pub struct Apps {
    owners: Vec<&'static OwnerRegistration>,
    installed: Vec<&'static str>,
}

impl Apps {
    /// All compiled owners, with the installed ones among the apps, in `installed_apps`' order.
    pub(crate) fn new(
        mut owners: Vec<&'static OwnerRegistration>,
        installed: Vec<&'static str>,
    ) -> Self {
        // Inventory's order is unspecified.
        owners.sort_by_key(|owner| (owner.name, owner.module_path));
        Self { owners, installed }
    }

    /// The installed apps, in `installed_apps`' order.
    pub fn installed(&self) -> impl Iterator<Item = &'static OwnerRegistration> + '_ {
        self.installed
            .iter()
            .filter_map(|name| self.compiled().find(|app| app.name == *name))
    }

    /// Whether the app is live.
    pub fn is_installed(&self, name: &str) -> bool {
        self.installed.contains(&name)
    }

    /// Every app that was compiled in, by name.
    pub fn compiled(&self) -> impl Iterator<Item = &'static OwnerRegistration> + '_ {
        self.owners
            .iter()
            .copied()
            .filter(|owner| owner.kind == OwnerKind::App)
    }

    /// Who owns a module: the owner whose path is its longest prefix.
    pub fn owner_of(&self, module_path: &str) -> Owner {
        self.owners
            .iter()
            .filter(|owner| is_within(module_path, owner.module_path))
            .max_by_key(|owner| owner.module_path.len())
            .map_or(Owner::Project, |owner| match owner.kind {
                OwnerKind::App => Owner::App(owner.name),
                OwnerKind::Starter => Owner::Starter(owner.name),
            })
    }

    /// Whether what stands in this module is live.
    pub fn is_live(&self, module_path: &str) -> bool {
        match self.owner_of(module_path) {
            Owner::App(name) => self.is_installed(name),
            _ => true,
        }
    }
}

/// `blog::apps::posts::entities` is within `blog::apps::posts`; `blog::apps::posts2` is not.
fn is_within(module: &str, owner: &str) -> bool {
    module
        .strip_prefix(owner)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// A handle to a running application: what starters and [`crate::Context`] hold on to.
#[derive(Clone)]
pub struct AppHandle(pub(crate) Arc<AppState>);

pub(crate) struct AppState {
    /// Tells the applications of a process apart; none gets the number of another.
    pub(crate) id: u64,
    pub(crate) config: Config,
    pub(crate) apps: Arc<Apps>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) conditions: ConditionReport,
    pub(crate) container: std::sync::OnceLock<Container>,
    pub(crate) events: Events,
    pub(crate) availability: Availability,
    pub(crate) shutdown: Shutdown,
    pub(crate) startup: StartupReport,
    /// The runtime the application was built on, which outlives the workers of its server.
    pub(crate) runtime: Option<tokio::runtime::Handle>,
}

impl AppState {
    /// A number that no other application of this process has.
    pub(crate) fn next_id() -> u64 {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
    }
}

impl AppHandle {
    /// The number of the application in this process: by it, what is kept outside of the
    /// application knows whose it is.
    #[inline]
    pub fn id(&self) -> u64 {
        self.0.id
    }

    /// The runtime the application was built on, if it was built on one: it outlives the workers
    /// of the HTTP server, and the tasks of [`crate::spawn`] run on it.
    pub fn runtime(&self) -> Option<&tokio::runtime::Handle> {
        self.0.runtime.as_ref()
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The apps.
    pub fn apps(&self) -> &Apps {
        &self.0.apps
    }

    /// What is registered, live.
    pub fn registry(&self) -> &Registry {
        &self.0.registry
    }

    /// Which conditions matched.
    pub fn conditions(&self) -> &ConditionReport {
        &self.0.conditions
    }

    /// The container, once it is built.
    pub fn container(&self) -> Option<&Container> {
        self.0.container.get()
    }

    /// The component that provides `I`, if the container has been built and there is one.
    pub fn component<I: ?Sized + Send + Sync + 'static>(&self) -> Option<Arc<I>> {
        self.container()?.try_resolve::<I>().ok()
    }

    /// Every component that provides `I`, in order.
    pub fn components<I: ?Sized + Send + Sync + 'static>(&self) -> Vec<Arc<I>> {
        self.container()
            .map(|container| container.resolve_all::<I>().to_vec())
            .unwrap_or_default()
    }

    /// Where events are published.
    pub fn events(&self) -> &Events {
        &self.0.events
    }

    /// Whether the application is alive and ready for traffic.
    pub fn availability(&self) -> &Availability {
        &self.0.availability
    }

    /// Asks the application to stop.
    pub fn shutdown(&self) -> &Shutdown {
        &self.0.shutdown
    }

    /// How long each phase of the start took.
    pub fn startup(&self) -> &StartupReport {
        &self.0.startup
    }
}

impl std::fmt::Debug for AppHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppHandle").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_belongs_to_the_longest_prefix() {
        let owner = |name, module_path| -> &'static OwnerRegistration {
            Box::leak(Box::new(OwnerRegistration {
                kind: OwnerKind::App,
                name,
                module_path,
                location: Location {
                    file: "x.rs",
                    line: 1,
                },
                requires: &[],
            }))
        };
        let apps = Apps::new(
            vec![
                owner("posts", "blog::apps::posts"),
                owner("drafts", "blog::apps::posts::drafts"),
            ],
            vec!["posts"],
        );
        assert_eq!(
            apps.owner_of("blog::apps::posts::services"),
            Owner::App("posts")
        );
        assert_eq!(
            apps.owner_of("blog::apps::posts::drafts::x"),
            Owner::App("drafts")
        );
        assert_eq!(apps.owner_of("blog::apps::posts2"), Owner::Project);
        assert!(apps.is_live("blog::apps::posts"));
        assert!(!apps.is_live("blog::apps::posts::drafts"));
    }
}
