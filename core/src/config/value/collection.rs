//! Lists, maps and what may be absent.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use super::{ConfigError, ConfigValue, Input, Shape};

/// Gathers what can be read and every fault of what cannot.
fn gather<T>(
    parts: impl Iterator<Item = Result<T, Vec<ConfigError>>>,
) -> Result<Vec<T>, Vec<ConfigError>> {
    let mut read = Vec::new();
    let mut faults = Vec::new();
    for part in parts {
        match part {
            Ok(value) => read.push(value),
            Err(found) => faults.extend(found),
        }
    }
    if faults.is_empty() {
        Ok(read)
    } else {
        Err(faults)
    }
}

fn value_of<T: ConfigValue>(input: &Input<'_>) -> Result<T, Vec<ConfigError>> {
    if input.is_set() {
        T::read(input)
    } else {
        T::absent(input)
    }
}

impl<T: ConfigValue> ConfigValue for Vec<T> {
    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()))
    }

    fn read(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
        let items = input.items().map_err(|fault| vec![fault])?;
        gather(items.iter().map(value_of))
    }

    fn to_json(&self) -> Value {
        self.iter().map(ConfigValue::to_json).collect()
    }
}

impl<T: ConfigValue + Ord> ConfigValue for BTreeSet<T> {
    fn shape() -> Shape {
        Vec::<T>::shape()
    }

    fn read(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
        Vec::read(input).map(Self::from_iter)
    }

    fn to_json(&self) -> Value {
        self.iter().map(ConfigValue::to_json).collect()
    }
}

impl<T: ConfigValue> ConfigValue for BTreeMap<String, T> {
    fn shape() -> Shape {
        Shape::Map(Box::new(T::shape()))
    }

    fn read(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
        let entries = input.entries().map_err(|fault| vec![fault])?;
        let pairs = entries
            .iter()
            .map(|(name, value)| value_of(value).map(|value| ((*name).to_owned(), value)));
        gather(pairs).map(Self::from_iter)
    }

    fn to_json(&self) -> Value {
        let members = self
            .iter()
            .map(|(name, value)| (name.clone(), value.to_json()));
        Value::Object(members.collect())
    }
}

#[allow(
    clippy::implicit_hasher,
    reason = "a field names the type with its default hasher"
)]
impl<T: ConfigValue> ConfigValue for HashMap<String, T> {
    fn shape() -> Shape {
        BTreeMap::<String, T>::shape()
    }

    fn read(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
        BTreeMap::read(input).map(Self::from_iter)
    }

    fn to_json(&self) -> Value {
        let members = self
            .iter()
            .map(|(name, value)| (name.clone(), value.to_json()));
        Value::Object(members.collect())
    }
}

impl<T: ConfigValue> ConfigValue for Option<T> {
    fn shape() -> Shape {
        Shape::Optional(Box::new(T::shape()))
    }

    fn read(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
        T::read(input).map(Some)
    }

    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, ConfigValue::to_json)
    }

    fn absent(_input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
        Ok(None)
    }
}

impl<T: ConfigValue> ConfigValue for Box<T> {
    fn shape() -> Shape {
        T::shape()
    }

    fn read(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
        T::read(input).map(Self::new)
    }

    fn to_json(&self) -> Value {
        (**self).to_json()
    }

    fn absent(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
        T::absent(input).map(Self::new)
    }
}
