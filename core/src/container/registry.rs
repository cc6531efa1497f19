//! What is registered and live: entries, their bindings, and which binding answers what.

use std::any::{Any, TypeId};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{Binding, Erased, Provider};
use crate::app::{Apps, Owner};
use crate::component::{
    ComponentOptions, FunctionRegistration, InjectionPoint, Interface, Location, Stereotype,
};

/// One live component: who it is, what it asks for, what it provides.
pub struct Entry {
    /// Its full type name (or what made it, for an instance).
    pub name: String,
    /// Who it belongs to.
    pub owner: Owner,
    /// Where it was declared, if in source.
    pub location: Option<Location>,
    /// What it asks for.
    pub points: Vec<InjectionPoint>,
    /// What its author said of it.
    pub options: ComponentOptions,
    pub(super) bindings: Vec<Binding>,
    promised: bool,
}

impl Entry {
    fn plain(name: impl Into<String>, owner: Owner, stereotype: Stereotype) -> Self {
        Self {
            name: name.into(),
            owner,
            location: None,
            points: Vec::new(),
            options: ComponentOptions {
                stereotype,
                primary: false,
                qualifier: None,
                order: 0,
            },
            bindings: Vec::new(),
            promised: false,
        }
    }

    /// The names of the interfaces it provides, itself first.
    pub fn provides(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.bindings.iter().map(|binding| binding.interface.name)
    }
}

/// A binding's place: which entry, which of its bindings.
pub(crate) type BindingId = (usize, usize);

/// The live components of an application, in a settled order.
#[derive(Default)]
pub struct Registry {
    entries: Vec<Entry>,
    by_interface: HashMap<TypeId, Vec<BindingId>>,
    values: HashMap<(&'static str, TypeId), Erased>,
}

/// Which binding answers a question.
pub(crate) enum Choice {
    /// Nothing provides it.
    None,
    /// This one.
    One(BindingId),
    /// Several would do and none is preferred.
    Many(Vec<BindingId>),
}

impl Choice {
    pub(crate) fn chosen(self) -> Option<BindingId> {
        match self {
            Self::One(binding) => Some(binding),
            _ => None,
        }
    }
}

impl Registry {
    /// Adds what the macros registered for components whose app is live.
    pub(crate) fn add(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Adds an instance that exists already.
    pub(crate) fn add_instance<I: ?Sized + Send + Sync + 'static>(
        &mut self,
        name: impl Into<String>,
        owner: Owner,
        instance: Arc<I>,
    ) {
        self.add(Entry {
            bindings: vec![Binding::new(Provider::instance(instance))],
            ..Entry::plain(name, owner, Stereotype::Instance)
        });
    }

    /// Adds something that one binding makes available.
    pub(crate) fn add_bound(
        &mut self,
        name: impl Into<String>,
        owner: Owner,
        location: Location,
        stereotype: Stereotype,
        binding: Binding,
    ) {
        self.add(Entry {
            location: Some(location),
            bindings: vec![binding],
            ..Entry::plain(name, owner, stereotype)
        });
    }

    /// Adds a function that only asks.
    pub(crate) fn add_function(&mut self, function: &FunctionRegistration, owner: Owner) {
        self.add(Entry {
            location: Some(function.location),
            points: (function.points)(),
            ..Entry::plain(function.name, owner, Stereotype::Function)
        });
    }

    /// Adds what an auto-configuration has promised and not made yet.
    pub(crate) fn promise(&mut self, name: impl Into<String>, owner: Owner, interface: Interface) {
        self.add(Entry {
            bindings: vec![Binding::promise(interface)],
            promised: true,
            ..Entry::plain(name, owner, Stereotype::Instance)
        });
    }

    /// Takes all promises back, before they are kept.
    pub(crate) fn withdraw_promises(&mut self) {
        self.entries.retain(|entry| !entry.promised);
    }

    /// Keeps a configuration value for the component that asks for it.
    pub(crate) fn keep_value(&mut self, key: &'static str, type_id: TypeId, value: Erased) {
        self.values.insert((key, type_id), value);
    }

    pub(crate) fn value<T: Any + Clone>(&self, key: &'static str) -> Option<T> {
        self.values
            .get(&(key, TypeId::of::<T>()))?
            .downcast_ref::<T>()
            .cloned()
    }

