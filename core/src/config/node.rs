//! A value as it was written, with the place it was written at.

use std::collections::BTreeMap;

use super::{ConfigError, Origin};

/// A value and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) data: Data,
    pub(crate) origin: Origin,
    /// Where its key stands, which is what an unknown key is reported at.
    pub(crate) key_origin: Origin,
}

/// What was written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Data {
    Null,
    Scalar(Scalar),
    List(Vec<Node>),
    Map(BTreeMap<String, Node>),
    /// A placeholder that could not be resolved: a fault for whoever reads it, and for nobody else.
    Fault(Box<ConfigError>),
}

/// A scalar is kept as text, so that the field that reads it decides what it is: `1.10` is text to
/// a `String` and a number to an `f64`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scalar {
    pub(crate) text: String,
    /// Whether it was quoted, or is text beyond doubt.
    pub(crate) quoted: bool,
    /// As it was written, where a placeholder has been resolved in it.
    pub(crate) written: Option<String>,
}

impl Node {
    pub(crate) fn new(data: Data, origin: Origin) -> Self {
        Self {
            data,
            key_origin: origin.clone(),
            origin,
        }
    }

    pub(crate) fn map(origin: Origin) -> Self {
        Self::new(Data::Map(BTreeMap::new()), origin)
    }

    pub(crate) fn text(text: impl Into<String>, origin: Origin) -> Self {
        Self::new(Data::Scalar(Scalar::plain(text)), origin)
    }

    /// The node at a path.
    pub(crate) fn find<S: AsRef<str>>(&self, path: &[S]) -> Option<&Self> {
        path.iter()
            .try_fold(self, |node, name| node.child(name.as_ref()))
    }

    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children()?.get(name)
    }

    pub(crate) fn children(&self) -> Option<&BTreeMap<String, Self>> {
        match &self.data {
            Data::Map(children) => Some(children),
            _ => None,
        }
    }

    /// Puts a node at a path. What stands in the way of the path gives way; maps are merged.
    pub(crate) fn put(&mut self, path: &[String], node: Self) {
        let Some((first, rest)) = path.split_first() else {
            self.absorb(node);
            return;
        };
        if !matches!(self.data, Data::Map(_)) {
            self.data = Data::Map(BTreeMap::new());
        }
        let Data::Map(children) = &mut self.data else {
            return;
        };
        let origin = node.origin.clone();
        children
            .entry(first.clone())
            .or_insert_with(|| Self::map(origin))
            .put(rest, node);
    }

    fn absorb(&mut self, node: Self) {
        match (&mut self.data, node.data) {
            (Data::Map(ours), Data::Map(theirs)) => {
                for (name, child) in theirs {
                    match ours.get_mut(&name) {
                        Some(own) => own.absorb(child),
                        None => drop(ours.insert(name, child)),
                    }
                }
            }
            (_, data) => {
                *self = Self {
                    data,
                    origin: node.origin,
                    key_origin: node.key_origin,
                }
            }
        }
    }

    /// A JSON value as a node, for overrides that a program gives.
    pub(crate) fn from_json(value: &serde_json::Value, origin: &Origin) -> Self {
        use serde_json::Value;
        let data = match value {
            Value::Null => Data::Null,
            Value::String(text) => Data::Scalar(Scalar::quoted(text)),
            Value::Bool(_) | Value::Number(_) => Data::Scalar(Scalar::plain(value.to_string())),
            Value::Array(items) => Data::List(
                items
                    .iter()
                    .map(|item| Self::from_json(item, origin))
                    .collect(),
            ),
            Value::Object(members) => Data::Map(
                members
                    .iter()
                    .map(|(name, member)| (name.clone(), Self::from_json(member, origin)))
                    .collect(),
            ),
        };
        Self::new(data, origin.clone())
    }

    /// The node as JSON, as YAML's core schema types it.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match &self.data {
            Data::Null | Data::Fault(_) => serde_json::Value::Null,
            Data::Scalar(scalar) => scalar.to_json(),
            Data::List(items) => items.iter().map(Self::to_json).collect(),
            Data::Map(children) => children
                .iter()
                .map(|(name, child)| (name.clone(), child.to_json()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }
}

impl Scalar {
    /// Text whose type the reader decides.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            quoted: false,
            written: None,
        }
    }

    /// Text.
    pub(crate) fn quoted(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            quoted: true,
            written: None,
        }
    }

    fn to_json(&self) -> serde_json::Value {
        if self.quoted {
            return self.text.as_str().into();
        }
        match self.text.as_str() {
            "true" | "True" | "TRUE" => return true.into(),
            "false" | "False" | "FALSE" => return false.into(),
            "null" | "~" => return serde_json::Value::Null,
            _ => {}
        }
        if let Ok(number) = self.text.parse::<i64>() {
            return number.into();
        }
        if let Ok(number) = self.text.parse::<u64>() {
            return number.into();
        }
        // `inf` and `nan` parse as floats in Rust and are words in YAML.
        let numeric = self
            .text
            .starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
        match self.text.parse::<f64>() {
            Ok(number) if numeric => number.into(),
            _ => self.text.as_str().into(),
        }
    }
}
