//! Types that a configuration value can be read as.

mod bytes;
mod collection;
mod duration;
mod scalar;

use std::borrow::Cow;

pub use bytes::{ByteSize, ByteSizeError};

use super::node::{Data, Node};
use super::secret::{REDACTED, mask_url};
use super::{ConfigError, Origin, Shape};

/// A type that a configuration value can be read as.
///
/// `#[config]` implements it for structs (sections inside sections) and for enums without data
/// (words). It stands for numbers, `bool`, `char`, text, paths, addresses, [`std::time::Duration`],
/// [`ByteSize`], [`super::Secret`], lists, maps, `Option` and `serde_json::Value`.
///
/// Implement it by hand for a type with a text form of its own: take the text with
/// [`Input::text`], and say with [`Input::mismatch`] what it should have been.
///
/// ```
/// use savia_core::config::{ConfigError, ConfigValue, Input, Shape};
///
/// struct Percent(u8);
///
/// impl ConfigValue for Percent {
///     fn shape() -> Shape {
///         Shape::text("a percentage such as `80%`", serde_json::json!({ "type": "string" }))
///     }
///
///     fn read(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
///         input.parsed(Self::shape(), |text| {
///             text.strip_suffix('%')?.parse().ok().filter(|part| *part <= 100).map(Self)
///         })
///     }
///
///     fn to_json(&self) -> serde_json::Value {
///         format!("{}%", self.0).into()
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from the configuration",
    label = "not a configuration value",
    note = "put `#[config]` on it"
)]
pub trait ConfigValue: Sized + Send + Sync + 'static {
    /// What values of the type look like.
    fn shape() -> Shape;

    /// Reads a value that is set.
    ///
    /// # Errors
    ///
    /// Every fault in the value, each with key and place.
    fn read(input: &Input<'_>) -> Result<Self, Vec<ConfigError>>;

    /// The value as it would be written. Secrets are written out: whoever shows them redacts.
    fn to_json(&self) -> serde_json::Value;

    /// What the type is where nothing is set: an error, unless the type is an `Option` or a
    /// section whose fields all have defaults.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Missing`] for every key that is required.
    fn absent(input: &Input<'_>) -> Result<Self, Vec<ConfigError>> {
        Err(vec![ConfigError::Missing {
            key: input.key().to_owned(),
            expected: Self::shape().expected(),
        }])
    }
}

/// A value to be read, with its key and its place.
#[derive(Clone)]
pub struct Input<'a> {
    node: Option<&'a Node>,
    key: Cow<'a, str>,
    secret: bool,
}

impl<'a> Input<'a> {
    pub(crate) fn new(key: impl Into<Cow<'a, str>>, node: Option<&'a Node>) -> Self {
        // `key:` with nothing behind it is as if the key were not there.
        let node = node.filter(|node| node.data != Data::Null);
        Self {
            node,
            key: key.into(),
            secret: false,
        }
    }

    /// The same value, whose text no error shows.
    #[must_use]
    pub fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// The key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether anything is set.
    pub fn is_set(&self) -> bool {
        self.node.is_some()
    }

    /// Where the value was written.
    pub fn origin(&self) -> Origin {
        self.node.map_or_else(
            || Origin::new(super::Source::Default),
            |node| node.origin.clone(),
        )
    }

    /// The text of a scalar.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Type`] where it is a list or a map, and the fault of its placeholder.
    pub fn text(&self, expected: &Shape) -> Result<&'a str, ConfigError> {
        match self.node.map(|node| &node.data) {
            Some(Data::Scalar(scalar)) => Ok(&scalar.text),
            _ => Err(self.mismatch(expected.expected())),
        }
    }

    /// The value of a scalar that `parse` understands.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Type`] where it does not.
    pub fn parsed<T>(
        &self,
        expected: Shape,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Vec<ConfigError>> {
        let text = self.text(&expected).map_err(|fault| vec![fault])?;
        parse(text.trim()).ok_or_else(|| vec![self.mismatch(expected.expected())])
    }

    /// The items of a list, each under its index.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Type`] where it is no list.
    pub fn items(&self) -> Result<Vec<Input<'a>>, ConfigError> {
        match self.node.map(|node| &node.data) {
            Some(Data::List(items)) => Ok(items
                .iter()
                .enumerate()
                .map(|(index, item)| Input {
                    node: Some(item),
                    key: format!("{}[{index}]", self.key).into(),
                    secret: self.secret,
                })
                .collect()),
            _ => Err(self.mismatch("a list, such as `[a, b]`")),
        }
    }

    /// The entries of a map, by their keys.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Type`] where it is no map.
    pub fn entries(&self) -> Result<Vec<(&'a str, Input<'a>)>, ConfigError> {
        let Some(children) = self.node.and_then(Node::children) else {
            return Err(self.mismatch("a map, such as `{key: value}`"));
        };
        Ok(children
            .iter()
            .map(|(name, node)| {
                let input = Input {
                    node: Some(node),
                    ..self.child(name)
                };
                (name.as_str(), input)
            })
            .collect())
    }

    /// The value under a name of a section.
    pub(crate) fn child(&self, name: &str) -> Input<'a> {
        let node = self.node.and_then(|node| node.child(name));
        Input {
            secret: self.secret,
            ..Input::new(super::yaml::join(&self.key, name), node)
        }
    }

    pub(crate) fn node(&self) -> Option<&'a Node> {
        self.node
    }

    /// The fault that the value is not what it should be.
    pub fn mismatch(&self, expected: impl Into<String>) -> ConfigError {
        if let Some(Data::Fault(fault)) = self.node.map(|node| &node.data) {
            return (**fault).clone();
        }
        ConfigError::Type {
            key: self.key.clone().into_owned(),
            expected: expected.into(),
            found: self.found(),
            origin: self.origin(),
        }
    }

    /// The fault that a number is outside its range.
    pub fn out_of_range(&self, expected: impl Into<String>) -> ConfigError {
        ConfigError::Range {
            key: self.key.clone().into_owned(),
            expected: expected.into(),
            found: self.found(),
            origin: self.origin(),
        }
    }

    /// The fault that a word is none of those known.
    pub(crate) fn unknown_word(&self, expected: &Shape, near: Option<&str>) -> ConfigError {
        ConfigError::Word {
            key: self.key.clone().into_owned(),
            expected: expected.expected(),
            found: self.found(),
            near: near.map(ToOwned::to_owned),
            origin: self.origin(),
        }
    }

    /// The value in words; a secret only as what kind of thing it is.
    fn found(&self) -> String {
        match self.node.map(|node| &node.data) {
            None | Some(Data::Null | Data::Fault(_)) => "nothing".to_owned(),
            Some(Data::List(_)) => "a list".to_owned(),
            Some(Data::Map(_)) => "a map".to_owned(),
            Some(Data::Scalar(_)) if self.secret => REDACTED.to_owned(),
            Some(Data::Scalar(scalar)) if scalar.text.parse::<f64>().is_ok() && !scalar.quoted => {
                scalar.text.clone()
            }
            Some(Data::Scalar(scalar)) => format!("\"{}\"", mask_url(&scalar.text)),
        }
    }
}

impl std::fmt::Debug for Input<'_> {
    /// The value may be secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
