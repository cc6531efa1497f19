//! Auto-configuration: what a starter does by itself, when its conditions hold.

use std::any::type_name;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_trait::async_trait;

use crate::Config;
use crate::app::{Apps, Owner};
use crate::component::{Interface, Location};
use crate::condition::Condition;
use crate::container::Registry;
use crate::error::{Diagnosis, StartupError};

/// Makes what a starter brings before the container is built: a pool, a client, a backend.
///
/// Its life: [`conditions`](Self::conditions) are evaluated in the order that
/// [`after`](Self::after) and [`before`](Self::before) give; where all hold,
/// [`configure`](Self::configure) runs and provides instances. A user's component for the same
/// interface beats what is provided here; state [`Condition::missing_component`] so that the
/// work is not even done.
///
/// ```
/// use std::sync::Arc;
/// use savia_core::autoconfig::{AutoConfiguration, Configure};
/// use savia_core::component::Interface;
/// use savia_core::condition::Condition;
/// use savia_core::error::StartupError;
///
/// trait Clock: Send + Sync {}
/// struct SystemClock;
/// impl Clock for SystemClock {}
///
/// struct ClockAutoConfiguration;
///
/// #[async_trait::async_trait]
/// impl AutoConfiguration for ClockAutoConfiguration {
///     fn conditions(&self) -> Vec<Condition> {
///         vec![Condition::missing_component::<dyn Clock>()]
///     }
///
///     fn provides(&self) -> Vec<Interface> {
///         vec![Interface::of::<dyn Clock>()]
///     }
///
///     async fn configure(&self, configure: &mut Configure<'_>) -> Result<(), StartupError> {
///         configure.provide::<dyn Clock>(Arc::new(SystemClock));
///         Ok(())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no auto-configuration",
    label = "`AutoConfiguration` is not implemented for it",
    note = "write `#[async_trait] impl AutoConfiguration for {Self}`"
)]
#[async_trait]
pub trait AutoConfiguration: Send + Sync {
    /// Its name in the condition report; the type's own unless said otherwise.
    fn name(&self) -> &'static str {
        let name = type_name::<Self>();
        name.rsplit("::").next().unwrap_or(name)
    }

    /// What must hold for it to run.
    fn conditions(&self) -> Vec<Condition> {
        Vec::new()
    }

    /// Names of auto-configurations that run before this one, where they are there.
    fn after(&self) -> &'static [&'static str] {
        &[]
    }

    /// Names of auto-configurations that run after this one, where they are there.
    fn before(&self) -> &'static [&'static str] {
        &[]
    }

    /// Every interface that [`configure`](Self::configure) may provide.
    ///
    /// The graph is judged by it before anything is connected to, by `savia check` too; providing
    /// what is not named here is a start-up failure.
    fn provides(&self) -> Vec<Interface> {
        Vec::new()
    }

    /// Makes and provides.
    ///
    /// # Errors
    ///
    /// What kept it from doing so; the start ends with it, beside what else was found.
    async fn configure(&self, configure: &mut Configure<'_>) -> Result<(), StartupError>;
}

/// What `#[auto_configuration]` submits.
pub struct AutoConfigurationRegistration {
    /// Makes it.
    pub make: fn() -> Box<dyn AutoConfiguration>,
    /// The module it stands in, from which its starter or app follows.
    pub module_path: &'static str,
    /// Where it was declared.
    pub location: Location,
}

inventory::collect!(AutoConfigurationRegistration);

/// What an auto-configuration works on.
pub struct Configure<'a> {
    pub(crate) config: &'a Config,
    pub(crate) apps: &'a Apps,
    pub(crate) registry: &'a mut Registry,
    pub(crate) owner: Owner,
    pub(crate) name: &'static str,
    pub(crate) promised: Vec<Interface>,
    pub(crate) faults: Vec<Diagnosis>,
}

impl Configure<'_> {
    /// The configuration.
    pub fn config(&self) -> &Config {
        self.config
    }

    /// A section of the configuration, as its `#[config]` struct.
    ///
    /// # Errors
    ///
    /// Every fault of the section.
    pub fn section<C: crate::config::ConfigSection>(&self) -> Result<C, StartupError> {
        self.config.section::<C>().map_err(|errors| {
            errors
                .iter()
                .map(crate::config::ConfigError::diagnosis)
                .collect::<Vec<_>>()
                .into()
        })
    }

    /// The apps.
    pub fn apps(&self) -> &Apps {
        self.apps
    }

    /// Provides `instance` wherever `I` is asked for.
    pub fn provide<I: ?Sized + Send + Sync + 'static>(&mut self, instance: Arc<I>) {
        let interface = Interface::of::<I>();
        if self
            .promised
            .iter()
            .any(|promised| promised.id == interface.id)
        {
            self.registry.add_instance(self.name, self.owner, instance);
        } else {
            self.faults.push(
                Diagnosis::new(
                    "autoconfig::undeclared",
                    format!(
                        "{} provides `{}` without saying so",
                        self.name, interface.name
                    ),
                )
                .help("name it in its `AutoConfiguration::provides`"),
            );
        }
    }

    /// Whether some component provides `I` already.
    pub fn has<I: ?Sized + 'static>(&self) -> bool {
        self.registry.provides(std::any::TypeId::of::<I>())
    }
}

/// Sorts by `after` and `before`; equal ones by name. Circles are all reported.
pub(crate) fn ordered<T>(
    items: Vec<T>,
    view: impl Fn(
        &T,
    ) -> (
        &'static str,
        &'static [&'static str],
        &'static [&'static str],
    ),
) -> Result<Vec<T>, Diagnosis> {
    let mut by_name: BTreeMap<&'static str, Vec<T>> = BTreeMap::new();
    let mut waits: HashMap<&'static str, Vec<&'static str>> = HashMap::new();
    for item in items {
        let (name, after, before) = view(&item);
        waits.entry(name).or_default().extend(after);
        for later in before {
            waits.entry(later).or_default().push(name);
        }
        by_name.entry(name).or_default().push(item);
    }
    let mut sorted = Vec::new();
    while !by_name.is_empty() {
        let ready = by_name.keys().copied().find(|name| {
            waits
                .get(name)
                .is_none_or(|earlier| earlier.iter().all(|other| !by_name.contains_key(other)))
        });
        let Some(name) = ready else {
            let stuck: Vec<_> = by_name.keys().copied().collect();
            return Err(Diagnosis::new(
                "autoconfig::circular",
                format!("these are to run before each other: {}", stuck.join(", ")),
            )
            .help("take one of their `after` or `before` names out"));
        };
        sorted.extend(by_name.remove(name).unwrap_or_default());
    }
    Ok(sorted)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Named = (
        &'static str,
        &'static [&'static str],
        &'static [&'static str],
    );

    fn names(items: Vec<Named>) -> Result<Vec<&'static str>, Diagnosis> {
        Ok(ordered(items, |item| *item)?
            .into_iter()
            .map(|item| item.0)
            .collect())
    }

    #[test]
    fn order_follows_after_and_before_and_then_the_name() {
        let sorted = names(vec![
            ("web", &["data"], &[]),
            ("data", &[], &[]),
            ("cache", &[], &["data"]),
            ("absent-friend", &["nobody"], &[]),
        ]);
        assert_eq!(sorted, Ok(vec!["absent-friend", "cache", "data", "web"]));
    }

    #[test]
    fn a_circle_is_named() {
        let fault = names(vec![("a", &["b"], &[]), ("b", &["a"], &[])]).unwrap_err();
        assert!(fault.what.ends_with("a, b"), "{fault:?}");
    }
}
