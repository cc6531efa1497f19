//! YAML with the place of every value.
//!
//! One pass of the parser gives values and spans; what a plain scalar looked like is then taken
//! from the source by its span, so that `1.10` is not turned into 1.1 before anyone asked.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::{DuplicateKeyPolicy, NonFiniteFloatPolicy};
use serde_saphyr::{Location, Spanned};

use super::node::{Data, Node, Scalar};
use super::secret::sounds_secret;
use super::{ConfigError, Origin, Source};

/// Reads a document. Faults are gathered as far as the parser can go on after them.
pub(crate) fn parse(text: &str, origin: &Origin) -> Result<Node, Vec<ConfigError>> {
    let options = serde_saphyr::options! {
        // Repeated keys are found below, all of them and not the first.
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        strict_booleans: true,
        with_snippet: false,
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let raw = serde_saphyr::from_str_with_options::<RawNode>(text, options)
        .map_err(|error| vec![syntax(&error, text, origin)])?;
    let mut reading = Reading {
        text,
        origin,
        faults: Vec::new(),
    };
    let node = reading.node(raw, "");
    if reading.faults.is_empty() {
        Ok(node)
    } else {
        Err(reading.faults)
    }
}

fn syntax(error: &serde_saphyr::Error, text: &str, origin: &Origin) -> ConfigError {
    let rendered = error.without_snippet().to_string();
    let Some(location) = error.location() else {
        return ConfigError::syntax(rendered, origin.clone(), Vec::new());
    };
    let (line, column) = place(location);
    let at = place_in(origin, location);
    let message = rendered
        .strip_suffix(&format!(
            " at line {}, column {}",
            location.line(),
            location.column()
        ))
        .unwrap_or(&rendered);
    let snippet = match origin.source() {
        Source::File(_) => snippet(text, line, column),
        // One short text, which may be a secret.
        _ => Vec::new(),
    };
    ConfigError::syntax(message, at, snippet)
}

/// The line of a fault with a mark under its column; nothing of a line that may hold a secret.
pub(crate) fn snippet(text: &str, line: u32, column: u32) -> Vec<String> {
    let Some(source) = text.lines().nth(line.saturating_sub(1) as usize) else {
        return Vec::new();
    };
    let mut words = source.split(|c: char| !c.is_alphanumeric() && !"_-".contains(c));
    if words.any(sounds_secret) {
        return Vec::new();
    }
    let number = line.to_string();
    let gap = " ".repeat(number.len());
    // Tabs keep their width under themselves.
    let lead: String = source
        .chars()
        .take(column.saturating_sub(1) as usize)
        .map(|c| if c == '\t' { '\t' } else { ' ' })
        .collect();
    vec![format!("{number} | {source}"), format!("{gap} | {lead}^")]
}

fn place(location: Location) -> (u32, u32) {
    let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    (narrow(location.line()), narrow(location.column()))
}

/// Only files have lines; a variable or an argument is short enough to be named alone.
fn place_in(origin: &Origin, location: Location) -> Origin {
    let (line, column) = place(location);
    match origin.source() {
        Source::File(_) => origin.at(line, column),
        _ => origin.clone(),
    }
}

struct Reading<'a> {
    text: &'a str,
    origin: &'a Origin,
    faults: Vec<ConfigError>,
}

impl Reading<'_> {
    fn node(&mut self, raw: RawNode, key: &str) -> Node {
        let origin = place_in(self.origin, raw.at);
        let data = match raw.data {
            Raw::Null => Data::Null,
            Raw::Text(text) => Data::Scalar(Scalar::quoted(text)),
            Raw::Plain(typed) => {
                Data::Scalar(Scalar::plain(self.slice(raw.defined).unwrap_or(&typed)))
            }
            Raw::List(items) => Data::List(
                items
                    .into_iter()
                    .enumerate()
                    .map(|(index, item)| self.node(item, &format!("{key}[{index}]")))
                    .collect(),
            ),
            Raw::Map(entries) => self.map(entries, key),
        };
        Node::new(data, origin)
    }

    fn map(&mut self, entries: Vec<(Spanned<String>, RawNode)>, parent: &str) -> Data {
        let mut children: BTreeMap<String, Node> = BTreeMap::new();
        for (name, raw) in entries {
            let key = join(parent, &name.value);
            let key_origin = place_in(self.origin, name.referenced);
            let node = Node {
                key_origin: key_origin.clone(),
                ..self.node(raw, &key)
            };
            match children.get(&name.value) {
                Some(first) => self.faults.push(ConfigError::Duplicate {
                    key,
                    first: first.key_origin.clone(),
                    origin: key_origin,
                }),
                None => drop(children.insert(name.value, node)),
            }
        }
        Data::Map(children)
    }

    fn slice(&self, location: Location) -> Option<&str> {
        let span = location.span();
        let start = usize::try_from(span.byte_offset()?).ok()?;
        let length = usize::try_from(span.byte_len()?).ok()?;
        self.text.get(start..start.checked_add(length)?)
    }
}

