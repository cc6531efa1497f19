//! What a component is to the container: its registration and its injection points.

use std::any::{Any, TypeId, type_name};
use std::sync::Arc;

use crate::condition::Condition;
use crate::config::ConfigError;
use crate::container::{Binding, BuildContext, Container, ResolveError};

/// Where something stands in source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The file, as the compiler names it.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// What a macro submits for a component; the container is made from these.
///
/// Everything in it is data or a function without state, so that it can stand in a `static`.
pub struct ComponentRegistration {
    /// The component's full type name.
    pub name: fn() -> &'static str,
    /// The module it stands in, from which its app follows.
    pub module_path: &'static str,
    /// Where it was declared.
    pub location: Location,
    /// What it asks of the container.
    pub points: fn() -> Vec<InjectionPoint>,
    /// What it can be asked for as: itself first, then its interfaces.
    pub bindings: fn() -> Vec<Binding>,
    /// What must hold for it to be live.
    pub conditions: fn() -> Vec<Condition>,
    /// What the author said of it.
    pub options: ComponentOptions,
}

inventory::collect!(ComponentRegistration);

/// A function that asks for components: a command, a listener, a task. Macros submit it so that
/// the graph check sees what the function asks for.
pub struct FunctionRegistration {
    /// The function's path.
    pub name: &'static str,
    /// The module it stands in, from which its app follows.
    pub module_path: &'static str,
    /// Where it was declared.
    pub location: Location,
    /// What it asks of the container.
    pub points: fn() -> Vec<InjectionPoint>,
}

inventory::collect!(FunctionRegistration);

/// What the author said of a component beside its type.
#[derive(Debug, Clone, Copy)]
pub struct ComponentOptions {
    /// What it is, for listings.
    pub stereotype: Stereotype,
    /// Preferred where several would do.
    pub primary: bool,
    /// The name by which `#[qualifier("…")]` asks for it.
    pub qualifier: Option<&'static str>,
    /// Its place in a `Vec<Arc<dyn Trait>>`; lower comes first, equal orders go by name.
    pub order: i32,
}

/// The role of a component, as listings show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stereotype {
    /// Business logic.
    Service,
    /// Answers requests.
    Controller,
    /// Reads and writes entities.
    Repository,
    /// A section of the configuration.
    Config,
    /// Made by an auto-configuration or by Savia itself.
    Instance,
    /// A function that asks for components: a command, a listener, a task.
    Function,
}

/// One thing a component asks of the container.
#[derive(Debug, Clone)]
pub struct InjectionPoint {
    /// The field or parameter.
    pub name: &'static str,
    /// What is asked.
    pub wants: Wants,
    /// Only a component with this qualifier will do.
    pub qualifier: Option<&'static str>,
}

/// What an injection point asks for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Wants {
    /// Exactly one component.
    One(Interface),
    /// One, or none.
    Optional(Interface),
    /// All there are, in their order.
    All(Interface),
    /// A value of the configuration.
    Value(ValuePoint),
}

/// A type that can be asked for.
#[derive(Debug, Clone, Copy)]
pub struct Interface {
    /// Its identity.
    pub id: TypeId,
    /// Its name, for people.
    pub name: &'static str,
}

impl Interface {
    /// The interface `I`.
    pub fn of<I: ?Sized + 'static>() -> Self {
        Self {
            id: TypeId::of::<I>(),
            name: type_name::<I>(),
        }
    }
}

/// `#[value("posts.page_size")]`: a configuration key read into a field.
#[derive(Clone)]
pub struct ValuePoint {
    /// The key.
    pub key: &'static str,
    /// The field's type name.
    pub type_name: &'static str,
    /// Reads the key; the value is kept under `(key, type)` until the component is built.
    pub read: fn(&crate::Config) -> Result<Box<dyn Any + Send + Sync>, ConfigError>,
    /// The type of the value.
    pub type_id: TypeId,
    /// What values look like.
    pub shape: fn() -> crate::config::Shape,
    /// What the author's default is, as it would be written.
    pub default: Option<serde_json::Value>,
}

