//! The container: components built once, found by what they provide. The one door to shaku.

mod binding;
mod graph;
mod overrides;
mod plain;
mod registry;

use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::sync::Arc;

use shaku::{HasComponent, HasComponents, Module, ModuleBuildContext, ModuleBuilder};

pub use binding::{Binding, Provider};
#[doc(hidden)]
pub use binding::{component_binding, own_binding};
pub(crate) use graph::{LeftOut, check, short};
pub use overrides::Overrides;
pub use registry::{Entry, Registry};

use binding::Resolved;

/// The context in which shaku builds components.
pub type BuildContext = ModuleBuildContext<Container>;

/// Every component of an application, built once.
///
/// It is a shaku [`Module`] that has every interface: components derived with
/// `#[derive(shaku::Component)]` live in it beside those of `#[service]`.
pub struct Container {
    registry: Arc<Registry>,
    resolved: HashMap<(TypeId, Option<&'static str>), Resolved>,
}

/// Nothing in the container provides what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// Nothing provides it.
    #[error("nothing provides `{0}`")]
    Missing(&'static str),
    /// Several components provide it and none is `#[primary]`.
    #[error("several components provide `{0}` and none is primary")]
    Ambiguous(&'static str),
}

impl Container {
    /// Builds every component of a checked registry.
    pub(crate) fn new(registry: Arc<Registry>) -> Self {
        ModuleBuilder::<Self>::with_submodules(registry).build()
    }

    /// The component that provides `I`.
    ///
    /// # Errors
    ///
    /// [`ResolveError`] where there is none, or no preferred one among several.
    pub fn try_resolve<I: ?Sized + Send + Sync + 'static>(&self) -> Result<Arc<I>, ResolveError> {
        self.try_resolve_qualified(None)
    }

    /// The component that provides `I` under this qualifier.
    ///
    /// # Errors
    ///
    /// As [`Container::try_resolve`].
    pub fn try_resolve_qualified<I: ?Sized + Send + Sync + 'static>(
        &self,
        qualifier: Option<&'static str>,
    ) -> Result<Arc<I>, ResolveError> {
        match self.slot::<I>(qualifier) {
            None => Err(ResolveError::Missing(type_name::<I>())),
            Some(slot) => slot
                .one::<I>()
                .cloned()
                .ok_or(ResolveError::Ambiguous(type_name::<I>())),
        }
    }

    /// Every component that provides `I`, in their declared order.
    pub fn resolve_all<I: ?Sized + Send + Sync + 'static>(&self) -> &[Arc<I>] {
        self.slot::<I>(None).map_or(&[], Resolved::all::<I>)
    }

    /// Gives a type that asks for a component what it asks for.
    ///
    /// # Errors
    ///
    /// As [`Container::try_resolve`].
    pub fn inject<T: crate::Inject>(
        &self,
        qualifier: Option<&'static str>,
    ) -> Result<T, ResolveError> {
        if let crate::component::Wants::One(interface) = T::wants() {
            match self.resolved.get(&(interface.id, qualifier)) {
                None => return Err(ResolveError::Missing(interface.name)),
                Some(slot) if !slot.has_one() => {
                    return Err(ResolveError::Ambiguous(interface.name));
                }
                Some(_) => {}
            }
        }
        Ok(T::inject(
            &mut crate::component::Resolver::Built(self),
            qualifier,
        ))
    }

    /// What is registered.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    fn slot<I: ?Sized + 'static>(&self, qualifier: Option<&'static str>) -> Option<&Resolved> {
        self.resolved.get(&(TypeId::of::<I>(), qualifier))
    }

    pub(crate) fn build_one<I: ?Sized + Send + Sync + 'static>(
        context: &mut BuildContext,
        qualifier: Option<&'static str>,
    ) -> Option<Arc<I>> {
        let registry = Arc::clone(context.submodules());
        let chosen = registry.choose(TypeId::of::<I>(), qualifier).chosen()?;
        registry.binding(chosen).provide::<I>(context)
    }

    pub(crate) fn build_all<I: ?Sized + Send + Sync + 'static>(
        context: &mut BuildContext,
    ) -> Vec<Arc<I>> {
        let registry = Arc::clone(context.submodules());
        registry
            .providers(TypeId::of::<I>())
            .iter()
            .filter_map(|at| registry.binding(*at).provide::<I>(context))
            .collect()
    }
}

impl Module for Container {
    type Submodules = Arc<Registry>;

    fn build(mut context: BuildContext) -> Self {
        let registry = Arc::clone(context.submodules());
        let resolved = registry
            .asked()
            .map(|(key, first)| {
                let binding = registry.binding(first);
                (key, (binding.resolve)(&registry, &mut context, key.1))
            })
            .collect();
        Self { registry, resolved }
    }
}

// shaku asks for `HasComponent` at compile time; what is missing shows only when it is built. The
// graph check stands before that, and `try_resolve` is the way that cannot panic.
impl<I: ?Sized + shaku::Interface> HasComponent<I> for Container {
    fn build_component(context: &mut BuildContext) -> Arc<I> {
        Self::build_one(context, None).unwrap_or_else(|| missing(type_name::<I>()))
    }

    fn resolve(&self) -> Arc<I> {
        self.try_resolve()
            .unwrap_or_else(|_| missing(type_name::<I>()))
    }

    fn resolve_ref(&self) -> &I {
        self.slot::<I>(None)
            .and_then(Resolved::one::<I>)
            .unwrap_or_else(|| missing(type_name::<I>()))
    }
}

impl<I: ?Sized + shaku::Interface> HasComponents<I> for Container {
    fn build_components(context: &mut BuildContext) -> Vec<Arc<I>> {
        Self::build_all(context)
    }

    fn resolve_all(&self) -> &[Arc<I>] {
        Self::resolve_all(self)
    }
}

#[allow(
    clippy::panic,
    reason = "shaku's own contract for `resolve`; `try_resolve` is ours"
)]
fn missing(interface: &str) -> ! {
    panic!("nothing provides `{interface}`; `try_resolve` says so without a panic")
}

impl std::fmt::Debug for Container {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Container")
            .field("interfaces", &self.resolved.len())
            .finish()
    }
}

pub(crate) type Erased = Box<dyn Any + Send + Sync>;
