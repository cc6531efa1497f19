//! What the code for injection points calls.

use std::any::{Any, TypeId, type_name};

use crate::component::{Inject, ValuePoint, Wants};
use crate::config::{ConfigError, ConfigValue};
use crate::container::ResolveError;
use crate::{AppHandle, Config, Container, Error, Result};

type Read = fn(&Config) -> Result<Box<dyn Any + Send + Sync>, ConfigError>;

/// `#[value("key")]` of a `T`.
pub fn value_point<T: ConfigValue>(key: &'static str, read: Read) -> Wants {
    Wants::Value(ValuePoint {
        key,
        type_name: type_name::<T>(),
        read,
        type_id: TypeId::of::<T>(),
        shape: T::shape,
        default: None,
    })
}

/// `#[value("key", default = …)]` of a `T`. What is kept is an `Option<T>`: another component may
/// read the same key with another default.
pub fn value_point_or<T: ConfigValue>(key: &'static str, read: Read, default: fn() -> T) -> Wants {
    Wants::Value(ValuePoint {
        key,
        type_name: type_name::<T>(),
        read,
        type_id: TypeId::of::<Option<T>>(),
        shape: T::shape,
        default: Some(default().to_json()),
    })
}

/// Reads a key for the components that ask for it.
///
/// # Errors
///
/// What is wrong with the value.
pub fn read_value<T: ConfigValue>(
    config: &Config,
    key: &'static str,
) -> Result<Box<dyn Any + Send + Sync>, ConfigError> {
    config.get::<T>(key).map(|value| Box::new(value) as _)
}

/// The value of a `#[value]` parameter of a listener, which the graph check has read.
///
/// # Errors
///
/// It was not read, which is a fault of Savia's own.
pub fn container_value<T: Any + Clone>(
    container: &Container,
    key: &'static str,
) -> Result<T, ResolveError> {
    container
        .registry()
        .value::<T>(key)
        .ok_or(ResolveError::Missing(key))
}

/// The value of a `#[value]` parameter of a command.
///
/// # Errors
///
/// What is wrong with the value.
pub fn configured<T: ConfigValue>(app: &AppHandle, key: &str) -> Result<T> {
    Ok(app.config().get(key)?)
}

/// The component that a parameter of a command asks for.
///
/// # Errors
///
/// There is none, or the container has not been built.
pub fn injected<T: Inject>(app: &AppHandle, qualifier: Option<&'static str>) -> Result<T> {
    let container = app
        .container()
        .ok_or_else(|| Error::internal("the container has not been built"))?;
    Ok(container.inject(qualifier)?)
}
