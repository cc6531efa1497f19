//! A binding: one component as one of the interfaces it can be asked for.

use std::sync::Arc;

use super::{BuildContext, Container, Erased, Registry};
use crate::component::Interface;

type Provide<I> = dyn Fn(&mut BuildContext) -> Arc<I> + Send + Sync;

/// Makes a component available as `I`.
pub struct Provider<I: ?Sized>(Box<Provide<I>>);

impl<I: ?Sized + Send + Sync + 'static> Provider<I> {
    /// From shaku: builds the component, or finds it built.
    pub fn new(provide: fn(&mut BuildContext) -> Arc<I>) -> Self {
        Self(Box::new(provide))
    }

    /// An instance that exists already.
    pub fn instance(instance: Arc<I>) -> Self {
        Self(Box::new(move |_| Arc::clone(&instance)))
    }
}

/// A component as one of its interfaces, with the interface's type erased.
pub struct Binding {
    /// What it can be asked for as.
    pub interface: Interface,
    provider: Erased,
    pub(super) resolve: fn(&Registry, &mut BuildContext, Option<&'static str>) -> Resolved,
}

impl Binding {
    /// A binding to `I`.
    pub fn new<I: ?Sized + Send + Sync + 'static>(provider: Provider<I>) -> Self {
        Self {
            interface: Interface::of::<I>(),
            provider: Box::new(provider),
            resolve: resolve::<I>,
        }
    }

    /// A binding of something that is still to be made; it answers the graph check and is gone
    /// before the container is built.
    pub(crate) fn promise(interface: Interface) -> Self {
        Self {
            interface,
            provider: Box::new(()),
            resolve: Resolved::nothing,
        }
    }

    pub(super) fn provide<I: ?Sized + Send + Sync + 'static>(
        &self,
        context: &mut BuildContext,
    ) -> Option<Arc<I>> {
        Some((self.provider.downcast_ref::<Provider<I>>()?.0)(context))
    }
}

/// The binding of a component built by shaku to its own type.
#[doc(hidden)]
pub fn own_binding<C: shaku::Component<Container, Interface = C>>() -> Binding {
    Binding::new(Provider::<C>::new(|context| context.build_component::<C>()))
}

/// A binding of a component built by shaku to one of its interfaces.
#[doc(hidden)]
pub fn component_binding<I: ?Sized + Send + Sync + 'static>(
    provide: fn(&mut BuildContext) -> Arc<I>,
) -> Binding {
    Binding::new(Provider::<I>::new(provide))
}

/// What is found under an interface (and qualifier): the preferred one, and all of them.
pub(super) struct Resolved {
    one: Option<Erased>,
    all: Erased,
}

impl Resolved {
    fn nothing(_: &Registry, _: &mut BuildContext, _: Option<&'static str>) -> Self {
        Self {
            one: None,
            all: Box::new(()),
        }
    }

    pub(super) fn one<I: ?Sized + Send + Sync + 'static>(&self) -> Option<&Arc<I>> {
        self.one.as_ref()?.downcast_ref()
    }

    pub(super) fn has_one(&self) -> bool {
        self.one.is_some()
    }

    pub(super) fn all<I: ?Sized + Send + Sync + 'static>(&self) -> &[Arc<I>] {
        self.all
            .downcast_ref::<Vec<Arc<I>>>()
            .map_or(&[], Vec::as_slice)
    }
}

fn resolve<I: ?Sized + Send + Sync + 'static>(
    _registry: &Registry,
    context: &mut BuildContext,
    qualifier: Option<&'static str>,
) -> Resolved {
    Resolved {
        one: Container::build_one::<I>(context, qualifier).map(|one| Box::new(one) as Erased),
        all: Box::new(if qualifier.is_none() {
            Container::build_all::<I>(context)
        } else {
            Vec::new()
        }),
    }
}
