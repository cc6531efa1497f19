//! Where every value came from, and what it beat.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::declared::Found;
use super::node::{Data, Node};
use super::secret::{REDACTED, redact, sounds_secret};
use super::{Config, DeclaredKey, Origin, Shape};

/// An effective key: its value, redacted where it is secret, and where it came from.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The value, as it is shown.
    pub value: Value,
    /// The source that won.
    pub source: Origin,
    /// Why the value cannot be had, where a placeholder of it stands for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Everything there is to say of a key or a section.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The key.
    pub key: String,
    /// What it is for.
    pub doc: String,
    /// What it must be, in words.
    pub expected: String,
    /// The field's type.
    #[serde(rename = "type")]
    pub type_name: String,
    /// The value, redacted where it is secret; nothing where it is not set.
    pub value: Option<Value>,
    /// The source that won.
    pub source: Option<Origin>,
    /// The value as it was written, where it holds placeholders.
    pub written: Option<String>,
    /// What the winner beat, the strongest first.
    pub overrode: Vec<Overridden>,
    /// The default.
    pub default: Option<Value>,
    /// Whether the value is secret.
    pub secret: bool,
    /// Who declares it.
    pub declared_by: String,
    /// The environment variable that sets it.
    pub variable: String,
    /// Why the value cannot be had.
    pub error: Option<String>,
    /// The keys of a section.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<Explanation>,
}

/// A value that another beat.
#[derive(Debug, Clone, Serialize)]
pub struct Overridden {
    /// The value, redacted where it is secret.
    pub value: Value,
    /// Its source.
    pub source: Origin,
}

impl Config {
    /// Every effective key with its source, by name.
    pub fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        self.collect(self.tree(), &mut Vec::new(), &mut entries);
        entries
    }

    fn collect(&self, node: &Node, path: &mut Vec<String>, entries: &mut Vec<Entry>) {
        match &node.data {
            Data::Map(children) if !children.is_empty() => {
                for (name, child) in children {
                    path.push(name.clone());
                    self.collect(child, path, entries);
                    path.pop();
                }
            }
            Data::Null => {}
            Data::Map(_) if path.is_empty() || is_section(&self.declared().find(path)) => {}
            _ => entries.push(Entry {
                key: path.join("."),
                value: self.shown(path, node),
                source: node.origin.clone(),
                error: fault(node),
            }),
        }
    }

    /// The value as it may be shown.
    fn shown(&self, path: &[String], node: &Node) -> Value {
        let key = path.last().map_or("", String::as_str);
        let value = node.to_json();
        match self.declared().find(path) {
            Found::Key(declared) => redact_as(&declared.shape, declared.secret, value),
            _ => redact(value, sounds_secret(key)),
        }
    }

    /// All there is to say of a key, or of a section and every key in it; nothing of a key that is
    /// neither declared nor set.
    pub fn explain(&self, key: &str) -> Option<Explanation> {
        let path: Vec<String> = super::path(key)
            .into_iter()
            .map(ToOwned::to_owned)
            .collect();
        let set = self.tree().find(&path);
        match self.declared().find(&path) {
            Found::Key(declared) => Some(self.explain_key(&path, &declared)),
            Found::Section(branch) => {
                let mut names: Vec<&String> = branch.fields.keys().collect();
                let others = set
                    .and_then(Node::children)
                    .into_iter()
                    .flat_map(|it| it.keys());
                names.extend(others);
                names.sort();
                names.dedup();
                let keys = names
                    .into_iter()
                    .filter_map(|name| self.explain(&super::yaml::join(key, name)));
                let keys = keys.collect();
                Some(Explanation {
                    doc: branch.doc.clone(),
                    keys,
                    ..Explanation::of(key)
                })
            }
            Found::Open(starter) => {
                set?;
                let declared_by = format!(
                    "the starter `{starter}`, which is not compiled in: add the feature \
                     `{starter}` to the dependency `savia`"
                );
                let explained = self.explain_value(&path, Explanation::of(key));
                Some(Explanation {
                    declared_by,
                    ..explained
                })
            }
            Found::Unknown => {
                set?;
                Some(self.explain_value(&path, Explanation::of(key)))
            }
        }
    }

    fn explain_key(&self, path: &[String], declared: &DeclaredKey) -> Explanation {
        let default = declared
            .default
            .clone()
            .map(|default| redact_as(&declared.shape, declared.secret, default));
        let place = declared.location.map(|location| format!(" ({location})"));
        let declared_by = format!("{}{}", declared.declared_by, place.unwrap_or_default());
        self.explain_value(
            path,
            Explanation {
                doc: declared.doc.clone(),
                expected: declared.expected(),
                type_name: declared.type_name.clone(),
                default,
                secret: declared.secret,
                declared_by,
                ..Explanation::of(&path.join("."))
            },
        )
    }

    fn explain_value(&self, path: &[String], explanation: Explanation) -> Explanation {
        let node = self.effective(path);
        let written = node.and_then(|node| match &node.data {
            Data::Scalar(scalar) => scalar.written.clone(),
            _ => None,
        });
        // A map is merged from several layers: no one of them won, and its entries tell.
        let is_map = node.is_some_and(|node| node.children().is_some());
        let beaten = self
            .layers()
            .iter()
            .rev()
            .filter_map(|layer| layer.find(path));
        let overrode = beaten
            .filter(|beaten| !is_map && node.is_some_and(|node| node.origin != beaten.origin))
            .map(|beaten| Overridden {
                value: self.shown(path, beaten),
                source: beaten.origin.clone(),
            })
            .collect();
        Explanation {
            value: node.map(|node| self.shown(path, node)),
            source: node.map(|node| node.origin.clone()),
            written: written.filter(|_| !self.declared().is_secret(path)),
            error: node.and_then(fault),
            overrode,
            secret: self.declared().is_secret(path),
            ..explanation
        }
    }
}