impl std::fmt::Debug for ValuePoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ValuePoint")
            .field("key", &self.key)
            .field("type", &self.type_name)
            .finish()
    }
}

/// A type a component may ask for in a field, or a function in a parameter.
///
/// | type | given |
/// | --- | --- |
/// | `Arc<T>`, `Arc<dyn Trait>` | the one component |
/// | `Option<Arc<…>>` | the one component, if there is one |
/// | `Vec<Arc<dyn Trait>>` | all of them, in their declared order |
///
/// The trait is sealed by use: the container knows no other shapes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be injected",
    label = "not an injection point",
    note = "ask for `Arc<T>`, `Arc<dyn Trait>`, `Option<Arc<dyn Trait>>` or `Vec<Arc<dyn Trait>>`",
    note = "read configuration with `#[value(\"key\")]`; give other fields a start value with `#[init]` or `#[init(expression)]`"
)]
pub trait Inject: Clone + Send + Sync + 'static {
    /// What this type asks of the container.
    fn wants() -> Wants;

    /// Takes it. The graph check has made sure that it is there.
    fn inject(resolver: &mut Resolver<'_>, qualifier: Option<&'static str>) -> Self;

    /// Takes it from a built container.
    ///
    /// # Errors
    ///
    /// As [`Container::inject`].
    #[doc(hidden)]
    fn given(container: &Container, qualifier: Option<&'static str>) -> Result<Self, ResolveError> {
        container.inject(qualifier)
    }

    /// Another handle to what was given.
    #[doc(hidden)]
    #[must_use]
    fn again(&self) -> Self {
        self.clone()
    }
}

/// The container while it is being built, or after.
#[non_exhaustive]
pub enum Resolver<'a> {
    /// Being built.
    Building(&'a mut BuildContext),
    /// Built.
    Built(&'a Container),
}

impl Resolver<'_> {
    fn one<I: ?Sized + Send + Sync + 'static>(
        &mut self,
        qualifier: Option<&'static str>,
    ) -> Option<Arc<I>> {
        match self {
            Self::Building(context) => Container::build_one(context, qualifier),
            Self::Built(container) => container.try_resolve_qualified(qualifier).ok(),
        }
    }

    fn all<I: ?Sized + Send + Sync + 'static>(&mut self) -> Vec<Arc<I>> {
        match self {
            Self::Building(context) => Container::build_all(context),
            Self::Built(container) => container.resolve_all::<I>().to_vec(),
        }
    }
}

impl<I: ?Sized + Send + Sync + 'static> Inject for Arc<I> {
    fn wants() -> Wants {
        Wants::One(Interface::of::<I>())
    }

    fn inject(resolver: &mut Resolver<'_>, qualifier: Option<&'static str>) -> Self {
        resolver
            .one(qualifier)
            .unwrap_or_else(|| unchecked_graph(type_name::<I>()))
    }
}

impl<I: ?Sized + Send + Sync + 'static> Inject for Option<Arc<I>> {
    fn wants() -> Wants {
        Wants::Optional(Interface::of::<I>())
    }

    fn inject(resolver: &mut Resolver<'_>, qualifier: Option<&'static str>) -> Self {
        resolver.one(qualifier)
    }
}

impl<I: ?Sized + Send + Sync + 'static> Inject for Vec<Arc<I>> {
    fn wants() -> Wants {
        Wants::All(Interface::of::<I>())
    }

    fn inject(resolver: &mut Resolver<'_>, _qualifier: Option<&'static str>) -> Self {
        resolver.all()
    }
}

/// A point that the check let through and the container cannot fill is a fault of Savia's own.
#[allow(
    clippy::panic,
    reason = "the graph check stands before it; shaku's build cannot fail"
)]
fn unchecked_graph(interface: &str) -> ! {
    panic!("{interface} was not in the container although its graph was checked")
}

/// The field's value of `#[value("key")]`, which the graph check has read.
#[doc(hidden)]
pub fn injected_value<T: Clone + Send + Sync + 'static>(
    context: &BuildContext,
    key: &'static str,
) -> T {
    context
        .submodules()
        .value::<T>(key)
        .unwrap_or_else(|| unchecked_graph(key))
}
