//! Keys that nobody declares.

use super::declared::{Branch, Found, Twig};
use super::node::{Data, Node};
use super::yaml::join;
use super::{Config, ConfigError, Declared, Shape, Source};
use crate::error::{Diagnosis, did_you_mean};

impl Config {
    /// The keys that are set and that nobody declares: errors where they stand in a file, on the
    /// command line or in a test, warnings where they come from the environment.
    pub fn check(&self) -> (Vec<Diagnosis>, Vec<Diagnosis>) {
        let mut search = Search {
            declared: self.declared(),
            unknown: Vec::new(),
        };
        // The first layer holds the defaults, which are declared by what they are.
        for layer in self.layers().iter().skip(1) {
            search.section(layer, self.declared().root(), "");
        }
        let (warnings, errors): (Vec<_>, Vec<_>) = search.unknown.iter().partition(|fault| {
            matches!(
                fault.origin().map(super::Origin::source),
                Some(Source::Environment(_) | Source::DotEnv(_))
            )
        });
        (told(&errors), told(&warnings))
    }
}

fn told(faults: &[&ConfigError]) -> Vec<Diagnosis> {
    faults.iter().map(|fault| fault.diagnosis()).collect()
}

struct Search<'a> {
    declared: &'a Declared,
    unknown: Vec<ConfigError>,
}

impl Search<'_> {
    fn section(&mut self, node: &Node, branch: &Branch, prefix: &str) {
        for (name, child) in node.children().into_iter().flatten() {
            let key = join(prefix, name);
            match branch.fields.get(name) {
                Some(Twig::Branch(inner)) => self.section(child, inner, &key),
                Some(Twig::Key(declared)) => self.value(child, &declared.shape, &key),
                None if branch.open.is_some() => {}
                None => {
                    let names: Vec<&str> = branch.fields.keys().map(String::as_str).collect();
                    self.unknown(child, &key, name, &names);
                }
            }
        }
    }

    /// The structs inside lists and maps have keys of their own.
    fn value(&mut self, node: &Node, shape: &Shape, key: &str) {
        match (shape.bare(), &node.data) {
            (Shape::List(inner), Data::List(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(item, inner, &format!("{key}[{index}]"));
                }
            }
            (Shape::Map(inner), Data::Map(children)) => {
                for (name, child) in children {
                    self.value(child, inner, &join(key, name));
                }
            }
            (Shape::Section(section), Data::Map(children)) => {
                let fields = (section.fields)();
                for (name, child) in children {
                    let key = join(key, name);
                    match fields.iter().find(|field| field.name == name) {
                        Some(field) => self.value(child, &field.shape, &key),
                        None => {
                            let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
                            self.unknown(child, &key, name, &names);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn unknown(&mut self, node: &Node, key: &str, name: &str, siblings: &[&str]) {
        self.unknown.push(ConfigError::UnknownKey {
            key: key.to_owned(),
            help: self.help(key, name, siblings),
            origin: node.key_origin.clone(),
        });
    }

    fn help(&self, key: &str, name: &str, siblings: &[&str]) -> Vec<String> {
        let section = key.strip_suffix(name).unwrap_or_default();
        if let Some(near) = did_you_mean(name, siblings.iter().copied()) {
            return vec![format!("did you mean `{section}{near}`?")];
        }
        let dotted: Vec<&str> = name.split('.').collect();
        if dotted.len() > 1 && !matches!(self.declared.find(&dotted), Found::Unknown) {
            return vec![format!("a dot does not nest: write `{}`", nested(&dotted))];
        }
        let elsewhere = self
            .declared
            .keys()
            .into_iter()
            .find(|known| known.key != key && known.key.rsplit('.').next() == Some(name));
        let mut help: Vec<String> = Vec::new();
        if let Some(known) = elsewhere {
            help.push(format!("did you mean `{}`?", known.key));
        }
        if !siblings.is_empty() {
            help.push(format!("known here: {}", siblings.join(", ")));
        }
        if section.is_empty() && node_is_section_like(name) {
            help.push(format!(
                "a section of your own is a struct with `#[config(\"{name}\")]`"
            ));
        }
        help
    }
}

/// Only a name that could stand in `#[config("…")]` is worth the suggestion.
fn node_is_section_like(name: &str) -> bool {
    name.chars()
        .all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

fn nested(path: &[&str]) -> String {
    match path {
        [] => String::new(),
        [last] => format!("{last}: …"),
        [first, rest @ ..] => format!("{first}: {{ {} }}", nested(rest)),
    }
}
