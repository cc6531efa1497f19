//! Components that a test puts in the place of others.

use std::sync::Arc;

use super::Registry;
use crate::app::Owner;

/// Puts one instance into the registry.
type Set = Box<dyn Fn(&mut Registry) + Send + Sync>;

/// Components that beat every other for their interface; what a test gives for a mock.
#[derive(Default)]
pub struct Overrides(Vec<Set>);

impl Overrides {
    /// `instance` answers wherever `I` is asked for.
    pub fn set<I: ?Sized + Send + Sync + 'static>(&mut self, instance: Arc<I>) {
        self.0.push(Box::new(move |registry| {
            registry.add_instance(
                format!("override of {}", std::any::type_name::<I>()),
                Owner::Override,
                Arc::clone(&instance),
            );
        }));
    }

    pub(crate) fn apply(&self, registry: &mut Registry) {
        for set in &self.0 {
            set(registry);
        }
    }
}

impl std::fmt::Debug for Overrides {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Overrides({})", self.0.len())
    }
}
