//! `Loaded`: what an entity is associated with, once it was asked for.

use std::borrow::Cow;

use savia_core::validation::{Validate, Violation};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The other side of an association: loaded with the entity, or not.
///
/// `#[with(author, tags)]` on a repository's method loads it, one statement for all entities of
/// the answer. In JSON it is there where it was loaded; in input it is ignored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded<T>(Option<Box<T>>);

impl<T> Loaded<T> {
    /// Loaded.
    pub fn of(value: T) -> Self {
        Self(Some(Box::new(value)))
    }

    /// Not loaded.
    pub fn missing() -> Self {
        Self(None)
    }

    /// Whether it was not loaded.
    pub fn is_missing(&self) -> bool {
        self.0.is_none()
    }

    /// What was loaded.
    pub fn get(&self) -> Option<&T> {
        self.0.as_deref()
    }

    /// Takes what was loaded.
    pub fn into_inner(self) -> Option<T> {
        self.0.map(|it| *it)
    }
}

impl<T> Default for Loaded<T> {
    fn default() -> Self {
        Self::missing()
    }
}

impl<T: Serialize> Serialize for Loaded<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.get().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Loaded<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(deserializer)?.map_or_else(Self::missing, Self::of))
    }
}

impl<T: JsonSchema> JsonSchema for Loaded<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

/// It does not come from input, so there is nothing to check.
impl<T> Validate for Loaded<T> {
    fn validate(&self) -> Result<(), Vec<Violation>> {
        Ok(())
    }
}