pub(crate) fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() {
        name.to_owned()
    } else {
        format!("{parent}.{name}")
    }
}

struct RawNode {
    data: Raw,
    at: Location,
    defined: Location,
}

enum Raw {
    Null,
    /// A boolean or number, printed; its own spelling is found by its span.
    Plain(String),
    Text(String),
    List(Vec<RawNode>),
    Map(Vec<(Spanned<String>, RawNode)>),
}

impl<'de> Deserialize<'de> for RawNode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Raw>::deserialize(deserializer)?;
        Ok(Self {
            data: spanned.value,
            at: spanned.referenced,
            defined: spanned.defined,
        })
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Plain(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_bytes<E: serde::de::Error>(self, _value: &[u8]) -> Result<Raw, E> {
        Err(E::custom("binary data has no place in a configuration"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(name) = map.next_key::<Spanned<String>>()? {
            if name.value.is_empty() {
                return Err(A::Error::custom("a key must not be empty"));
            }
            entries.push((name, map.next_value()?));
        }
        Ok(Raw::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Origin {
        Origin::new(Source::File("application.yaml".into()))
    }

    fn at(text: &str, path: &[&str]) -> (String, String) {
        let node = parse(text, &file()).unwrap();
        let found = node.find(path).unwrap();
        let Data::Scalar(scalar) = &found.data else {
            panic!("{found:?} is no scalar")
        };
        (scalar.text.clone(), found.origin.to_string())
    }

    #[test]
    fn a_scalar_keeps_its_spelling_and_place() {
        let text = "ä: {b: 1.10}\nc: 0x10\nd: 007 # c\ne: yes\nf: \"8\"\n";
        assert_eq!(
            at(text, &["ä", "b"]),
            ("1.10".into(), "application.yaml:1:8".into())
        );
        assert_eq!(
            at(text, &["c"]),
            ("0x10".into(), "application.yaml:2:4".into())
        );
        assert_eq!(at(text, &["d"]).0, "007");
        assert_eq!(at(text, &["e"]).0, "yes");
        assert_eq!(
            at(text, &["f"]),
            ("8".into(), "application.yaml:5:4".into())
        );
    }

    #[test]
    fn anchors_are_followed_to_where_they_are_used() {
        let text = "base: &base {port: 1}\nserver: {<<: *base}\nadmin: *base\n";
        assert_eq!(
            at(text, &["server", "port"]),
            ("1".into(), "application.yaml:2:14".into())
        );
        assert_eq!(at(text, &["admin", "port"]).0, "1");
    }

    #[test]
    fn every_repeated_key_is_a_fault_with_both_places() {
        let faults = parse("a: 1\nb: {c: 1, c: 2}\na: 2\n", &file()).unwrap_err();
        let said: Vec<_> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "`b.c` is set twice (application.yaml:2:11, first at application.yaml:2:5)",
                "`a` is set twice (application.yaml:3:1, first at application.yaml:1:1)"
            ]
        );
    }

    #[test]
    fn a_syntax_fault_shows_its_line() {
        let faults = parse("server:\n  port: 80: 90\n", &file()).unwrap_err();
        let diagnosis = faults[0].diagnosis();
        assert_eq!(diagnosis.code, "config::syntax");
        assert_eq!(diagnosis.places, ["application.yaml:2:11"]);
        assert_eq!(diagnosis.context, ["2 |   port: 80: 90", "  |           ^"]);
    }
}