    /// Settles the order of everything; called once, when nothing more is added.
    pub(crate) fn settle(&mut self) {
        self.entries.sort_by(|a, b| {
            (a.options.order, &a.name, a.location).cmp(&(b.options.order, &b.name, b.location))
        });
        self.by_interface.clear();
        for (entry, component) in self.entries.iter().enumerate() {
            for (binding, bound) in component.bindings.iter().enumerate() {
                self.by_interface
                    .entry(bound.interface.id)
                    .or_default()
                    .push((entry, binding));
            }
        }
    }

    /// The live components.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether some live component provides `I`.
    pub fn has<I: ?Sized + 'static>(&self) -> bool {
        self.provides(TypeId::of::<I>())
    }

    /// Whether some live component provides the interface. Holds before [`Registry::settle`] too.
    pub(crate) fn provides(&self, interface: TypeId) -> bool {
        self.entries
            .iter()
            .flat_map(|entry| &entry.bindings)
            .any(|binding| binding.interface.id == interface)
    }

    pub(super) fn binding(&self, (entry, binding): BindingId) -> &Binding {
        &self.entries[entry].bindings[binding]
    }

    /// Every binding to the interface, overrides alone where there are any.
    pub(super) fn providers(&self, interface: TypeId) -> Vec<BindingId> {
        let all = self
            .by_interface
            .get(&interface)
            .map_or(&[][..], Vec::as_slice);
        let of = |owner: Owner| -> Vec<BindingId> {
            all.iter()
                .copied()
                .filter(|id| self.entries[id.0].owner == owner)
                .collect()
        };
        let overrides = of(Owner::Override);
        if overrides.is_empty() {
            all.to_vec()
        } else {
            overrides
        }
    }

    /// The one that answers for the interface: an override, else the user's, else a starter's;
    /// among several the primary.
    pub(crate) fn choose(&self, interface: TypeId, qualifier: Option<&str>) -> Choice {
        let mut candidates = self.providers(interface);
        if let Some(qualifier) = qualifier {
            let overridden = candidates
                .iter()
                .any(|id| self.entries[id.0].owner == Owner::Override);
            if !overridden {
                candidates.retain(|id| self.entries[id.0].options.qualifier == Some(qualifier));
            }
        }
        let is_starter = |id: &BindingId| matches!(self.entries[id.0].owner, Owner::Starter(_));
        if candidates.iter().any(|id| !is_starter(id)) {
            candidates.retain(|id| !is_starter(id));
        }
        if candidates.len() > 1
            && candidates
                .iter()
                .any(|id| self.entries[id.0].options.primary)
        {
            candidates.retain(|id| self.entries[id.0].options.primary);
        }
        match candidates.as_slice() {
            [] => Choice::None,
            [one] => Choice::One(*one),
            _ => Choice::Many(candidates),
        }
    }

    /// Every question the built container must answer, with a binding that knows the type.
    pub(super) fn asked(
        &self,
    ) -> impl Iterator<Item = ((TypeId, Option<&'static str>), BindingId)> + '_ {
        let qualifiers: BTreeMap<usize, &'static str> = self
            .entries
            .iter()
            .enumerate()
            .filter_map(|(at, entry)| Some((at, entry.options.qualifier?)))
            .collect();
        self.by_interface.iter().flat_map(move |(interface, ids)| {
            let named: Vec<_> = ids
                .iter()
                .filter_map(|id| Some(((*interface, Some(*qualifiers.get(&id.0)?)), *id)))
                .collect();
            ids.first()
                .map(|id| ((*interface, None), *id))
                .into_iter()
                .chain(named)
        })
    }

    /// Who owns a module, for entries made from registrations.
    pub(crate) fn entry_of(
        registration: &crate::component::ComponentRegistration,
        apps: &Apps,
    ) -> Entry {
        Entry {
            name: (registration.name)().to_owned(),
            owner: apps.owner_of(registration.module_path),
            location: Some(registration.location),
            points: (registration.points)(),
            options: registration.options,
            bindings: (registration.bindings)(),
            promised: false,
        }
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry")
            .field("entries", &self.entries.len())
            .finish_non_exhaustive()
    }
}