fn is_section(found: &Found<'_>) -> bool {
    matches!(found, Found::Section(_))
}

fn fault(node: &Node) -> Option<String> {
    match &node.data {
        Data::Fault(fault) => Some(fault.to_string()),
        _ => None,
    }
}

/// Redacts by what is declared: secrets inside lists and maps of structs are found too.
fn redact_as(shape: &Shape, secret: bool, value: Value) -> Value {
    match (shape.bare(), value) {
        (_, Value::Null) => Value::Null,
        _ if secret || shape.is_secret() => REDACTED.into(),
        (Shape::List(inner), Value::Array(items)) => items
            .into_iter()
            .map(|item| redact_as(inner, false, item))
            .collect(),
        (Shape::Map(inner), Value::Object(members)) => members
            .into_iter()
            .map(|(name, member)| {
                let secret = member.is_string() && sounds_secret(&name);
                let member = redact_as(inner, secret, member);
                (name, member)
            })
            .collect::<serde_json::Map<_, _>>()
            .into(),
        (Shape::Section(section), Value::Object(members)) => {
            let fields = (section.fields)();
            let shown = members.into_iter().map(|(name, member)| {
                let member = match fields.iter().find(|field| field.name == name) {
                    Some(field) => redact_as(&field.shape, field.secret, member),
                    None => redact(member, sounds_secret(&name)),
                };
                (name, member)
            });
            Value::Object(shown.collect())
        }
        (_, value) => redact(value, false),
    }
}

impl Explanation {
    fn of(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            doc: String::new(),
            expected: String::new(),
            type_name: String::new(),
            value: None,
            source: None,
            written: None,
            overrode: Vec::new(),
            default: None,
            secret: false,
            declared_by: String::new(),
            variable: super::error::variable(key),
            error: None,
            keys: Vec::new(),
        }
    }
}

impl fmt::Display for Explanation {
    /// For people: the value, its source, what it beat, and what it is for.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.keys.is_empty() {
            if !self.doc.is_empty() {
                writeln!(f, "{}: {}\n", self.key, self.doc)?;
            }
            for (at, key) in self.keys.iter().enumerate() {
                if at > 0 {
                    writeln!(f)?;
                }
                write!(f, "{key}")?;
            }
            return Ok(());
        }
        match (&self.value, &self.error) {
            (_, Some(error)) => writeln!(f, "{} cannot be had: {error}", self.key)?,
            (Some(value), None) => writeln!(f, "{} = {}", self.key, inline(value))?,
            (None, None) => writeln!(f, "{} is not set", self.key)?,
        }
        let mut line = |name: &str, text: &dyn fmt::Display| writeln!(f, "  {name:<9} {text}");
        if let Some(source) = &self.source {
            line("from", source)?;
        }
        if let Some(written) = &self.written {
            line("written", written)?;
        }
        for beaten in &self.overrode {
            line(
                "over",
                &format!("{} ({})", inline(&beaten.value), beaten.source),
            )?;
        }
        if let Some(default) = &self.default {
            line("default", &inline(default))?;
        }
        if !self.expected.is_empty() {
            line("must be", &self.expected)?;
        }
        line("variable", &self.variable)?;
        if !self.declared_by.is_empty() {
            line("declared", &self.declared_by)?;
        }
        for text in self.doc.lines() {
            line("", &text)?;
        }
        Ok(())
    }
}

/// Text bare, everything else as JSON.
fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
